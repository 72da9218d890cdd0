import type { Clock } from '../../../core/clock.ts';

/** Wakes those who wait for something new. It says that there may be something, never what. */
export class Bell {
  #rings = 0;
  readonly #waiting = new Set<() => void>();

  /** How often it has rung: taken before looking, so that no ring is lost between looking and waiting. */
  get rings(): number {
    return this.#rings;
  }

  /** How many wait now. */
  get waiting(): number {
    return this.#waiting.size;
  }

  ring(): void {
    this.#rings += 1;
    for (const wake of this.#waiting) wake();
  }

  /** Resolves once it has rung more than `since` times, after `ms`, or when the signal aborts. */
  async wait(since: number, clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    if (this.#rings !== since || signal.aborted) return;
    const woken = new AbortController();
    const wake = () => woken.abort();
    this.#waiting.add(wake);
    signal.addEventListener('abort', wake);
    try {
      await clock.sleep(ms, woken.signal);
    } finally {
      this.#waiting.delete(wake);
      signal.removeEventListener('abort', wake);
    }
  }
}
