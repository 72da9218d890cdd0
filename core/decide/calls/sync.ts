import { agree } from '../agreement/agree.ts';
import { decision } from '../decision.ts';
import { sportsObjects } from '../objects/sports-objects.ts';
import { needOf, standingsOf } from '../objects/standing.ts';
import { sportOfSync } from '../sync-event.ts';
import type { DecideInput, Decision } from '../types.ts';
import { authorityOf, conclude } from './conclude.ts';

/** Most operations of one proposal of a sync: rules carry long texts, and a transaction has to fit into a block. */
export const SYNC_BATCH = 40;

/**
 * `sync`: every sport, league and rules of the data set, as the pseudo-event `sports:<network>`; as
 * `sports:<network>:<sport>` only that sport is proposed and waited for, while proposals about all of them are judged
 * alike, so that the two never contradict each other (agreement rule P). The same path as any call; not final until what
 * was asked for is on chain as in the data. One proposal at a time: the next batch follows once the one before is taken.
 */
export function decideSync(input: DecideInput): Decision {
  const { view, sports, eventId } = input;
  const objects = sportsObjects(sports);
  const standings = standingsOf(
    view,
    objects.map(({ object }) => object),
  );
  const only = sportOfSync(eventId, sports.network);
  const asked = new Set(
    objects.filter(({ sport }) => only === undefined || sport === only).map(({ object }) => object),
  );
  const own = standings.filter(({ object }) => asked.has(object));
  const agreement = agree(input, {
    standings,
    // There is no start, so the order is the same on all days.
    rank: { sport: '', call: 'sync', day: '' },
    maxOperations: SYNC_BATCH,
    proposes: ({ object }) => asked.has(object),
  });
  const isOver = own.every((standing) => needOf(standing) === 'nothing');
  const end = conclude(input, own, agreement, isOver);
  return decision(input, {
    ...end,
    reasons: agreement.reasons,
    dependsOn: {
      objects: [...own.flatMap(({ id }) => (id === undefined ? [] : [id])), ...authorityOf(end)],
      proposals: !end.final,
    },
    memory: agreement.memory,
  });
}
