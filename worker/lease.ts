import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Lease, LeaseStore } from '../core/store/store.ts';

/*
 * A lease is free (no row, or the newest one is released), held, or orphaned (its holder stopped without releasing).
 * free -> held: whoever inserts the next epoch; the unique key picks one. held -> free: the holder releases.
 * held -> orphaned is never written down: others see that the counter stands still. orphaned -> held: by inserting the
 * next epoch, after the counter was watched standing still for the lease's length on the watcher's own monotonic
 * clock. No clock is compared with another machine's, so a stopped holder that wakes up late may believe that it still
 * holds: `confirm` asks the store, and the broadcaster asks again right before it signs.
 */

/** The right to work on one event until released or lost. */
export interface HeldLease {
  readonly eventId: string;
  readonly epoch: number;
  /** Aborts as soon as the lease is known to be lost, or could not be renewed for its whole length. */
  readonly lost: AbortSignal;
  /** Asks the store whether this epoch still counts; false also aborts `lost`. */
  confirm(): Promise<boolean>;
  /** Gives it back; harmless when it is lost. Never throws: what is not released is taken over later. */
  release(): Promise<void>;
}

/** Takes and keeps leases for one process (agreement rule J). */
export interface LeaseKeeper {
  /**
   * Takes the lease of the event, or answers undefined when somebody else holds it; asking again is also how the
   * holder's counter is watched, so whoever is refused comes back after `retryMs`.
   * @throws BosError unavailable when the store is away
   */
  acquire(eventId: string): Promise<HeldLease | undefined>;
  /** Pause before asking again, in milliseconds. */
  readonly retryMs: number;
}

/** What a keeper works with; `holder` is the name of this process, `leaseMs` the length of a lease. */
export interface LeaseOptions {
  readonly leases: LeaseStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly holder: string;
  readonly leaseMs: number;
}

/** Makes the keeper of one process. A holder renews three times per lease length. */
export function makeLeaseKeeper(options: LeaseOptions): LeaseKeeper {
  const { leases, clock, holder, leaseMs } = options;
  const watched = new Map<string, { epoch: number; counter: number; sinceMs: number }>();

  const stoodStill = (lease: Lease, readAtMs: number): boolean => {
    const before = watched.get(lease.eventId);
    if (before && before.epoch === lease.epoch && before.counter === lease.counter) {
      return readAtMs - before.sinceMs >= leaseMs;
    }
    // Taken after the answer came: the watch must not begin before the counter had this value.
    const sinceMs = clock.monotonicMs();
    watched.set(lease.eventId, { epoch: lease.epoch, counter: lease.counter, sinceMs });
    return false;
  };

  return {
    retryMs: leaseMs / 3,
    async acquire(eventId) {
      const readAtMs = clock.monotonicMs();
      const current = await leases.current(eventId);
      if (current && !current.released && !stoodStill(current, readAtMs)) return undefined;
      const epoch = (current?.epoch ?? 0) + 1;
      if (!(await leases.insert({ eventId, epoch, holder }))) return undefined;
      watched.delete(eventId);
      if (current && !current.released) {
        options.log.warn({ eventId, epoch, before: current.holder }, 'took over an orphaned lease');
      }
      return hold(options, eventId, epoch);
    },
  };
}

/** Keeps the counter growing until the lease is released or lost. */
function hold(options: LeaseOptions, eventId: string, epoch: number): HeldLease {
  const { leases, clock, log, leaseMs } = options;
  const lost = new AbortController();
  const over = new AbortController();

  const lose = (why: string): void => {
    if (lost.signal.aborted || over.signal.aborted) return;
    log.warn({ eventId, epoch, why }, 'lost a lease');
    lost.abort();
  };

  const renew = async (): Promise<void> => {
    let renewedMs = clock.monotonicMs();
    const stop = AbortSignal.any([over.signal, lost.signal]);
    for (;;) {
      await clock.sleep(leaseMs / 3, stop);
      if (stop.aborted) return;
      const askedMs = clock.monotonicMs();
      try {
        if (!(await leases.renew(eventId, epoch))) return lose('another process took over');
        renewedMs = askedMs;
      } catch (error) {
        log.warn({ eventId, epoch, err: error }, 'could not renew a lease');
        if (askedMs - renewedMs >= leaseMs) return lose('it could not be renewed for its length');
      }
    }
  };
  const renewing = renew();

  return {
    eventId,
    epoch,
    lost: lost.signal,
    async confirm() {
      if (lost.signal.aborted) return false;
      const current = await leases.current(eventId);
      const holds = current?.epoch === epoch && !current.released;
      if (!holds) lose('another epoch counts');
      return holds;
    },
    async release() {
      // A reason of its own: without one each abort makes an exception with its stack.
      over.abort('released');
      await renewing;
      try {
        await leases.release(eventId, epoch);
      } catch (error) {
        log.warn({ eventId, epoch, err: error }, 'could not release a lease; it will be taken over');
      }
    },
  };
}
