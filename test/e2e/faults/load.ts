import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { reportPlain } from '../../../client/index.ts';
import type { JsonObject } from '../../../core/incidents/types.ts';

const TEAMS = [
  'Anaheim Ducks',
  'Boston Bruins',
  'Buffalo Sabres',
  'Calgary Flames',
  'Carolina Hurricanes',
  'Chicago Blackhawks',
  'Colorado Avalanche',
  'Columbus Blue Jackets',
  'Dallas Stars',
] as const;
const FIVE_MINUTES_MS = 300_000;
const DAY_MS = 86_400_000;

/** The announcement of match `match` (0, 1, 2 ... are different ones, all in two days) by a provider. */
export function createBy(match: number, provider: string): JsonObject {
  const pairs = TEAMS.length - 1;
  const start =
    Math.floor(Date.now() / DAY_MS) * DAY_MS + 2 * DAY_MS + Math.floor(match / pairs) * FIVE_MINUTES_MS;
  return {
    id: {
      sport: 'Ice Hockey',
      event_group_name: 'NHL Regular Season',
      start_time: new Date(start).toISOString().replace('.000Z', 'Z'),
      home: TEAMS[match % pairs] ?? '',
      away: TEAMS[(match % pairs) + 1] ?? '',
    },
    call: 'create',
    arguments: { season: '2029' },
    provider_info: { name: provider, pushed: new Date().toISOString() },
  };
}

/** A report that was answered with 200. */
export interface Acknowledged {
  readonly provider: string;
  /** Canonical. */
  readonly uniqueString: string;
}

/** Reports on their way to a server. */
export interface Load {
  /** So far; grows. */
  readonly acknowledged: readonly Acknowledged[];
  /** Other answers than 200, by status; a server must not give any for what it was sent here. */
  readonly refused: ReadonlyMap<number, number>;
  /** Resolves when all have been sent. */
  readonly done: Promise<void>;
}

/**
 * Sends an announcement of every match by every provider, some at a time, each until it is answered or `tries` have
 * failed: data proxies try once more after a connection failed.
 */
export function sendLoad(options: {
  readonly url: string;
  readonly matches: number;
  readonly providers: number;
  readonly atATime?: number;
  readonly timeoutMs?: number;
  /** Pause after each answer, so that there is load for some seconds. */
  readonly pauseMs?: number;
}): Load {
  const { url, matches, providers, atATime = 8, timeoutMs = 5000, pauseMs = 0 } = options;
  const acknowledged: Acknowledged[] = [];
  const refused = new Map<number, number>();
  let next = 0;
  const sender = async (): Promise<void> => {
    for (;;) {
      const n = next++;
      if (n >= matches * providers) return;
      const provider = `provider ${Math.floor(n / matches)}`;
      const incident = createBy(n % matches, provider);
      for (let tries = 0; tries < 2; tries += 1) {
        const answer = await reportPlain({ url: `${url}/trigger`, incident, timeoutMs }).catch(
          () => undefined,
        );
        if (answer?.accepted) {
          const uniqueString = answer.message.unique_string;
          assert(typeof uniqueString === 'string');
          acknowledged.push({ provider, uniqueString });
          break;
        }
        if (answer) {
          refused.set(answer.status, (refused.get(answer.status) ?? 0) + 1);
          break;
        }
        await delay(200);
      }
      if (pauseMs > 0) await delay(pauseMs);
    }
  };
  const done = Promise.all(Array.from({ length: atATime }, sender)).then(() => {});
  return { acknowledged, refused, done };
}
