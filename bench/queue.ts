import { setTimeout as delay } from 'node:timers/promises';
import BeeQueue from 'bee-queue';
import { Redis } from 'ioredis';
import { systemClock } from '../core/clock.ts';
import { silentLog } from '../core/log.ts';
import { openRedisQueue } from '../core/queue/redis/redis-queue.ts';
import { startRedis } from '../test/support/redis-server.ts';
import { against, beside, median, percentile, type Result } from './results.ts';
import { isLeftOut } from './servers.ts';

const CONCURRENCIES = [1, 8, 32];
const REFERENCES = 8000;
const WARM_UP = 500;
const ROUNDS = 5;
const IDLE_REFERENCES = 300;

/** What is measured: our queue, or bee-queue alone. */
interface Candidate extends AsyncDisposable {
  add(eventId: string): Promise<void>;
}

/** Opens one that calls `onStart` as each run begins; the runs do nothing. */
type Open = (url: string, name: string, concurrency: number, onStart: () => void) => Promise<Candidate>;

/** References through Redis to the start of their runs, in one process, against bee-queue alone on ioredis. */
export async function benchQueue(): Promise<readonly Result[]> {
  if (await isLeftOut('queue', ['Redis'])) return [];
  await using redis = await startRedis();
  let queues = 0;
  const name = () => {
    queues += 1;
    return `bench-${queues}`;
  };
  const results: Result[] = [];
  for (const concurrency of CONCURRENCIES) {
    const rates = { ours: [] as number[], bare: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      rates.bare.push(await throughput(openBare, redis.url, name(), concurrency));
      rates.ours.push(await throughput(openOurs, redis.url, name(), concurrency));
    }
    results.push(
      against(
        `references through redis, concurrency ${concurrency}, against bee-queue`,
        median(rates.ours),
        'references/s',
        median(rates.bare),
        { min: 0.8 },
      ),
    );
  }
  const bare = await idleLatencies(openBare, redis.url, name());
  const ours = await idleLatencies(openOurs, redis.url, name());
  for (const [label, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const) {
    results.push(
      beside(
        `reference added to worker start, idle, ${label}, beside bee-queue`,
        percentile(ours, share),
        'ms',
        percentile(bare, share),
      ),
    );
  }
  return results;
}

const openOurs: Open = async (url, name, concurrency, onStart) => {
  const queue = await openRedisQueue({
    url,
    name,
    clock: systemClock,
    log: silentLog,
    signal: new AbortController().signal,
  });
  const subscription = await queue.process(concurrency, async () => onStart());
  return {
    add: (eventId) => queue.add({ eventId, lane: 'default' }),
    async [Symbol.asyncDispose]() {
      await subscription.close();
      await queue[Symbol.asyncDispose]();
    },
  };
};

/** bee-queue knows a client by the name of its class. */
class RedisClient extends Redis {}

const openBare: Open = async (url, name, concurrency, onStart) => {
  const client = () => new RedisClient(url, { protocol: 2, maxRetriesPerRequest: null });
  const common = { storeJobs: false, getEvents: false, sendEvents: false, removeOnSuccess: true };
  const clients = [client(), client()];
  const producer = new BeeQueue<{ eventId: string }>(name, { ...common, redis: clients[0], isWorker: false });
  const consumer = new BeeQueue<{ eventId: string }>(name, { ...common, redis: clients[1] });
  await Promise.all([producer.ready(), consumer.ready()]);
  consumer.process(concurrency, async () => onStart());
  return {
    add: async (eventId) => {
      await producer.createJob({ eventId }).save();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([producer.close(1000), consumer.close(1000)]);
      for (const one of clients) one.disconnect();
    },
  };
};

/** Runs begun per second of a burst of references, from the first that is added to the last that begins. */
async function throughput(open: Open, url: string, name: string, concurrency: number): Promise<number> {
  let left = 0;
  let all = Promise.withResolvers<void>();
  await using queue = await open(url, name, concurrency, () => {
    left -= 1;
    if (left === 0) all.resolve();
  });
  const burst = async (label: string, amount: number): Promise<void> => {
    left = amount;
    all = Promise.withResolvers();
    const adding = Array.from({ length: amount }, (_, i) => queue.add(`${label} ${i}`));
    await Promise.all([...adding, all.promise]);
  };
  await burst('warm', WARM_UP);
  const begin = performance.now();
  await burst('event', REFERENCES);
  return REFERENCES / ((performance.now() - begin) / 1000);
}

/** Milliseconds from adding a reference to the start of its run, one at a time. */
async function idleLatencies(open: Open, url: string, name: string): Promise<readonly number[]> {
  let started = Promise.withResolvers<number>();
  await using queue = await open(url, name, 1, () => started.resolve(performance.now()));
  const latencies: number[] = [];
  for (let i = 0; i < IDLE_REFERENCES; i += 1) {
    started = Promise.withResolvers();
    const begin = performance.now();
    await queue.add(`event ${i}`);
    latencies.push((await started.promise) - begin);
    await delay(2);
  }
  return latencies;
}
