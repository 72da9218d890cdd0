import type { Clock } from '../clock.ts';

/** Things that arrive in order for one reader, who may wait a limited time for the next one. */
export class Mailbox<T> {
  readonly #clock: Clock;
  readonly #items: T[] = [];
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  push(item: T): void {
    this.#items.push(item);
    this.#wake?.();
  }

  /** The next item; undefined when `timeoutMs` passes first or the signal aborts. */
  async next(timeoutMs: number, signal: AbortSignal): Promise<T | undefined> {
    if (this.#items.length === 0 && !signal.aborted) {
      const waiting = new AbortController();
      // A reason of its own: without one each abort makes an exception with its stack.
      this.#wake = () => waiting.abort('woken');
      signal.addEventListener('abort', this.#wake, { once: true });
      await this.#clock.sleep(timeoutMs, waiting.signal);
      signal.removeEventListener('abort', this.#wake);
      this.#wake = undefined;
    }
    return this.#items.shift();
  }
}
