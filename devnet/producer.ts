import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Ledger } from './ledger.ts';

export interface ProducerOptions {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** What chain time is ahead of the clock, in milliseconds. */
  readonly offsetMs: number;
  /** Seconds between blocks. */
  readonly interval: number;
  readonly log: Log;
}

/** Makes blocks: on demand, or at every multiple of the interval on the injected clock. */
export class Producer {
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #offsetMs: number;
  readonly #interval: number;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  /** Blocks still to be left out. */
  #skip = 0;

  constructor(options: ProducerOptions) {
    this.#ledger = options.ledger;
    this.#clock = options.clock;
    this.#offsetMs = options.offsetMs;
    this.#interval = options.interval;
    this.#log = options.log;
  }

  /** Makes a block now and returns its number. */
  produce(): number {
    const block = this.#ledger.produce(this.#nextTime(this.#skip));
    this.#skip = 0;
    return block.number;
  }

  /** Replaces the last block; see `Ledger.fork`. */
  fork(drop: boolean): number {
    return this.#ledger.fork(this.#nextTime(0), drop).number;
  }

  /** Leaves out blocks: on a timer they are not made, on demand the next one is that much later. */
  gap(blocks: number): void {
    this.#skip += blocks;
  }

  /** Begins to make blocks by time. A tick that comes too late makes one block, not all that were missed. */
  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const intervalMs = this.#interval * 1000;
    while (!signal.aborted) {
      const now = this.#now();
      const next = Math.max(
        (Math.floor(now / intervalMs) + 1) * intervalMs,
        // Blocks made on demand may have taken chain time ahead of the clock.
        (this.#ledger.head.time + this.#interval) * 1000,
      );
      await this.#clock.sleep(next - now, signal);
      if (signal.aborted) return;
      if (this.#skip > 0) {
        this.#skip -= 1;
        continue;
      }
      try {
        this.produce();
      } catch (error) {
        this.#log.error({ error: String(error) }, 'the devnet could not make a block');
      }
    }
  }

  #now(): number {
    return this.#clock.now().getTime() + this.#offsetMs;
  }

  /** The time of the next block in seconds: the clock's, on a slot, and at least one interval after the head. */
  #nextTime(skipped: number): number {
    const slot = Math.floor(this.#now() / 1000 / this.#interval) * this.#interval;
    const after = (Math.floor(this.#ledger.head.time / this.#interval) + 1) * this.#interval;
    return Math.max(slot, after) + skipped * this.#interval;
  }
}
