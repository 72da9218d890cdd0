import type { Context } from '../../core/context.ts';
import { within } from '../../core/within.ts';
import { isRunning } from '../presence.ts';
import { ifInTime } from '../use-cases/if-in-time.ts';
import { timerNow } from '../use-cases/timer-now.ts';
import { type Response, sendJson } from './answer.ts';

/** Components that old monitors look for. */
const LEGACY_COMPONENTS = ['bos-auto', 'bookiesports', 'bos-incidents', 'bos-sync', 'peerplays'] as const;

/** How long the store may take; monitors do not wait for long. */
const STORE_MS = 4_000;
/** How long the queue may take before it is left out. */
const QUEUE_MS = 2_000;

/**
 * `GET /isalive`: versions, queue and scheduler under the keys that monitors of the Python suite read. `failed` counts
 * calls that were given up over an exception and events whose latest run threw. 503 with the versions alone while the
 * store cannot tell the rest.
 */
export async function isalive(
  ctx: Pick<Context, 'chain' | 'clock' | 'log' | 'queue' | 'store' | 'versions'>,
  response: Response,
): Promise<void> {
  const own = ctx.versions['bookie-oracle-suite'] ?? '';
  const legacy = LEGACY_COMPONENTS.map((name) => [name, ctx.versions[name] ?? own] as const);
  const versions = { ...Object.fromEntries(legacy), ...ctx.versions };
  try {
    const now = ctx.clock.now();
    const told = Promise.all([
      ctx.store.work.countDue(timerNow(ctx)),
      ctx.store.decisions.countByStatus(),
      ctx.store.presence.list(),
      ctx.store.switches.get('queue_paused'),
      // A queue that is away knows of no failed runs; the rest can be told all the same.
      ifInTime(ctx.clock, QUEUE_MS, () => ctx.queue.counts()),
    ]);
    const answer = await within(ctx.clock, STORE_MS, told);
    if (!answer) throw new Error(`no answer of the store within ${STORE_MS / 1000} s`);
    const [due, byStatus, heartbeats, paused, queued] = answer.value;
    const failed = (byStatus.get('unhandled_exception') ?? 0) + (queued?.failed ?? 0);
    const running = heartbeats.some(({ role, at }) => role === 'scheduler' && isRunning(at, now));
    sendJson(response, 200, {
      versions,
      queue: { status: { default: { count: due }, failed: { count: failed } }, paused: paused ?? false },
      background: { scheduler: { running } },
    });
  } catch (error) {
    ctx.log.warn({ err: error }, 'isalive: the store cannot tell how much is due');
    sendJson(response, 503, { versions });
  }
}
