import type { WorkReference } from '../queue.ts';
import type { RedisClient } from './connection.ts';

/** A run that threw. */
export interface FailedRun extends WorkReference {
  readonly message: string;
  readonly failedAt: Date;
}

/** How many failed runs are kept. */
const KEPT = 1000;

/**
 * Failed runs of a queue, counted and the latest kept in order. They are no jobs of bee-queue's any more: its set of
 * failed jobs has neither order nor bound, and the store says what is due again.
 */
export class Failures {
  readonly #listKey: string;
  /** Holds how many runs have failed since Redis has no gaps in its memory. */
  readonly countKey: string;

  constructor(queueName: string) {
    this.#listKey = `bq:${queueName}:failures`;
    this.countKey = `bq:${queueName}:failure-count`;
  }

  async record(client: RedisClient, { eventId, lane, message, failedAt }: FailedRun): Promise<void> {
    const entry = JSON.stringify({ eventId, lane, message, failedAt: failedAt.toISOString() });
    await client
      .multi()
      .incr(this.countKey)
      .lpush(this.#listKey, entry)
      .ltrim(this.#listKey, 0, KEPT - 1)
      .exec();
  }

  /** The latest `limit`, latest first. */
  async list(client: RedisClient, limit: number): Promise<readonly FailedRun[]> {
    const entries = limit > 0 ? await client.lrange(this.#listKey, 0, limit - 1) : [];
    return entries.map((entry) => {
      // `record` wrote it.
      const { failedAt, ...rest } = JSON.parse(entry) as Omit<FailedRun, 'failedAt'> & { failedAt: string };
      return { ...rest, failedAt: new Date(failedAt) };
    });
  }
}
