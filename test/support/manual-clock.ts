import type { Clock } from '../../core/clock.ts';

/** A clock that stands still until a test advances it. */
export interface ManualClock extends Clock {
  /** Moves both clocks forward and wakes sleepers whose time has come, in order. */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock without moving the monotonic one (a jump). */
  set(date: Date): void;
  /** How many sleepers wait. */
  readonly sleepers: number;
}

/** Makes a clock that starts at `start`. */
export function manualClock(start: Date | string = '2026-01-15T12:00:00Z'): ManualClock {
  let wall = new Date(start).getTime();
  let monotonic = 0;
  const sleeping = new Set<{ at: number; wake: () => void }>();
  return {
    now: () => new Date(wall),
    monotonicMs: () => monotonic,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper = { at: monotonic + ms, wake: () => {} };
        sleeper.wake = () => {
          sleeping.delete(sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        };
        signal?.addEventListener('abort', sleeper.wake, { once: true });
        sleeping.add(sleeper);
      }),
    async advance(ms) {
      const until = monotonic + ms;
      for (;;) {
        const next = [...sleeping].filter((s) => s.at <= until).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        wall += Math.max(0, next.at - monotonic);
        monotonic = Math.max(monotonic, next.at);
        next.wake();
        // Lets what the sleeper does next (perhaps sleep again) happen before time goes on.
        await new Promise((resolve) => setImmediate(resolve));
      }
      wall += until - monotonic;
      monotonic = until;
      await new Promise((resolve) => setImmediate(resolve));
    },
    set(date) {
      wall = date.getTime();
    },
    get sleepers() {
      return sleeping.size;
    },
  };
}
