import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../core/clock.ts';
import { silentLog } from '../core/log.ts';
import { openRedisQueue } from '../core/queue/redis/redis-queue.ts';
import { openMongoStore } from '../core/store/mongo/open.ts';
import { openSqliteStore } from '../core/store/sqlite/open.ts';
import type { Store } from '../core/store/store.ts';
import { slowServer } from '../test/e2e/faults/stage.ts';
import { type MongoServer, missingMongo, startMongo } from '../test/support/mongo-server.ts';
import { startRedis } from '../test/support/redis-server.ts';
import { until } from '../test/support/until.ts';
import { incidentOf } from '../test/worker/rig.ts';
import { serveStore } from './distant-store.ts';
import { against, figure, type Result } from './results.ts';
import { isLeftOut } from './servers.ts';

const WORKERS = [1, 2, 4];
const EVENTS = 1000;
const CHAIN_MS = 50;
/** Few, so that runs wait for the chain and not for the cores of the machine, of which four workers may have two. */
const CONCURRENCY = 2;

/** What one number of workers did. */
interface Race {
  readonly perSecond: number;
  /** Events that were submitted more than once, or have another number of decisions than one. */
  readonly twice: number;
}

/** Where workers keep everything: a database that they open, or the store of this process. */
interface Shared extends AsyncDisposable {
  readonly store: Store;
  readonly url?: string;
}

/**
 * 1,000 events by 1, 2 and 4 worker processes that share Redis and a store, each run waiting 50 ms for its node.
 *
 * The store is MongoDB. Where there is none but FerretDB, which needs most of a core for a single worker, it is the
 * SQLite store of this process, which the workers reach by messages; that is said with the results.
 */
export async function benchWorkers(): Promise<readonly Result[]> {
  if (await isLeftOut('workers', ['Redis'])) return [];
  await using redis = await startRedis();
  await using stack = new AsyncDisposableStack();
  const mongo = (await missingMongo()) ? undefined : stack.use(await startMongo());
  const reason = mongo ? await slowServer({ mongo }) : 'there is no MongoDB here';
  const label = reason ? 'on sqlite of one process' : 'on mongodb';
  if (reason) console.log(`     workers share the sqlite store of one process: ${reason}`);

  const results: Result[] = [];
  let one = Number.NaN;
  let twice = 0;
  for (const workers of WORKERS) {
    await using shared = await (mongo && !reason ? openMongo(mongo) : openSqlite());
    const race = await run(shared, redis.url, workers);
    twice += race.twice;
    const name = `events a second, ${workers} worker${workers > 1 ? 's' : ''}, ${label}`;
    if (workers === 1) {
      one = race.perSecond;
      results.push(figure(name, one, 'events/s'));
    } else {
      results.push(
        against(`${name}, against ${workers} times one`, race.perSecond, 'events/s', workers * one, {
          min: 0.8,
        }),
      );
    }
  }
  return [...results, { ...figure('events that workers processed twice', twice, 'events'), ok: twice === 0 }];
}

async function openMongo(mongo: MongoServer): Promise<Shared> {
  const address = new URL(mongo.url);
  address.pathname = `/${mongo.freshDatabase()}`;
  const url = address.href;
  const store = await openMongoStore({ url, clock: systemClock, log: silentLog });
  return { store, url, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

async function openSqlite(): Promise<Shared> {
  const folder = await mkdtemp(join(tmpdir(), 'bos-bench-'));
  const store = await openSqliteStore({ path: join(folder, 'bos.db'), clock: systemClock, log: silentLog });
  return {
    store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function run({ store, url }: Shared, redisUrl: string, workers: number): Promise<Race> {
  const events = Array.from({ length: EVENTS }, (_, i) => `event-${i}`);
  await Promise.all(events.map((eventId) => store.incidents.insert(incidentOf(eventId))));
  const name = `bench-${workers}`;
  await using queue = await openRedisQueue({
    url: redisUrl,
    name,
    clock: systemClock,
    log: silentLog,
    signal: new AbortController().signal,
  });
  const submitted = new Map<string, number>();
  const all = Promise.withResolvers<void>();
  const children: ChildProcess[] = [];
  let seconds: number;
  try {
    const ready = Array.from({ length: workers }, async () => {
      const args = [redisUrl, name, String(CONCURRENCY), String(CHAIN_MS), ...(url ? [url] : [])];
      const child = fork(new URL(import.meta.resolve('./worker-process.ts')), args, {
        serialization: 'advanced',
      });
      children.push(child);
      if (!url) serveStore(store, child);
      const begun = Promise.withResolvers<void>();
      child.on('message', (message: object) => {
        if ('ready' in message) begun.resolve();
        if (!('submitted' in message)) return;
        const eventId = String(message.submitted);
        submitted.set(eventId, (submitted.get(eventId) ?? 0) + 1);
        if (submitted.size === EVENTS) all.resolve();
      });
      child.once('exit', (code) => all.reject(new Error(`a worker ended with ${code}`)));
      await Promise.race([begun.promise, all.promise]);
    });
    await Promise.all(ready);
    const begin = performance.now();
    await Promise.all(events.map((eventId) => queue.add({ eventId, lane: 'default' })));
    await all.promise;
    seconds = (performance.now() - begin) / 1000;
    await until('the queue to be idle', async () => {
      const { waiting, active } = await queue.counts();
      return waiting + active === 0;
    });
  } finally {
    await Promise.all(children.map(stop));
  }
  // Only now has everything arrived that they told.
  return { perSecond: EVENTS / seconds, twice: await countTwice(store, submitted) };
}

async function countTwice(store: Store, submitted: ReadonlyMap<string, number>): Promise<number> {
  let twice = 0;
  for (const [eventId, times] of submitted) {
    const { items } = await store.decisions.history(eventId, undefined, { pageSize: 2 });
    if (times !== 1 || items.length !== 1) twice += 1;
  }
  return twice;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.send({ stop: true });
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(timer);
}
