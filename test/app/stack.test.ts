import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type RunningProcess, startProcess } from '../../app/run.ts';
import { createBosClient } from '../../client/index.ts';
import { silentLog } from '../../core/log.ts';
import { HealthCheckResponse_ServingStatus as Serving } from '../../gen/grpc/health/v1/health_pb.js';
import { type MongoServer, missingMongo, startMongo } from '../support/mongo-server.ts';
import { startRedis, type TestRedis } from '../support/redis-server.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { until } from '../support/until.ts';
import { testConfig } from '../support/witness-config.ts';

const skip =
  (await missingMongo()) ??
  (process.env.BOS_TEST_MONGODB_URL
    ? 'a MongoDB of its own is needed to be killed: unset BOS_TEST_MONGODB_URL'
    : false);
const folder = mkdtempSync(join(tmpdir(), 'bos-stack-'));
after(() => rmSync(folder, { recursive: true }));
const INCIDENT = readFileSync(new URL('../../docs/incident.json', import.meta.url), 'utf8');

const ROLES = { api: false, worker: false, scheduler: false };

describe('processes on MongoDB and Redis', { skip }, () => {
  let mongo: MongoServer;
  let redis: TestRedis;
  before(async () => {
    [mongo, redis] = await Promise.all([startMongo(), startRedis()]);
  });
  after(async () => {
    await mongo[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
  });

  let folders = 0;
  const configOf = (dataDir: string) =>
    testConfig({
      data_dir: resolve(folder, dataDir),
      store: `${mongo.url}${basename(dataDir)}`,
      queue: redis.url,
      nobroadcast: true,
      node: 'ws://127.0.0.1:9',
      'scheduler.interval': 1,
    });
  const newFolder = () => `data-${++folders}`;
  const start = (dataDir: string, roles: Partial<typeof ROLES>) =>
    startProcess(configOf(dataDir), { roles: { ...ROLES, ...roles } }, { log: silentLog });
  const report = async ({ url }: RunningProcess) => {
    const answer = await fetch(`${url}/trigger`, { method: 'POST', body: INCIDENT });
    return answer.status;
  };
  const servingOf = async (url: string | undefined, service: string) => {
    const { health, close } = createBosClient({ baseUrl: url ?? '' });
    const { status } = await health.check({ service });
    close();
    return status;
  };

  it('may share a data folder and a store, all roles in each', async () => {
    const dataDir = newFolder();
    const all = { api: true, worker: true, scheduler: true };
    await using one = await start(dataDir, all);
    await using two = await start(dataDir, all);
    assert.equal(await report(one), 200);
    await until('the incident at the other one', async () => (await two.ctx.store.incidents.count()) === 1);
  });

  it('tell of each other: a server knows whether workers and schedulers run', async () => {
    const dataDir = newFolder();
    await using api = await start(dataDir, { api: true });
    assert.equal(await servingOf(api.url, 'bos.worker'), Serving.NOT_SERVING);
    const worker = await start(dataDir, { worker: true });
    await using _scheduler = await start(dataDir, { scheduler: true });
    for (const service of ['bos.worker', 'bos.scheduler']) {
      await until(service, async () => (await servingOf(api.url, service)) === Serving.SERVING);
    }
    const alive = JSON.parse(await (await fetch(`${api.url}/isalive`)).text());
    assert.equal(alive.background.scheduler.running, true);
    await worker.close();
    await until('no worker', async () => (await servingOf(api.url, 'bos.worker')) === Serving.NOT_SERVING);
  });

  it('take incidents while MongoDB is away, start without it as well, and health says that they can', async () => {
    const dataDir = newFolder();
    const api = await start(dataDir, { api: true });
    await mongo.kill();
    try {
      assert.equal(await report(api), 200);
      assert.equal(api.ctx.spool?.count, 1);
      assert.equal(await servingOf(api.url, 'bos.v1.IncidentService'), Serving.SERVING);
      await api.close();

      await assert.rejects(start(dataDir, { worker: true }), {
        kind: 'unavailable',
        message: /start it, or correct "store"$/,
      });
      await using again = await start(dataDir, { api: true });
      assert.equal(await servingOf(again.url, 'bos.v1.IncidentService'), Serving.SERVING);
      assert.equal(again.ctx.spool?.count, 1);
      await mongo.restart();
      await until('the spool to be drained', () => again.ctx.spool?.count === 0, 20_000);
      assert.equal(await again.ctx.store.incidents.count(), 1);
      const [stored] = (await again.ctx.store.incidents.list({}, {})).items;
      assert.equal(stored?.sightings.length, 1);
    } finally {
      await api.close();
      await mongo.restart();
    }
  });

  it('answer 503 when MongoDB is away and the disk is full, and pretend nothing', async (t) => {
    const disk = await mountSmallDisk(256);
    if ('missing' in disk) return t.skip(disk.missing);
    await using _disk = disk;
    const dataDir = join(disk.folder, newFolder());
    const api = await start(dataDir, { api: true });
    await mongo.kill();
    try {
      const filler = join(disk.folder, 'filler');
      assert.throws(() => writeFileSync(filler, Buffer.alloc(1 << 20)), { code: 'ENOSPC' });
      assert.equal(await report(api), 503);
      assert.equal(await servingOf(api.url, 'bos.v1.IncidentService'), Serving.NOT_SERVING);
      assert.equal(api.ctx.spool?.count, 0);
      rmSync(filler);
      assert.equal(await report(api), 200);
      assert.equal(api.ctx.spool?.count, 1);
      // The next one starts all the same, and makes room.
      assert.throws(() => writeFileSync(filler, Buffer.alloc(1 << 20)), { code: 'ENOSPC' });
      await api.close();
      await using again = await start(dataDir, { api: true });
      assert.equal(again.ctx.spool?.count, 1);
      await mongo.restart();
      await until('the spool to be drained', () => again.ctx.spool?.count === 0, 20_000);
      const [stored] = (await again.ctx.store.incidents.list({}, {})).items;
      assert.equal(stored?.sightings.length, 1);
    } finally {
      await api.close();
      await mongo.restart();
    }
  });
});
