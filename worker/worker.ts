import type { Context } from '../core/context.ts';
import { decide } from '../core/decide/decide.ts';
import { essence } from '../core/decide/essence.ts';
import { decideSettings } from '../core/decide/settings.ts';
import type { JsonObject } from '../core/incidents/types.ts';
import { followPause } from '../core/queue/follow-pause.ts';
import type { WorkReference } from '../core/queue/queue.ts';
import { makeEnqueuer } from './enqueuer.ts';
import { startHeartbeat } from './heartbeat.ts';
import { makeLeaseKeeper } from './lease.ts';
import type { Judgement, Parts } from './parts.ts';
import { type RunOutcome, runEvent } from './run-event.ts';
import { makeEyes } from './sight.ts';
import { signingState } from './signing.ts';
import { type EffectNote, makeTally } from './tally.ts';
import { startWaker } from './waker.ts';

/** A running worker. */
export interface Worker extends AsyncDisposable {
  /** Takes nothing new, lets the calls in hand end, gives leases back; 5 seconds at most. Repeatable. */
  close(): Promise<void>;
  /** How it stands, for tests and status of the same process. */
  status(): WorkerStatus;
}

export interface WorkerStatus {
  readonly inHand: readonly string[];
  /** Unfinished calls that the waker watches. */
  readonly watching: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly effects: readonly EffectNote[];
}

/** Longest time that `close` waits for runs in hand. */
const DRAIN_MS = 5000;
/** Bounds of what a heartbeat lists. */
const LISTED_EVENTS = 20;
const LISTED_PROBLEMS = 20;

/**
 * Takes due events from the queue, up to the configured number at a time, and runs them; wakes unfinished ones when the
 * chain moves; leaves heartbeats. Resolves when it takes work. Closes by itself when the context's signal aborts.
 * @param overrides what decides, for tests that are not about deciding
 * @throws BosError unavailable when the queue cannot be subscribed to
 */
export async function startWorker(ctx: Context, overrides: Partial<Judgement> = {}): Promise<Worker> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const log = ctx.log.child({ part: 'worker' });
  const enqueuer = makeEnqueuer({ queue: ctx.queue, clock: ctx.clock, log, signal });
  const eyes = makeEyes({ ...ctx, log });
  const tally = makeTally();
  const waker = startWaker({ ...ctx, log }, enqueuer, signal);
  const leases = makeLeaseKeeper({
    leases: ctx.store.leases,
    clock: ctx.clock,
    log,
    holder: ctx.processId,
    leaseMs: ctx.config.worker.leaseMs,
  });
  const judgement: Judgement = {
    decide,
    essence,
    settings: decideSettings(ctx.config),
    random: Math.random,
    ...overrides,
  };
  const parts: Parts = { ctx: { ...ctx, log }, judgement, leases, eyes, waker, tally };
  const inHand = new Set<string>();

  const handle = async ({ eventId }: WorkReference): Promise<void> => {
    // What is left undone stays due; the next start or another worker takes it.
    if (signal.aborted) return;
    inHand.add(eventId);
    let outcome: RunOutcome;
    try {
      outcome = await runEvent(parts, eventId, signal);
    } catch (error) {
      tally.count('runs_failed');
      log.error({ eventId, err: error }, 'a run failed; it is tried again');
      enqueuer.later(eventId, leases.retryMs);
      throw error;
    } finally {
      inHand.delete(eventId);
    }
    if (outcome === 'busy' || outcome === 'lost') {
      tally.count(`runs_${outcome}`);
      enqueuer.later(eventId, leases.retryMs);
    }
  };

  const status = (): WorkerStatus => ({
    inHand: [...inHand],
    watching: waker.watching,
    counts: tally.counts(),
    effects: tally.effects(),
  });
  const pause = await followPause({ ...ctx, log, signal });
  const subscription = await ctx.queue.process(ctx.config.worker.concurrency, handle);
  const heartbeat = await startHeartbeat(
    { ...ctx, log },
    'worker',
    async () => ({ ...(await signingState(ctx, eyes)), ...statusDetails(status()) }),
    signal,
  );

  const shutDown = async (): Promise<void> => {
    stopping.abort();
    ctx.signal.removeEventListener('abort', onAbort);
    const waited = new AbortController();
    const drained = subscription.close().then(
      () => true,
      (error: unknown) => {
        log.error({ err: error }, 'the queue did not end the subscription cleanly');
        return true;
      },
    );
    const tooLate = ctx.clock.sleep(DRAIN_MS, waited.signal).then(() => false);
    if (!(await Promise.race([drained, tooLate]))) {
      log.warn(
        { inHand: [...inHand] },
        'stopped without waiting for runs that hang; their leases are taken over',
      );
    }
    waited.abort();
    await Promise.all([enqueuer.settled(), waker.closed(), heartbeat.closed(), pause.closed()]);
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= shutDown();
    return closing;
  };
  const onAbort = (): void => {
    close().catch((error: unknown) => log.error({ err: error }, 'could not stop the worker cleanly'));
  };
  ctx.signal.addEventListener('abort', onAbort, { once: true });
  if (ctx.signal.aborted) onAbort();

  return { close, status, [Symbol.asyncDispose]: close };
}

/** What a heartbeat tells of the work. */
function statusDetails(status: WorkerStatus): JsonObject {
  const problems = status.effects.filter((note) => note.reason !== undefined && note.outcome !== 'held');
  return {
    in_hand: status.inHand.slice(0, LISTED_EVENTS),
    in_hand_count: status.inHand.length,
    watching: status.watching,
    counts: status.counts,
    problems: problems.slice(-LISTED_PROBLEMS).map((note) => ({
      event_id: note.eventId,
      call: note.call,
      kind: note.kind,
      outcome: note.outcome,
      reason: note.reason ?? '',
      times: note.times,
      at: note.at.toISOString(),
    })),
  };
}
