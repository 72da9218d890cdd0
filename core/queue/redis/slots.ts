import type { LaneName } from './lane.ts';

/** Not now; only when nothing waits in the other lane; or freely. */
export type Standing = 'no' | 'behind' | 'yes';

/**
 * The slots of one subscription: who may ask for a job, and who goes first.
 *
 * A lane asks (waits for a job at the server) only while a slot is free for what it would get; what it asked for and
 * got occupies a slot or not. Both lanes may ask for the same slot; the first to get a job has it. The last free slot
 * goes to `default` first, unless no retry is running and there are several slots: with those, each lane keeps one that
 * the other cannot take, so that retries neither hold up new work nor starve behind it.
 */
export class Slots {
  readonly #concurrency: number;
  readonly #running: Record<LaneName, number> = { default: 0, retry: 0 };
  readonly #asking: Record<LaneName, number> = { default: 0, retry: 0 };

  constructor(concurrency: number) {
    this.#concurrency = concurrency;
  }

  /** Whether a lane may ask for one more job. */
  mayAsk(lane: LaneName): Standing {
    return this.#standing(lane, this.#room(lane) - this.#asking[lane]);
  }

  /** Whether a job of a lane that was taken may begin. */
  mayBegin(lane: LaneName): Standing {
    return this.#standing(lane, this.#room(lane));
  }

  #room(lane: LaneName): number {
    const free = this.#concurrency - this.#running.default - this.#running.retry;
    if (lane === 'default') return free;
    return Math.min(free, Math.max(1, this.#concurrency - 1) - this.#running.retry);
  }

  #standing(lane: LaneName, left: number): Standing {
    if (left <= 0) return 'no';
    if (left > 1) return 'yes';
    const isLastForRetry = this.#concurrency > 1 && this.#running.retry === 0;
    return (lane === 'default') === isLastForRetry ? 'behind' : 'yes';
  }

  ask(lane: LaneName): void {
    this.#asking[lane] += 1;
  }

  /** What was asked for has come, or will not come. */
  answered(lane: LaneName): void {
    this.#asking[lane] -= 1;
  }

  occupy(lane: LaneName): void {
    this.#running[lane] += 1;
  }

  release(lane: LaneName): void {
    this.#running[lane] -= 1;
  }
}
