import type { Change } from './change.ts';
import type { RedisClient } from './connection.ts';
import { pausedKey } from './lane.ts';

const PAUSED = '1';
const RESUMED = '0';

/**
 * Whether the queue is paused, for all processes: a key that runs ask for when they begin, and what this process knows
 * of it. A Redis that lost the key is told again by those who know: only a `0` resumes.
 */
export class Pause {
  readonly #key: string;
  readonly #change: Change;
  #isPaused = false;

  constructor(queueName: string, change: Change) {
    this.#key = pausedKey(queueName);
    this.#change = change;
  }

  /** What is known here. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  async set(client: RedisClient, isPaused: boolean): Promise<void> {
    await client.set(this.#key, isPaused ? PAUSED : RESUMED);
    this.learn(isPaused);
  }

  /** Asks Redis, and tells it what it has forgotten. */
  async refresh(client: RedisClient): Promise<void> {
    const found = await client.get(this.#key);
    if (found === null && this.#isPaused) await client.set(this.#key, PAUSED, 'NX');
    else this.learn(found === PAUSED);
  }

  /** Somebody saw how it is. */
  learn(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    this.#change.notify();
  }
}
