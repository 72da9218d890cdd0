import type { Clock } from '../../../core/clock.ts';
import type { ChangeStore } from '../../../core/store/store.ts';
import type { Bell } from './bell.ts';

/** How often the store is looked at for what other processes, or workers in this one, have added. */
const LOOK_EVERY_MS = 200;

/** Rings when the store has grown. One question a look, however many watch, and none while nobody does. */
export class Growth {
  readonly #changes: ChangeStore;
  readonly #bell: Bell;
  readonly #clock: Clock;
  #watchers = 0;
  #stopLooking: AbortController | undefined;

  constructor(changes: ChangeStore, bell: Bell, clock: Clock) {
    this.#changes = changes;
    this.#bell = bell;
    this.#clock = clock;
  }

  /** Looks until the signal aborts. */
  watch(signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#watchers += 1;
    if (this.#watchers === 1) {
      this.#stopLooking = new AbortController();
      void this.#look(this.#stopLooking.signal);
    }
    const leave = () => {
      this.#watchers -= 1;
      if (this.#watchers === 0) this.#stopLooking?.abort();
    };
    signal.addEventListener('abort', leave, { once: true });
  }

  async #look(stop: AbortSignal): Promise<void> {
    let seen = '';
    while (!stop.aborted) {
      const now = await this.#changes.last().then(
        ({ incidents, decisions }) => `${incidents} ${decisions}`,
        // Watchers find out by themselves why, and tell their callers.
        () => 'unavailable',
      );
      if (now !== seen) this.#bell.ring();
      seen = now;
      await this.#clock.sleep(LOOK_EVERY_MS, stop);
    }
  }
}
