import type { Context } from '../core/context.ts';
import { startHeartbeat } from '../worker/heartbeat.ts';

/** Leaves signs of life of a server, so that each of several can tell of the others. */
export async function startApiHeartbeat(ctx: Context, url: string): Promise<AsyncDisposable> {
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, ctx.signal]);
  const heartbeat = await startHeartbeat(
    ctx,
    'api',
    async () => ({ url, spooled: ctx.spool?.count ?? 0 }),
    signal,
  );
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await heartbeat.closed();
    },
  };
}
