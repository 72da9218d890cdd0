import { type Match, NORTH, SOUTH } from '../matches.ts';
import { liveEvent } from '../on-chain.ts';
import { report } from '../report.ts';
import type { Stage } from '../stage.ts';
import { everyWitnessSays } from '../statuses.ts';

/** `in_progress`: one provider is enough. */
export async function begin(stage: Stage, matches: readonly Match[]): Promise<void> {
  const letters = matches.map(({ letter }) => letter).join(' and ');
  stage.story.begin('in_progress', `${letters} begin; one feed is enough for that`);
  await report(
    stage,
    matches.map((match) => ({ feed: NORTH, match, call: 'in_progress', words: 'in_progress' })),
  );
  await stage.reach(
    `${letters} in progress`,
    (view) =>
      matches.every(({ nameOnChain }) => liveEvent(view, nameOnChain)?.status === 'in_progress') &&
      view.proposals().length === 0,
  );
  await everyWitnessSays(
    stage,
    matches.map((match) => ({ match, call: 'in_progress', status: 'done' }) as const),
  );
}

/** `finish` of one match and `canceled` of another, which have nothing to do with each other. */
export async function finishAndCancel(stage: Stage, ended: Match, cancelled: Match): Promise<void> {
  stage.story.begin(
    'finished',
    `${ended.letter} ends, its score is not known yet; ${cancelled.letter} is cancelled before it begins`,
  );
  await report(stage, [
    { feed: NORTH, match: ended, call: 'finish', words: 'finish' },
    { feed: SOUTH, match: cancelled, call: 'canceled', args: { reason: 'fog' }, words: 'canceled, fog' },
  ]);
  await stage.reach(
    `${ended.letter} finished, ${cancelled.letter} gone`,
    (view) =>
      liveEvent(view, ended.nameOnChain)?.status === 'finished' &&
      liveEvent(view, cancelled.nameOnChain) === undefined &&
      view.proposals().length === 0,
  );
  await everyWitnessSays(stage, [
    { match: ended, call: 'finish', status: 'done' },
    { match: cancelled, call: 'canceled', status: 'done' },
  ]);
}
