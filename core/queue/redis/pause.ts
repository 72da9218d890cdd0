import type { Change } from './change.ts';
import type { RedisClient } from './connection.ts';
import { pausedKey } from './lane.ts';

const PAUSED = '1';
const RESUMED = '0';

/**
 * Whether the queue is paused, for all processes: a key that runs ask for when they begin, and what this process knows
 * of it. A Redis that lost the key is told again before another run begins.
 */
export class Pause {
  readonly #key: string;
  readonly #change: Change;
  readonly #isWanted: (() => Promise<boolean>) | undefined;
  #isPaused = false;

  /** @param isWanted who knows whether the queue is to be paused when Redis does not; without, what is known here */
  constructor(queueName: string, change: Change, isWanted: (() => Promise<boolean>) | undefined) {
    this.#key = pausedKey(queueName);
    this.#change = change;
    this.#isWanted = isWanted;
  }

  /** What is known here. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Tells all processes. A pause holds in this one also when Redis cannot be told, which hears of it when it is back. */
  async set(client: RedisClient, isPaused: boolean): Promise<void> {
    if (isPaused) this.learn(true);
    await client.set(this.#key, isPaused ? PAUSED : RESUMED);
    this.learn(isPaused);
  }

  /** Asks Redis, and tells it what it has forgotten. */
  async refresh(client: RedisClient): Promise<void> {
    const found = await client.get(this.#key);
    if (found !== null) return this.learn(found === PAUSED);
    if (this.#isWanted) this.learn(await this.#isWanted());
    // Somebody may have said otherwise meanwhile.
    const isSet = await client.set(this.#key, this.#isPaused ? PAUSED : RESUMED, 'NX');
    if (isSet === null) this.learn((await client.get(this.#key)) === PAUSED);
  }

  /** Somebody saw how it is. */
  learn(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    this.#change.notify();
  }
}
