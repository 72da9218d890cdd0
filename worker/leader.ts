import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { HeldLease, LeaseKeeper } from './lease.ts';

/** Who leads, as far as this process knows. */
export interface Leadership {
  /** Whether this process leads right now. */
  readonly leads: boolean;
  /** Resolves when it was asked for the first time whether this process may lead. */
  readonly asked: Promise<void>;
  /** Resolves when nothing is done any more; call it after the signal has aborted. */
  closed(): Promise<void>;
}

/**
 * Keeps one of several processes the leader until `signal` aborts: whoever holds the lease of `name`, a pseudo-event
 * that has no incidents (agreement rule J). The leader does `body` until the signal that it is given aborts, which is
 * when the lease is lost or the process stops; the others ask for the lease again and again, and one of them takes it
 * over after it has stood still for its length, or at once when it was given back.
 */
export function startLeading(
  options: {
    readonly leases: LeaseKeeper;
    readonly name: string;
    readonly clock: Clock;
    readonly log: Log;
    readonly signal: AbortSignal;
  },
  body: (leading: AbortSignal) => Promise<void>,
): Leadership {
  const { leases, name, clock, log, signal } = options;
  let leads = false;
  const asked = Promise.withResolvers<void>();

  const acquire = async (): Promise<HeldLease | undefined> => {
    try {
      return await leases.acquire(name);
    } catch (error) {
      log.warn({ name, err: error }, 'could not ask who leads; trying again');
      return undefined;
    }
  };
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      const lease = await acquire();
      leads = lease !== undefined;
      asked.resolve();
      if (!lease) {
        await clock.sleep(leases.retryMs, signal);
        continue;
      }
      log.info({ name, epoch: lease.epoch }, 'leading');
      try {
        await body(AbortSignal.any([signal, lease.lost]));
      } finally {
        leads = false;
        await lease.release();
      }
    }
  };
  // A signal that has aborted before is not asked under.
  const looping = loop().finally(asked.resolve);
  return {
    get leads() {
      return leads;
    },
    asked: asked.promise,
    closed: () => looping,
  };
}
