import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { systemClock } from '../../../../core/clock.ts';
import type { JobQueue } from '../../../../core/queue/queue.ts';
import { queueConformance } from '../../../conformance/queue.ts';
import { startRedis, type TestRedis } from '../../../support/redis-server.ts';
import { until } from '../../../support/until.ts';
import { collectingLog, openTestQueue, operate } from './harness.ts';

const reached = (queue: JobQueue) =>
  until('Redis to be there again', () =>
    queue.counts().then(
      () => true,
      () => false,
    ),
  );

/** A queue in a server of its own to which something happened after the queue was opened and in use. */
async function openAfter(what: (redis: TestRedis) => Promise<void>): Promise<JobQueue> {
  const redis = await startRedis();
  const queue = await openTestQueue({ url: redis.url });
  const subscription = await queue.process(1, async () => {});
  await queue.add({ eventId: 'earlier', lane: 'default' });
  await until('the earlier run', async () => (await queue.counts()).waiting === 0);
  await subscription.close();
  await what(redis);
  await reached(queue);
  // The server ends with the queue.
  const close = queue[Symbol.asyncDispose].bind(queue);
  return Object.assign(queue, {
    [Symbol.asyncDispose]: async () => {
      await close();
      await redis[Symbol.asyncDispose]();
    },
  });
}

queueConformance('redis, killed and started again after it was opened,', () =>
  openAfter((redis) => redis.restart()),
);
queueConformance('redis, flushed with its scripts after it was opened,', () =>
  openAfter(async (redis) => {
    await operate(redis, 'flushall');
    await operate(redis, 'script', 'flush');
  }),
);

describe('work goes on', () => {
  test('of references whose list an evicting server has dropped, which would swallow every further one', async () => {
    await using redis = await startRedis();
    const { log, lines } = collectingLog();
    await using queue = await openTestQueue({ url: redis.url, name: 'evicted', log, stallIntervalMs: 200 });
    await queue.add({ eventId: 'match', lane: 'default' });
    assert.equal(await operate(redis, 'del', 'bq:evicted:default:waiting'), 1);
    const handled: string[] = [];
    await queue.process(1, async ({ eventId }) => void handled.push(eventId));
    await until('the run', () => handled.includes('match'));
    await queue.add({ eventId: 'match', lane: 'default' });
    await until('the next one', () => handled.length === 2);
    assert.match(lines.join('\n'), /had lost a part of the queue: set `maxmemory-policy noeviction`/);
  });

  test('in a subscription that stood while Redis was killed and started again', async () => {
    await using redis = await startRedis();
    await using queue = await openTestQueue({ url: redis.url });
    const handled: string[] = [];
    await queue.process(2, async ({ eventId }) => {
      handled.push(eventId);
    });
    await queue.add({ eventId: 'before', lane: 'default' });
    await until('the run before', () => handled.includes('before'));
    await redis.kill();
    await assert.rejects(queue.add({ eventId: 'lost', lane: 'default' }), {
      kind: 'unavailable',
      message: /cannot be reached.*scheduler/,
    });
    await assert.rejects(queue.counts(), { kind: 'unavailable' });
    await redis.restart();
    await reached(queue);
    await queue.add({ eventId: 'after', lane: 'default' });
    await queue.add({ eventId: 'after', lane: 'retry' });
    await until('the runs after', () => handled.length === 3);
    assert.deepEqual(handled, ['before', 'after', 'after']);
  });

  test('with what was in a Redis that keeps its data, a run that went on meanwhile included', async () => {
    await using redis = await startRedis({ appendonly: 'yes', appendfsync: 'always' });
    await using queue = await openTestQueue({ url: redis.url, stallIntervalMs: 300 });
    const gate = Promise.withResolvers<void>();
    const handled: string[] = [];
    await queue.process(1, async ({ eventId }) => {
      handled.push(eventId);
      if (eventId === 'running') await gate.promise;
    });
    await queue.add({ eventId: 'running', lane: 'default' });
    await until('the run', () => handled.length === 1);
    await queue.add({ eventId: 'waiting', lane: 'default' });
    await redis.restart();
    gate.resolve();
    await until('what waited', () => handled.includes('waiting'));
    await until('an empty queue', async () => {
      const { waiting, active } = await queue.counts();
      return waiting + active === 0;
    });
  });

  test('until everything due is done, however often Redis is killed and flushed, as long as the scheduler looks', async () => {
    await using redis = await startRedis();
    await using one = await openTestQueue({ url: redis.url, name: 'shared', stallIntervalMs: 300 });
    await using two = await openTestQueue({ url: redis.url, name: 'shared', stallIntervalMs: 300 });
    const due = new Set(Array.from({ length: 400 }, (_, i) => `event ${i}`));
    for (const queue of [one, two]) {
      await queue.process(4, async ({ eventId }) => {
        await systemClock.sleep(2);
        due.delete(eventId);
      });
    }
    let isOver = false;
    const scheduler = (async () => {
      while (!isOver) {
        for (const eventId of due) await one.add({ eventId, lane: 'default' }).catch(() => {});
        await systemClock.sleep(50);
      }
    })();
    for (const disturb of [
      () => redis.restart(),
      () => operate(redis, 'flushall'),
      () => redis.restart(),
      () => operate(redis, 'script', 'flush'),
    ]) {
      const { size } = due;
      await until('some progress', () => due.size < size - 20 || due.size === 0);
      await disturb();
    }
    await until('everything to be done', () => due.size === 0);
    isOver = true;
    await scheduler;
  });

  test('after a Redis that hung and said nothing: callers are told within seconds, connections are made anew', async () => {
    await using redis = await startRedis();
    const { log, lines } = collectingLog();
    await using queue = await openTestQueue({ url: redis.url, log });
    const handled: string[] = [];
    await queue.process(1, async ({ eventId }) => {
      handled.push(eventId);
    });
    redis.freeze(true);
    const started = performance.now();
    await assert.rejects(queue.add({ eventId: 'a', lane: 'default' }), { kind: 'unavailable' });
    assert.ok(performance.now() - started < 8000);
    redis.freeze(false);
    await reached(queue);
    await queue.add({ eventId: 'b', lane: 'default' });
    await until('the run', () => handled.includes('b'));
    assert.ok(lines.some((line) => /^error .*(does not answer|cannot be reached)/.test(line)));
  });

  test('quietly: opening, working and closing a healthy queue writes nothing into the log', async () => {
    await using redis = await startRedis();
    const { log, lines } = collectingLog();
    const queue = await openTestQueue({ url: redis.url, log });
    let runs = 0;
    const handler = async () => {
      runs += 1;
    };
    const short = await queue.process(2, handler);
    await short.close();
    await queue.process(2, handler);
    for (let i = 0; i < 20; i += 1) await queue.add({ eventId: `event ${i}`, lane: 'default' });
    await until('the runs', () => runs === 20);
    await queue[Symbol.asyncDispose]();
    assert.deepEqual(lines, []);
  });
});
