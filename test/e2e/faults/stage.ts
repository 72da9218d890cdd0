import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import { operationKeys } from '../../../core/chain/operation-key.ts';
import { OP, type Operation } from '../../../core/chain/types.ts';
import { systemClock } from '../../../core/clock.ts';
import { silentLog } from '../../../core/log.ts';
import { openMongoStore } from '../../../core/store/mongo/open.ts';
import type { Store } from '../../../core/store/store.ts';
import { type Devnet, startDevnet } from '../../../devnet/devnet.ts';
import { type RunningCli, runCli, startCli } from '../../support/cli.ts';
import { type MongoServer, missingMongo, startMongo } from '../../support/mongo-server.ts';
import { freePort } from '../../support/ports.ts';
import { startRedis, type TestRedis } from '../../support/redis-server.ts';
import { until } from '../../support/until.ts';
import type { Acknowledged, Load } from './load.ts';

/** Why these tests cannot run here, as the reason of a skipped test: servers of others are not killed. */
export async function missingServers(): Promise<string | undefined> {
  const named = ['BOS_TEST_MONGODB_URL', 'BOS_TEST_REDIS_URL'].filter((name) => process.env[name]);
  if (named.length > 0) return `servers of their own are needed to be killed: unset ${named.join(' and ')}`;
  return missingMongo();
}

/** A devnet with one witness, which is a number of processes of ours on a MongoDB and a Redis of their own. */
export interface Stage extends AsyncDisposable {
  readonly devnet: Devnet;
  readonly mongo: MongoServer;
  readonly redis: TestRedis;
  readonly folder: string;
  /** Of the API, whichever process serves it. */
  readonly url: string;
  /** Starts a process; it is killed in the end. */
  start(role: 'api' | 'worker' | 'scheduler', ...args: string[]): Promise<RunningCli>;
  /** Starts a worker whose wall clock is off by so many seconds. */
  startSkewedWorker(seconds: number): Promise<RunningCli>;
  /** A `bos` command against the API. */
  bos(
    ...args: string[]
  ): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
  /** The witness's store, for a look from beside. */
  readonly store: Store;
}

const DATABASE = 'incident-storage';

/** Opens one with an API without a scheduler, a scheduler, and `workers` workers; sports data are on chain. */
export async function openStage(options: { readonly workers: number; readonly config?: string }): Promise<
  Stage & {
    readonly api: RunningCli;
    readonly scheduler: RunningCli;
    readonly workers: readonly RunningCli[];
  }
> {
  await using owned = new AsyncDisposableStack();
  const processes: RunningCli[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'bos-faults-'));
  owned.defer(() => rm(folder, { recursive: true, force: true }));
  const devnet = owned.use(await startDevnet({ port: 0, witnesses: 1, blockIntervalMs: 1000 }));
  const mongo = owned.use(await startMongo());
  const redis = owned.use(await startRedis());
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await writeFile(
    join(folder, 'config.yaml'),
    [
      `store: ${mongo.url}${DATABASE}`,
      `queue: ${redis.url}`,
      `node: ${devnet.url}`,
      'proposer: witness1',
      'approver: witness1',
      `api: { port: ${port} }`,
      'scheduler: { interval: 2 }',
      'worker: { lease: 4 }',
      options.config ?? '',
    ].join('\n'),
  );
  const start: Stage['start'] = async (role, ...args) => {
    const process = await startCli([role, '--data-dir', join(folder, 'data'), ...args], { cwd: folder });
    processes.push(process);
    return process;
  };
  const startSkewedWorker: Stage['startSkewedWorker'] = async (seconds) => {
    const program = fileURLToPath(new URL('skewed-worker.ts', import.meta.url));
    const process = await startCli([join(folder, 'data'), String(seconds)], { cwd: folder, program });
    processes.push(process);
    return process;
  };
  const bos: Stage['bos'] = (...args) =>
    runCli([...args, '--server', url, '--token-file', join(folder, 'data', 'admin-token')], { cwd: folder });

  owned.defer(async () => {
    await Promise.all(processes.map((process) => process.end('SIGKILL')));
  });
  await mkdir(join(folder, 'data'));
  await devnet.writeKeys(join(folder, 'data', 'keys.json'));
  const api = await start('api', '--no-scheduler');
  const [scheduler, ...workers] = await Promise.all([
    start('scheduler'),
    ...Array.from({ length: options.workers }, () => start('worker')),
  ]);
  const store = owned.use(
    await openMongoStore({ url: `${mongo.url}${DATABASE}`, clock: systemClock, log: silentLog }),
  );
  await syncSports({ store, devnet });
  const kept = owned.move();
  return {
    ...{ devnet, mongo, redis, folder, url, start, startSkewedWorker, bos, store, api, scheduler, workers },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Has the witness bring the sports data onto the chain. */
export async function syncSports({ store, devnet }: Pick<Stage, 'store' | 'devnet'>): Promise<void> {
  const at = systemClock.now();
  await store.work.request({ eventId: 'sports:devnet', call: 'sync', cause: 'sync', at });
  await until('the sports on chain', () => devnet.chain.sports().rules.length > 0, 60_000);
}

/** Why incidents by the thousand are too much for the server that tests run on where there is no MongoDB. */
export async function slowServer({ mongo }: Pick<Stage, 'mongo'>): Promise<string | undefined> {
  const client = await MongoClient.connect(mongo.url);
  try {
    const info = await client.db('admin').command({ buildInfo: 1 });
    return 'ferretdbVersion' in info
      ? 'FerretDB scans the whole collection for each document that it updates'
      : undefined;
  } finally {
    await client.close();
  }
}

/** Waits until nothing is due or open any more. */
export async function untilSettled(
  { store, devnet }: Pick<Stage, 'store' | 'devnet'>,
  matches: number,
  timeoutMs = 90_000,
): Promise<void> {
  await until(
    `${matches} matches on chain and nothing left to do`,
    async () => {
      if (devnet.chain.sports().events.length < matches) return false;
      try {
        const due = await store.work.countDue(systemClock.now());
        return due === 0 && (await store.decisions.unfinished()).length === 0;
      } catch {
        return false;
      }
    },
    timeoutMs,
  );
}

/**
 * Fails unless every acknowledged report is stored and was read by a decision, every match is on chain once with all of
 * its markets, nothing was proposed twice, and nothing is left open.
 */
export async function assertProcessedOnce(
  stage: Pick<Stage, 'store' | 'devnet'>,
  loads: readonly Load[],
  matches: number,
): Promise<void> {
  const { store, devnet } = stage;
  for (const { refused } of loads) assert.deepEqual([...refused], []);
  await assertSeen(
    store,
    loads.flatMap(({ acknowledged }) => acknowledged),
  );
  const { events } = devnet.chain.sports();
  assert.equal(events.length, matches);
  const keys = proposed(devnet);
  assert.deepEqual(keys.toSorted(), [...new Set(keys)].toSorted(), 'nothing may be proposed twice');
  assert.deepEqual(devnet.chain.proposals(), []);
}

async function assertSeen(store: Store, acknowledged: readonly Acknowledged[]): Promise<void> {
  const keyOf = ({ uniqueString, provider }: Acknowledged) => `${provider} ${uniqueString}`;
  const seen = new Map<string, boolean>();
  let pageToken: string | undefined;
  do {
    const page = await store.incidents.list({}, { pageSize: 1000, ...(pageToken && { pageToken }) });
    for (const incident of page.items) {
      assert(!seen.has(keyOf(incident)), 'stored twice');
      seen.set(keyOf(incident), incident.seen);
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  for (const report of acknowledged) {
    assert.equal(seen.get(keyOf(report)), true, `${keyOf(report)} was acknowledged: lost, or never read`);
  }
}

/** Content keys of everything that was ever proposed, from the blocks. */
function proposed(devnet: Devnet): readonly string[] {
  const found: string[] = [];
  for (let number = 1; number <= devnet.chain.head().number; number += 1) {
    for (const { operations } of devnet.chain.block(number)?.transactions ?? []) {
      // Blocks of the devnet hold operations in the node's JSON form.
      for (const [tag, fields] of operations as unknown as readonly Operation[]) {
        if (tag !== OP.proposal_create) continue;
        const wrapped = fields.proposed_ops;
        assert.ok(Array.isArray(wrapped));
        found.push(...operationKeys(wrapped.map(({ op }: { op: Operation }) => op)));
      }
    }
  }
  return found;
}
