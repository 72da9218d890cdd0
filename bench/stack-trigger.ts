import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../core/clock.ts';
import { acceptIncident } from '../core/incidents/accept.ts';
import { parseIncident } from '../core/incidents/parse.ts';
import type { Incident } from '../core/incidents/types.ts';
import { silentLog } from '../core/log.ts';
import { defaultSportsFolder, loadSportsData } from '../core/sports/load.ts';
import { makeNormalizer } from '../core/sports/normalizer.ts';
import { openMongoStore } from '../core/store/mongo/open.ts';
import { slowServer } from '../test/e2e/faults/stage.ts';
import { startMongo } from '../test/support/mongo-server.ts';
import { startRedis } from '../test/support/redis-server.ts';
import { until } from '../test/support/until.ts';
import { startNode } from './child.ts';
import { createIncident, startIn } from './incidents.ts';
import { type Load, postAll } from './load.ts';
import { against, figure, median, type Result } from './results.ts';
import { isLeftOut } from './servers.ts';

const PARALLEL = 64;
const AMOUNT = 4000;
const WARM_UP = 500;
const ROUNDS = 3;

/** How the server is started on the addresses of store and queue. */
export type StackCommand = (options: {
  readonly store: string;
  readonly queue: string;
  readonly dataDir: string;
}) => readonly string[];

/** One burst at `/trigger`. */
interface Burst extends Load {
  /** Incidents in the database per second, until the last was there. */
  readonly storedPerSecond: number;
  /** Acknowledged, and not in the database when the burst ended: they were still in the spool. */
  readonly spooled: number;
}

/**
 * `/trigger` with MongoDB and Redis against the store's own inserts, as many at a time, each into an empty database of
 * the same server. Only what is in the database counts: the spool answers faster than a slow one.
 */
export async function benchStackTrigger(bos: StackCommand): Promise<readonly Result[]> {
  if (await isLeftOut('stack-trigger', ['MongoDB', 'Redis'])) return [];
  await using mongo = await startMongo();
  await using redis = await startRedis();
  // Stands in where there is no MongoDB.
  const server = (await slowServer({ mongo })) ? 'FerretDB' : 'MongoDB';
  const what = `/trigger with ${server} and Redis`;
  const folder = await mkdtemp(join(tmpdir(), 'bos-bench-'));
  const start = startIn(3);
  const incidents = await acceptedIncidents(start);
  const inserts: number[] = [];
  const bursts: Burst[] = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      inserts.push(await insertsPerSecond(inDatabase(mongo.url, mongo.freshDatabase()), incidents));
      const store = inDatabase(mongo.url, mongo.freshDatabase());
      const dataDir = join(folder, String(round));
      const api = await startNode(bos({ store, queue: redis.url, dataDir }));
      bursts.push(await burst(api.url, store, start));
      await api.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const failed = bursts.reduce((sum, one) => sum + one.failed, 0);
  const stored = median(bursts.map((one) => one.storedPerSecond));
  return [
    against(
      `${what}, ${PARALLEL} connections, against ${PARALLEL} inserts at a time`,
      stored,
      'incidents/s',
      median(inserts),
      { min: 0.7 },
    ),
    figure(`${what}, p99`, median(bursts.map((one) => one.p99Ms)), 'ms'),
    figure(
      `${what}, in the spool at the end of the burst`,
      bursts.reduce((sum, one) => sum + one.spooled, 0),
      `of ${ROUNDS * (WARM_UP + AMOUNT)} incidents`,
    ),
    { ...figure(`${what}, refused`, failed, 'incidents'), ok: failed === 0 },
  ];
}

async function acceptedIncidents(start: string): Promise<readonly Incident[]> {
  const normalizer = makeNormalizer(await loadSportsData(defaultSportsFolder(), 'devnet'));
  return Array.from({ length: WARM_UP + AMOUNT }, (_, i) =>
    acceptIncident(parseIncident(createIncident(i, start), systemClock.now()), normalizer),
  );
}

async function insertsPerSecond(url: string, incidents: readonly Incident[]): Promise<number> {
  await using store = await openMongoStore({ url, clock: systemClock, log: silentLog });
  const insertAll = async (some: readonly Incident[]): Promise<void> => {
    const left = some.values();
    // They share the iterator, so that each insert is followed by the next one.
    const inserter = async () => {
      for (const incident of left) await store.incidents.insert(incident);
    };
    await Promise.all(Array.from({ length: PARALLEL }, inserter));
  };
  await insertAll(incidents.slice(0, WARM_UP));
  const begin = performance.now();
  await insertAll(incidents.slice(WARM_UP));
  return AMOUNT / ((performance.now() - begin) / 1000);
}

async function burst(url: string, storeUrl: string, start: string): Promise<Burst> {
  await using store = await openMongoStore({ url: storeUrl, clock: systemClock, log: silentLog });
  const post = (from: number, amount: number) =>
    postAll({
      url,
      path: '/trigger',
      connections: PARALLEL,
      amount,
      body: (i) => JSON.stringify(createIncident(from + i, start)),
    });
  const allStored = (amount: number) =>
    until(
      `${amount} incidents in the database`,
      async () => (await store.incidents.count()) >= amount,
      60_000,
    );

  const warm = await post(0, WARM_UP);
  const lateOfWarm = warm.accepted - (await store.incidents.count());
  await allStored(warm.accepted);
  const begin = performance.now();
  const load = await post(WARM_UP, AMOUNT);
  const postedMs = performance.now() - begin;
  const late = warm.accepted + load.accepted - (await store.incidents.count());
  await allStored(warm.accepted + load.accepted);
  const seconds = (late > 0 ? performance.now() - begin : postedMs) / 1000;
  return {
    ...load,
    failed: warm.failed + load.failed,
    storedPerSecond: load.accepted / seconds,
    spooled: lateOfWarm + late,
  };
}

/** The address with the database in it. */
function inDatabase(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.href;
}
