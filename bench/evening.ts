import { eventIdOf } from '../core/incidents/identity.ts';
import { planEvening } from '../test/e2e/evening/plan.ts';
import { playEvening } from '../test/e2e/evening/play.ts';
import { blocksToCreate } from '../test/e2e/evening/report.ts';
import { type Delivery, type Evening, type Role, WITNESSES } from '../test/e2e/evening/types.ts';
import { against, figure, percentile, type Result } from './results.ts';

const SEED = 1;
const MATCHES = 40;
const TIMES_FASTER = 20;
const MOST_BLOCKS = 3;
const MINUTE_MS = 60_000;
/** Each pair plays once. */
const PAIRS: readonly (readonly [home: string, away: string])[] = [
  ['Washington Capitals', 'New York Islanders'],
  ['Anaheim Ducks', 'Boston Bruins'],
  ['Buffalo Sabres', 'Calgary Flames'],
  ['Carolina Hurricanes', 'Chicago Blackhawks'],
  ['Colorado Avalanche', 'Columbus Blue Jackets'],
  ['Dallas Stars', 'Detroit Red Wings'],
  ['Edmonton Oilers', 'Florida Panthers'],
  ['Los Angeles Kings', 'Minnesota Wild'],
];

/**
 * A league's evening against real time, and how many blocks after the second of two providers' reports an event is on
 * chain, with eleven witnesses of ours. One process plays all witnesses and the chain.
 */
export async function benchEvening(): Promise<readonly Result[]> {
  const { figures } = await playEvening(planEvening({ seed: SEED, matches: MATCHES, cast: 'ours' }));
  const record = await playEvening(announcements(), { roles: Array<Role>(WITNESSES).fill('ours') });
  const blocks = blocksToCreate(record);
  if (blocks.length !== PAIRS.length)
    throw new Error(`expected ${PAIRS.length} events on chain, got ${blocks.length}`);
  return [
    against(
      `an evening of ${MATCHES} matches and ${WITNESSES} witnesses: virtual time per time`,
      figures.virtualMs / 1000,
      's',
      figures.wallMs / 1000,
      { min: TIMES_FASTER },
    ),
    figure('runs of calls in that evening', figures.runs / (figures.wallMs / 1000), 'runs/s'),
    figure('blocks from the second report to the event on chain, p50', percentile(blocks, 0.5), 'blocks'),
    against(
      'blocks from the second report to the event on chain, longest',
      Math.max(...blocks),
      'blocks',
      1,
      { max: MOST_BLOCKS },
    ),
  ];
}

/** Two providers announce one match after the other, to all witnesses at the same time. */
function announcements(): Evening {
  const startsAt = new Date('2026-10-01T15:00:00Z');
  const deliveries = PAIRS.flatMap(([home, away], index) =>
    ['one', 'other'].flatMap((provider, turn): Delivery[] => {
      const at = new Date(startsAt.getTime() + (10 * index + turn) * MINUTE_MS);
      // Another day for each, so that another witness is the first to propose.
      const day = String(index + 2).padStart(2, '0');
      const incident = {
        id: {
          sport: 'Ice Hockey',
          event_group_name: 'NHL Regular Season',
          start_time: `2026-10-${day}T19:00:00Z`,
          home,
          away,
        },
        call: 'create',
        arguments: { season: '2026' },
        provider_info: { name: provider, pushed: at.toISOString() },
      };
      const eventId = eventIdOf(incident.id);
      return Array.from({ length: WITNESSES }, (_, witness) => ({ at, witness, eventId, incident }));
    }),
  );
  const endsAt = new Date(startsAt.getTime() + 10 * PAIRS.length * MINUTE_MS);
  return { seed: SEED, cast: 'ours', nodes: 'one', startsAt, endsAt, matches: [], deliveries };
}
