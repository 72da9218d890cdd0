import { hostname } from 'node:os';
import type { Context } from '../core/context.ts';
import type { JsonObject } from '../core/incidents/types.ts';
import type { Heartbeat } from '../core/store/store.ts';

/** Pause between two signs of life. */
const HEARTBEAT_MS = 10_000;

/**
 * Leaves signs of life in the store until `signal` aborts, so that any server can tell how this process stands.
 * Resolves after the first attempt; `closed` takes the heartbeat away. A store that is away is only logged.
 */
export async function startHeartbeat(
  ctx: Pick<Context, 'store' | 'clock' | 'log' | 'processId'>,
  role: Heartbeat['role'],
  details: () => Promise<JsonObject>,
  signal: AbortSignal,
): Promise<{ closed(): Promise<void> }> {
  const id = `${ctx.processId}/${role}`;
  const startedAt = ctx.clock.now();

  const beat = async (): Promise<void> => {
    try {
      await ctx.store.presence.beat({
        id,
        role,
        host: hostname(),
        pid: process.pid,
        startedAt,
        at: ctx.clock.now(),
        details: await details(),
      });
    } catch (error) {
      ctx.log.warn({ err: error }, 'could not leave a sign of life');
    }
  };
  const beats = async (): Promise<void> => {
    for (;;) {
      await ctx.clock.sleep(HEARTBEAT_MS, signal);
      if (signal.aborted) return;
      await beat();
    }
  };

  await beat();
  const beating = beats();
  return {
    async closed() {
      await beating;
      try {
        await ctx.store.presence.leave(id);
      } catch (error) {
        ctx.log.warn({ err: error }, 'could not take the last sign of life away');
      }
    },
  };
}
