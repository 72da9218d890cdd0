import type { FailedRun } from '../queue.ts';
import type { RedisClient } from './connection.ts';
import { keepFailure } from './scripts.ts';

/**
 * Events whose latest run threw, in a hash of the queue by event: kept when a run throws, dropped when one ends well
 * (`endJob`) or by an operator. They are no jobs of bee-queue's any more: its set of failed jobs has neither order nor
 * bound, and the store says what is due again.
 */
export class Failures {
  readonly key: string;

  constructor(queueName: string) {
    this.key = `bq:${queueName}:failed-runs`;
  }

  async keep(client: RedisClient, failed: Omit<FailedRun, 'times'>): Promise<void> {
    const { eventId, failedAt, ...rest } = failed;
    const entry = JSON.stringify({ ...rest, failedAt: failedAt.toISOString() });
    await keepFailure(client, this.key, eventId, entry);
  }

  /** The latest first. */
  async list(client: RedisClient): Promise<readonly FailedRun[]> {
    return Object.entries(await client.hgetall(this.key))
      .map(([eventId, entry]): FailedRun => {
        // `keep` wrote it.
        const kept = JSON.parse(entry) as Omit<FailedRun, 'eventId' | 'failedAt'> & { failedAt: string };
        return { ...kept, eventId, failedAt: new Date(kept.failedAt) };
      })
      .sort((a, b) => b.failedAt.getTime() - a.failedAt.getTime());
  }

  async forget(client: RedisClient, eventIds: readonly string[]): Promise<void> {
    if (eventIds.length > 0) await client.hdel(this.key, ...eventIds);
  }
}
