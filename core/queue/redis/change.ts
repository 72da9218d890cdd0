import type { Clock } from '../../clock.ts';

/** Wakes whoever waits for "something is different now, look again". */
export class Change {
  #next = Promise.withResolvers<void>();

  /** Resolves at the next change. */
  wait(): Promise<void> {
    return this.#next.promise;
  }

  /** The same, but resolves after `ms` at the latest. */
  async waitAtMost(clock: Clock, ms: number): Promise<void> {
    const over = new AbortController();
    await Promise.race([this.wait(), clock.sleep(ms, over.signal)]);
    over.abort();
  }

  notify(): void {
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers<void>();
    resolve();
  }
}
