import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { BosClient } from '../../../client/index.ts';
import { openTestQueue, operate } from '../../core/queue/redis/harness.ts';
import { startRedis } from '../../support/redis-server.ts';
import { until } from '../../support/until.ts';
import { startHarness } from '../harness.ts';

const queueOf = async (client: BosClient) => {
  const { status } = await client.status.getStatus({});
  assert.ok(status?.queue);
  return status.queue;
};
const says = (client: BosClient, words: RegExp) =>
  until(`${words} in status`, async () => {
    const { available, problem } = await queueOf(client);
    return !available && words.test(problem);
  });
const saysNothing = (client: BosClient) =>
  until('status without a problem', async () => {
    const { available, problem } = await queueOf(client);
    return available && problem === '';
  });

describe('status of a running server', () => {
  it('names a Redis that cannot save its snapshots, with the remedy, until that is repaired', async () => {
    await using redis = await startRedis({ save: '900 1' });
    await using queue = await openTestQueue({ url: redis.url });
    await using harness = await startHarness({ context: { queue } });
    const client = harness.client();
    await saysNothing(client);
    await queue.add({ eventId: 'a', lane: 'default' });
    // A folder in the place of the snapshot: saving fails for root too.
    const inTheWay = join(redis.folder, 'dump.rdb');
    await mkdir(join(inTheWay, 'in-the-way'), { recursive: true });
    await operate(redis, 'bgsave');
    await says(
      client,
      /Redis at redis:\/\/127\.0\.0\.1:\d+\/0: .*MISCONF.*`redis-cli config set save ""` now, `save ""` in redis\.conf for good, and `vm\.overcommit_memory = 1`/,
    );
    await rm(inTheWay, { recursive: true });
    await operate(redis, 'bgsave');
    await saysNothing(client);
  });

  it('names a Redis that is out of memory, until it has more', async () => {
    await using redis = await startRedis({ 'maxmemory-policy': 'noeviction' });
    await using queue = await openTestQueue({ url: redis.url });
    await using harness = await startHarness({ context: { queue } });
    const client = harness.client();
    await operate(redis, 'config', 'set', 'maxmemory', '1mb');
    await says(client, /out of memory.*`redis-cli config set maxmemory 256mb`/);
    await operate(redis, 'config', 'set', 'maxmemory', '0');
    await saysNothing(client);
  });

  it('names a Redis that is gone, and one that loads its data, until it can be used', async () => {
    await using redis = await startRedis({
      'key-load-delay': '1000',
      'loading-process-events-interval-bytes': '1024',
    });
    await using queue = await openTestQueue({ url: redis.url });
    await using harness = await startHarness({ context: { queue } });
    const client = harness.client();
    const fill = "for i = 1, 2000 do redis.call('set', 'filler:' .. i, string.rep('x', 100)) end";
    await operate(redis, 'eval', fill, '0');
    await operate(redis, 'save');
    await redis.kill();
    await says(client, /cannot be reached: see whether it runs \(`systemctl status redis-server`\)/);
    await redis.begin();
    await says(client, /still loading its data: it can be used as soon as that is done/);
    await saysNothing(client);
  });
});
