import { type Match, NORTH, SOUTH } from '../matches.ts';
import { english, liveEvent } from '../on-chain.ts';
import { report } from '../report.ts';
import type { Stage } from '../stage.ts';
import { everyWitnessSays } from '../statuses.ts';

/** Witnesses wait an hour for further values, counted from the first; so the feeds of the demo gave theirs before. */
const AGE_MS = 2 * 3_600_000;
const VALUES = [
  [NORTH, 5.5],
  [SOUTH, 6],
] as const;

/** `dynamic_bmgs`: over/under at the line that the values of the feeds come to. */
export async function openTotal(stage: Stage, match: Match, line: number): Promise<void> {
  stage.story.begin(
    'total',
    `${match.letter} gets an over/under group: the median of 5.5 and 6 is 5.75, down to 5, plus a half: ${line}`,
  );
  const saidAt = new Date(Date.now() - AGE_MS);
  await report(
    stage,
    VALUES.map(([feed, value]) => ({
      ...{ feed, match, saidAt, call: 'dynamic_bmgs' },
      args: { types: [{ type: 'ou', value: String(value) }] },
      words: `dynamic_bmgs over/under ${value}, said two hours ago`,
    })),
  );
  await stage.reach(`"Total Goals: ${line}" of ${match.letter}`, (view) => {
    const event = liveEvent(view, match.nameOnChain);
    const group = view
      .marketGroups(event?.id ?? '')
      .find(({ description }) => english(description) === `Total Goals: ${line}`);
    return group !== undefined && view.markets(group.id).length === 2 && view.proposals().length === 0;
  });
  await everyWitnessSays(stage, [{ match, call: 'dynamic_bmgs', status: 'done' }]);
}
