import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { JobQueue } from '../core/queue/queue.ts';

/** Brings events to the queue without losing one that the queue could not take. */
export interface Enqueuer {
  /** Adds the event; when the queue cannot take it, again a second later until it can. */
  now(eventId: string): void;
  /** Adds the event after `ms` milliseconds; one waiting at a time per event. */
  later(eventId: string, ms: number): void;
  /** Resolves when nothing waits any more; call it after the signal has aborted. */
  settled(): Promise<void>;
}

/** Pause after the queue could not take a reference. */
const QUEUE_RETRY_MS = 1000;

/** Makes one; everything that waits ends when `signal` aborts (the scheduler of the next start finds the work). */
export function makeEnqueuer(options: {
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}): Enqueuer {
  const { queue, clock, log, signal } = options;
  const adding = new Set<Promise<void>>();
  const waiting = new Map<string, Promise<void>>();

  const add = async (eventId: string): Promise<void> => {
    try {
      await queue.add({ eventId, lane: 'default' });
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ eventId, err: error }, 'the queue did not take an event; trying again');
      later(eventId, QUEUE_RETRY_MS);
    }
  };
  const now = (eventId: string): void => {
    if (signal.aborted) return;
    const promise = add(eventId).finally(() => adding.delete(promise));
    adding.add(promise);
  };
  const later = (eventId: string, ms: number): void => {
    if (signal.aborted || waiting.has(eventId)) return;
    const wait = async (): Promise<void> => {
      await clock.sleep(ms, signal);
      waiting.delete(eventId);
      now(eventId);
    };
    waiting.set(eventId, wait());
  };

  return {
    now,
    later,
    async settled() {
      await Promise.all([...waiting.values(), ...adding]);
    },
  };
}
