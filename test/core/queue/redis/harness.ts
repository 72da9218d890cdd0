import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { systemClock } from '../../../../core/clock.ts';
import type { Log } from '../../../../core/log.ts';
import { silentLog } from '../../../../core/log.ts';
import type { JobQueue } from '../../../../core/queue/queue.ts';
import { openRedisQueue, type RedisQueueOptions } from '../../../../core/queue/redis/redis-queue.ts';

/** Opens a queue of its own, with real time and nothing logged unless told otherwise. */
export function openTestQueue(options: { url: string } & Partial<RedisQueueOptions>): Promise<JobQueue> {
  return openRedisQueue({
    name: `test-${randomUUID()}`,
    clock: systemClock,
    log: silentLog,
    signal: new AbortController().signal,
    ...options,
  });
}

/** A log that keeps each message with its details, level in front. */
export function collectingLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  const write = (level: string) => (details: object, message: string) => {
    lines.push(`${level} ${message} ${JSON.stringify(details)}`);
  };
  const log: Log = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => log,
  };
  return { log, lines };
}

/** Runs one command as an operator would and returns the answer. */
export async function operate(
  { url }: { readonly url: string },
  ...command: [string, ...string[]]
): Promise<unknown> {
  const client = new Redis(url, { protocol: 2 });
  try {
    return await client.call(...command);
  } finally {
    client.disconnect();
  }
}
