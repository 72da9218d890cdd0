import type { Clock } from '../../../core/clock.ts';

/** Time that stands still until it is moved. */
export interface VirtualClock extends Clock {
  /**
   * Moves both clocks forward by one step and wakes everybody whose time has come, in the order of their times. Like
   * a machine that slept, whoever would have woken several times meanwhile wakes once.
   */
  advance(ms: number): void;
  /** A clock with the same time that knows how long its own sleepers sleep. */
  part(): ClockPart;
}

/** One user's view of a virtual clock. */
export interface ClockPart extends Clock {
  /** Lengths of the sleeps that go on, in milliseconds. */
  readonly sleeping: readonly number[];
}

interface Sleeper {
  readonly at: number;
  readonly ms: number;
  readonly wake: () => void;
}

/** Makes one that shows `start`. */
export function virtualClock(start: Date): VirtualClock {
  const startMs = start.getTime();
  let elapsed = 0;
  const everybody = new Set<Sleeper>();

  const sleeper = (own: Set<Sleeper>): Clock['sleep'] => {
    return (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const one: Sleeper = {
          at: elapsed + ms,
          ms,
          wake: () => {
            everybody.delete(one);
            own.delete(one);
            signal?.removeEventListener('abort', one.wake);
            resolve();
          },
        };
        signal?.addEventListener('abort', one.wake, { once: true });
        everybody.add(one);
        own.add(one);
      });
  };
  const now = (): Date => new Date(startMs + elapsed);
  const monotonicMs = (): number => elapsed;

  return {
    now,
    monotonicMs,
    sleep: sleeper(new Set()),
    part() {
      const own = new Set<Sleeper>();
      return {
        now,
        monotonicMs,
        sleep: sleeper(own),
        get sleeping() {
          return [...own].map(({ ms }) => ms);
        },
      };
    },
    advance(ms) {
      elapsed += ms;
      const due = [...everybody].filter(({ at }) => at <= elapsed).sort((a, b) => a.at - b.at);
      for (const { wake } of due) wake();
    },
  };
}
