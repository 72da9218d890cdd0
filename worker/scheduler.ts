import type { Context } from '../core/context.ts';
import { enqueueDue } from '../core/queue/due.ts';
import { startHeartbeat } from './heartbeat.ts';
import { startLeading } from './leader.ts';
import { makeLeaseKeeper } from './lease.ts';
import { oracleNow } from './sight.ts';

/** A running scheduler. */
export interface Scheduler extends AsyncDisposable {
  /** Ends after the tick in hand and lets another lead. Repeatable. */
  close(): Promise<void>;
}

/** Due calls that one tick looks at; the rest follows on the next, `midway` and the oldest come first. */
const TICK_LIMIT = 5000;

/** The pseudo-event whose lease says which scheduler leads. */
const LEADER = 'scheduler';

/**
 * Finds what is due in the store, at the start and every `scheduler.intervalMs`, and puts it into the queue: the net
 * under everything that got lost on the way (agreement rule "Causes"). Requests for `sports:<network>` are due calls
 * like any other. Of several schedulers on one store one does this, the others wait to take over. Two that both
 * believe to lead for a moment only find the same work twice, and the queue coalesces it.
 */
export async function startScheduler(ctx: Context): Promise<Scheduler> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const log = ctx.log.child({ part: 'scheduler' });
  const last = { at: '', due: 0, problem: '' };

  const tick = async (): Promise<void> => {
    last.at = ctx.clock.now().toISOString();
    try {
      last.due = await enqueueDue(ctx.store, ctx.queue, oracleNow(ctx), TICK_LIMIT);
      last.problem = '';
      if (last.due > 0) log.debug({ due: last.due }, 'put due work into the queue');
    } catch (error) {
      last.problem = error instanceof Error ? error.message : String(error);
      log.warn({ err: error }, 'could not look for due work; trying again at the next tick');
    }
  };
  const ticks = async (leading: AbortSignal): Promise<void> => {
    while (!leading.aborted) {
      await tick();
      await ctx.clock.sleep(ctx.config.scheduler.intervalMs, leading);
    }
  };
  const { clock } = ctx;
  const leases = makeLeaseKeeper({
    leases: ctx.store.leases,
    clock,
    log,
    holder: ctx.processId,
    leaseMs: ctx.config.worker.leaseMs,
  });
  const leadership = startLeading({ leases, name: LEADER, clock, log, signal }, ticks);
  await leadership.asked;
  const heartbeat = await startHeartbeat(
    { ...ctx, log },
    'scheduler',
    async () => ({
      leader: leadership.leads,
      last_tick_at: last.at,
      last_tick_due: last.due,
      problem: last.problem,
    }),
    signal,
  );

  const shutDown = async (): Promise<void> => {
    stopping.abort();
    ctx.signal.removeEventListener('abort', onAbort);
    await Promise.all([leadership.closed(), heartbeat.closed()]);
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= shutDown();
    return closing;
  };
  const onAbort = (): void => {
    close().catch((error: unknown) => log.error({ err: error }, 'could not stop the scheduler cleanly'));
  };
  ctx.signal.addEventListener('abort', onAbort, { once: true });
  if (ctx.signal.aborted) onAbort();

  return { close, [Symbol.asyncDispose]: close };
}
