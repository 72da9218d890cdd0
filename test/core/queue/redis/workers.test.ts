import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { JobQueue, WorkReference } from '../../../../core/queue/queue.ts';
import { startRedis } from '../../../support/redis-server.ts';
import { until } from '../../../support/until.ts';
import { collectingLog, openTestQueue, operate } from './harness.ts';

const STALL_MS = 300;
const OTHER_WORKER = fileURLToPath(new URL('./other-worker.ts', import.meta.url));

const byDefault = (eventId: string): WorkReference => ({ eventId, lane: 'default' });

/** Starts a worker in another process; `lines` is what it has said. */
async function otherWorker(url: string, name: string, ...mode: string[]) {
  const child = spawn(process.execPath, [OTHER_WORKER, url, name, String(STALL_MS), ...mode], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    lines.splice(0, lines.length, ...text.split('\n').slice(0, -1));
  });
  const gone = once(child, 'close');
  await until('the other worker', () => lines.includes('ready'));
  return {
    lines,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      child.kill('SIGCONT');
      if (lines.some((line) => line.startsWith('run')) && !lines.some((line) => line.startsWith('end'))) {
        child.kill('SIGKILL');
      }
      await gone;
    },
  };
}

const settled = (queue: JobQueue) =>
  until('an empty queue', async () => {
    const { waiting, active } = await queue.counts();
    return waiting + active === 0;
  });

describe('a worker beside others', () => {
  test('that is killed leaves what it ran to them', async () => {
    await using redis = await startRedis();
    const { log, lines } = collectingLog();
    await using queue = await openTestQueue({ url: redis.url, name: 'q', stallIntervalMs: STALL_MS, log });
    await using other = await otherWorker(redis.url, 'q', 'hang');
    await queue.add(byDefault('a'));
    await until('its run', () => other.lines.includes('run a'));
    await queue.add(byDefault('a'));
    const handled: string[] = [];
    other.kill('SIGKILL');
    await queue.process(1, async ({ eventId }) => {
      handled.push(eventId);
    });
    // What waited, and what was under way.
    await until('both runs', () => handled.length === 2);
    await settled(queue);
    assert.deepEqual(handled, ['a', 'a']);
    assert.ok(lines.some((line) => /died or stands still/.test(line)));
  });

  test('whose event loop is blocked longer than the stall interval leads to one more run, and nothing is lost', async () => {
    await using redis = await startRedis();
    await using queue = await openTestQueue({ url: redis.url, name: 'q', stallIntervalMs: STALL_MS });
    await using other = await otherWorker(redis.url, 'q', 'block', '1500');
    await queue.add(byDefault('a'));
    await until('its run', () => other.lines.includes('run a'));
    const handled: string[] = [];
    const subscription = await queue.process(1, async ({ eventId }) => {
      handled.push(eventId);
    });
    await until('the second run', () => handled.includes('a'));
    await queue.add(byDefault('a'));
    await queue.add(byDefault('b'));
    await until('new work', () => handled.length === 3);
    await until('the end of the first run', () => other.lines.includes('end a'));
    await subscription.close();
    await queue.add(byDefault('c'));
    await until('its next run', () => other.lines.includes('end c'));
    await settled(queue);
    assert.deepEqual(handled.toSorted(), ['a', 'a', 'b']);
    assert.deepEqual(other.lines, ['ready', 'run a', 'end a', 'run c', 'end c']);
  });

  test('that is stopped with SIGSTOP between two runs holds nothing up', async () => {
    await using redis = await startRedis();
    await using queue = await openTestQueue({ url: redis.url, name: 'q', stallIntervalMs: STALL_MS });
    await using other = await otherWorker(redis.url, 'q', 'block', '0');
    other.kill('SIGSTOP');
    const handled = new Set<string>();
    await queue.process(2, async ({ eventId }) => {
      handled.add(eventId);
    });
    for (let i = 0; i < 50; i += 1) await queue.add(byDefault(`event ${i}`));
    await until('all of them', () => handled.size === 50);
    other.kill('SIGCONT');
    await settled(queue);
  });

  test('obeys a pause from anywhere at once, and a Redis that forgot it is told again', async () => {
    await using redis = await startRedis();
    await using operator = await openTestQueue({ url: redis.url, name: 'q', stallIntervalMs: STALL_MS });
    await using worker = await openTestQueue({ url: redis.url, name: 'q', stallIntervalMs: STALL_MS });
    const handled: string[] = [];
    await worker.process(2, async ({ eventId }) => {
      handled.push(eventId);
    });
    await operator.pause();
    await operator.add(byDefault('a'));
    await until('the worker to know', async () => (await worker.counts()).paused);
    await operate(redis, 'flushall');
    await until('Redis to know again', async () => (await operate(redis, 'get', 'bq:q:paused')) === '1');
    await operator.add(byDefault('b'));
    assert.deepEqual([(await operator.counts()).paused, handled], [true, []]);
    await operator.resume();
    await until('the run', () => handled.includes('b'));
    assert.equal((await worker.counts()).paused, false);
  });

  test('asks who knows before it begins another run, when Redis has forgotten whether it is paused', async () => {
    await using redis = await startRedis();
    let isWanted = false;
    const isPauseWanted = async () => isWanted;
    await using worker = await openTestQueue({ url: redis.url, name: 'q', isPauseWanted });
    const handled: string[] = [];
    await worker.process(2, async ({ eventId }) => {
      handled.push(eventId);
    });
    await worker.add(byDefault('before'));
    await until('the run before', () => handled.includes('before'));
    isWanted = true;
    await operate(redis, 'flushall');
    await worker.add(byDefault('a'));
    await until('the worker to know', async () => (await worker.counts()).paused);
    assert.deepEqual([(await worker.counts()).waiting, handled], [1, ['before']]);
    isWanted = false;
    await operate(redis, 'flushall');
    await worker.add(byDefault('b'));
    await until('the run after', () => handled.includes('b'));
  });

  test('takes only what it has a slot for, so that the others get the rest', async () => {
    await using redis = await startRedis();
    await using one = await openTestQueue({ url: redis.url, name: 'q' });
    await using two = await openTestQueue({ url: redis.url, name: 'q' });
    const gate = Promise.withResolvers<void>();
    const handled = { one: [] as string[], two: [] as string[] };
    await one.process(2, async ({ eventId }) => {
      handled.one.push(eventId);
      await gate.promise;
    });
    for (let i = 0; i < 20; i += 1) {
      await one.add({ eventId: `event ${i}`, lane: i % 2 === 0 ? 'default' : 'retry' });
    }
    await until('its runs', () => handled.one.length === 2);
    await two.process(1, async ({ eventId }) => {
      handled.two.push(eventId);
    });
    await until('the others', () => handled.two.length === 18);
    gate.resolve();
    await settled(one);
    assert.equal(new Set([...handled.one, ...handled.two]).size, 20);
  });
});

test('failed runs are told by any process', async () => {
  await using redis = await startRedis();
  await using queue = await openTestQueue({ url: redis.url, name: 'q' });
  await queue.process(1, async ({ eventId }) => {
    throw new Error(`no ${eventId}`);
  });
  await queue.add(byDefault('a'));
  await settled(queue);
  await using other = await openTestQueue({ url: redis.url, name: 'q' });
  assert.deepEqual(
    (await other.failures()).map(({ eventId, message }) => [eventId, message]),
    [['a', 'no a']],
  );
  assert.equal((await other.counts()).failed, 1);
});

test('what an evicting server lost is put right: no event is swallowed for good', async () => {
  await using redis = await startRedis();
  await using queue = await openTestQueue({ url: redis.url, name: 'q', stallIntervalMs: STALL_MS });
  await queue.add(byDefault('a'));
  await operate(redis, 'del', 'bq:q:default:waiting');
  await operate(redis, 'lpush', 'bq:q:retry:active', 'nobody');
  await until('the repair', async () => {
    const { waiting } = await queue.counts();
    return waiting === 1;
  });
  await until('the other repair', async () => (await operate(redis, 'llen', 'bq:q:retry:active')) === 0);
  const handled = Promise.withResolvers<WorkReference>();
  await queue.process(1, async (reference) => handled.resolve(reference));
  assert.deepEqual(await handled.promise, byDefault('a'));
});

test('a queue that holds 100,000 references takes, counts and runs new ones as quickly as ever', async () => {
  await using redis = await startRedis();
  await using queue = await openTestQueue({ url: redis.url, name: 'q' });
  for (let i = 0; i < 100_000; i += 1000) {
    const adds = Array.from({ length: 1000 }, (_, k) =>
      queue.add({ eventId: `event ${i + k}`, lane: 'retry' }),
    );
    await Promise.all(adds);
  }
  assert.equal((await queue.counts()).waiting, 100_000);
  const started: WorkReference[] = [];
  const subscription = await queue.process(4, async (reference) => {
    started.push(reference);
    await new Promise((resolve) => setImmediate(resolve));
  });
  await until('some retries', () => started.length > 500);
  const before = started.length;
  await queue.add(byDefault('new'));
  await until('the new one', () => started.some(({ eventId }) => eventId === 'new'));
  const behind = started.findIndex(({ eventId }) => eventId === 'new') - before;
  assert.ok(behind < 500, `${behind} retries went first`);
  await subscription.close();
  const { waiting, active } = await queue.counts();
  assert.deepEqual([started.length + waiting, active], [100_001, 0]);
  assert.equal(new Set(started.map(({ eventId }) => eventId)).size, started.length);
});
