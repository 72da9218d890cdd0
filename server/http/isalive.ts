import type { Context } from '../../core/context.ts';
import { isRunning } from '../presence.ts';
import { timerNow } from '../use-cases/timer-now.ts';
import { type Response, sendJson } from './answer.ts';

/** Components that old monitors look for. */
const LEGACY_COMPONENTS = ['bos-auto', 'bookiesports', 'bos-incidents', 'bos-sync', 'peerplays'] as const;

/**
 * `GET /isalive`: versions, queue and scheduler under the keys that monitors of the Python suite read. 503 with the
 * versions alone while the store cannot tell the rest.
 */
export async function isalive(
  ctx: Pick<Context, 'chain' | 'clock' | 'log' | 'store' | 'versions'>,
  response: Response,
): Promise<void> {
  const own = ctx.versions['bookie-oracle-suite'] ?? '';
  const legacy = LEGACY_COMPONENTS.map((name) => [name, ctx.versions[name] ?? own] as const);
  const versions = { ...Object.fromEntries(legacy), ...ctx.versions };
  try {
    const now = ctx.clock.now();
    const [due, byStatus, heartbeats] = await Promise.all([
      ctx.store.work.countDue(timerNow(ctx)),
      ctx.store.decisions.countByStatus(),
      ctx.store.presence.list(),
    ]);
    const failed = byStatus.get('unhandled_exception') ?? 0;
    const running = heartbeats.some(({ role, at }) => role === 'scheduler' && isRunning(at, now));
    sendJson(response, 200, {
      versions,
      queue: { status: { default: { count: due }, failed: { count: failed } } },
      background: { scheduler: { running } },
    });
  } catch (error) {
    ctx.log.warn({ err: error }, 'isalive: the store cannot tell how much is due');
    sendJson(response, 503, { versions });
  }
}
