import { agree } from '../agreement/agree.ts';
import { decision } from '../decision.ts';
import { sportsObjects } from '../objects/sports-objects.ts';
import { standingsOf } from '../objects/standing.ts';
import type { DecideInput, Decision } from '../types.ts';
import { authorityOf, conclude } from './conclude.ts';

/** Most operations of one proposal of a sync: rules carry long texts, and a transaction has to fit into a block. */
export const SYNC_BATCH = 40;

/**
 * `sync`: every sport, league and rules of the data set, as the pseudo-event `sports:<network>` (agreement rule P).
 * The same path as any call; not final until all of it is on chain as in the data. One proposal at a time: the next
 * batch follows once the one before is taken.
 */
export function decideSync(input: DecideInput): Decision {
  const { view, sports } = input;
  const standings = standingsOf(
    view,
    sportsObjects(sports).map(({ object }) => object),
  );
  const agreement = agree(input, {
    standings,
    // There is no start, so the order is the same on all days.
    rank: { sport: '', call: 'sync', day: '' },
    maxOperations: SYNC_BATCH,
  });
  const end = conclude(input, standings, agreement);
  return decision(input, {
    ...end,
    reasons: agreement.reasons,
    dependsOn: {
      objects: [...standings.flatMap(({ id }) => (id === undefined ? [] : [id])), ...authorityOf(end)],
      proposals: !end.final,
    },
    memory: agreement.memory,
  });
}
