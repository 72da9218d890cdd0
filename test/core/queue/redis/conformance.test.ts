import { after, before, describe } from 'node:test';
import { queueConformance } from '../../../conformance/queue.ts';
import { sharedRedis } from '../../../support/redis-server.ts';
import { openTestQueue } from './harness.ts';

describe('a shared server', () => {
  let redis: Awaited<ReturnType<typeof sharedRedis>>;
  before(async () => {
    redis = await sharedRedis();
  });
  after(() => redis[Symbol.asyncDispose]());

  queueConformance('redis', () => openTestQueue({ url: redis.url }));
});
