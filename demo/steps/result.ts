import { CROOKED, type Feed, type Match, NORTH, type Score, SOUTH } from '../matches.ts';
import { liveEvent } from '../on-chain.ts';
import { type Report, report } from '../report.ts';
import type { Stage } from '../stage.ts';
import { callCode, everyWitnessSays } from '../statuses.ts';

const text = (score: Score): string => score.join(':');

function said(feed: Feed, match: Match, score: Score, aside = ''): Report {
  const [home, away] = score;
  return {
    ...{ feed, match, call: 'result', words: `result ${text(score)}${aside}` },
    args: { home_score: String(home), away_score: String(away) },
  };
}

/**
 * Results on which the feeds differ: a lie and the truth about one match, two honest views of another. Nobody proposes
 * anything, and every witness can say who said what.
 */
export async function dispute(
  stage: Stage,
  lied: { readonly match: Match; readonly truth: Score; readonly lie: Score },
  split: { readonly match: Match; readonly one: Score; readonly other: Score },
): Promise<void> {
  const { story, chain } = stage;
  const both = [lied.match, split.match];
  story.begin('undecided', 'results come in, and the feeds differ: no witness does anything');
  await report(stage, [
    said(CROOKED, lied.match, lied.lie, ', which is a lie'),
    said(NORTH, lied.match, lied.truth),
    said(NORTH, split.match, split.one),
    said(SOUTH, split.match, split.other),
  ]);
  await everyWitnessSays(
    stage,
    both.map((match) => ({ match, call: 'result', status: 'undecided' }) as const),
  );
  for (const match of both) {
    const why = await explanation(stage, match);
    story.say(`  why ${match.letter}, says each (ExplainEvent): ${why}`);
  }
  const proposed = chain.view()?.proposals().length;
  if (proposed !== 0) throw new Error(`expected no proposal while undecided, got ${proposed}`);
}

/** What ExplainEvent says of the result; throws when witnesses say different things. */
async function explanation({ witnesses }: Stage, { eventId, letter }: Match): Promise<string> {
  const reasons = await Promise.all(
    witnesses.map(async ({ client }) => {
      const { decisions } = await client.events.explainEvent({
        eventId,
        call: callCode('result'),
        pageSize: 1,
      });
      return decisions.flatMap((decision) => decision.reasons.map(({ text }) => text)).join('; ');
    }),
  );
  const [first = '', ...others] = new Set(reasons);
  if (first === '' || others.length > 0) {
    throw new Error(
      `expected one explanation of ${letter} from all witnesses, got ${JSON.stringify(reasons)}`,
    );
  }
  return first;
}

/** A third provider ends the dispute: the match is resolved, settled, and gone from the chain. */
export async function agree(stage: Stage, match: Match, truth: Score): Promise<void> {
  stage.story.begin('settled', `a third feed settles ${match.letter}: two of three say ${text(truth)}`);
  await report(stage, [said(SOUTH, match, truth)]);
  await stage.reach(
    `${match.letter} settled and gone`,
    (view) => liveEvent(view, match.nameOnChain) === undefined && view.proposals().length === 0,
  );
  await everyWitnessSays(stage, [{ match, call: 'result', status: 'done' }]);
}
