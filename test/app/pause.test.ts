import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type RunningProcess, startProcess } from '../../app/run.ts';
import { createBosClient } from '../../client/index.ts';
import { silentLog } from '../../core/log.ts';
import { HealthCheckResponse_ServingStatus as Serving } from '../../gen/grpc/health/v1/health_pb.js';
import { missingMongo, startMongo } from '../support/mongo-server.ts';
import { startRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import { testConfig } from '../support/witness-config.ts';

const skip = (await missingMongo()) ?? false;
const folder = mkdtempSync(join(tmpdir(), 'bos-pause-'));
after(() => rmSync(folder, { recursive: true }));
const INCIDENT: Record<string, unknown> = JSON.parse(
  readFileSync(new URL('../../docs/incident.json', import.meta.url), 'utf8'),
);

const ALL = { api: true, worker: true, scheduler: true };
const start = (settings: Readonly<Record<string, unknown>>, roles: typeof ALL) =>
  startProcess(
    testConfig({ nobroadcast: true, node: 'ws://127.0.0.1:9', 'scheduler.interval': 1, ...settings }),
    { roles },
    { log: silentLog },
  );

async function clientOf({ url, ctx }: RunningProcess) {
  const token = readFileSync(join(ctx.config.dataDir, 'admin-token'), 'utf8').trim();
  const client = createBosClient({ baseUrl: url ?? '', token });
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}

async function report({ url }: RunningProcess, provider: string): Promise<void> {
  const body = JSON.stringify({
    ...INCIDENT,
    provider_info: { name: provider, pushed: '2030-03-10T00:00:00Z' },
  });
  assert.equal((await fetch(`${url}/trigger`, { method: 'POST', body })).status, 200);
}

/** Calls that are due. */
const due = ({ ctx }: RunningProcess) => ctx.store.work.countDue(ctx.clock.now());
/** Kinds of decisions; one for the one call that is reported, none while nobody takes it. */
const decided = async ({ ctx }: RunningProcess) => (await ctx.store.decisions.countByStatus()).size;

async function saysPaused(api: RunningProcess, paused: boolean): Promise<void> {
  using client = await clientOf(api);
  const { status } = await client.status.getStatus({});
  assert.equal(status?.queuePaused, paused);
  const alive = (await (await fetch(`${api.url}/isalive`)).json()) as { queue: { paused: boolean } };
  assert.equal(alive.queue.paused, paused);
  const wanted = paused ? Serving.NOT_SERVING : Serving.SERVING;
  await until('health', async () => (await client.health.check({ service: 'bos.worker' })).status === wanted);
}

describe('a paused queue', () => {
  it('of one process keeps everything and takes nothing, over restarts, until it is resumed', async () => {
    const settings = { data_dir: join(folder, 'embedded') };
    {
      await using witness = await start(settings, ALL);
      await saysPaused(witness, false);
      using client = await clientOf(witness);
      assert.equal((await client.admin.pauseQueue({ reason: 'test' })).paused, true);
      await report(witness, 'a');
      await until('the reference', async () => (await witness.ctx.queue.counts()).waiting > 0);
      await saysPaused(witness, true);
      assert.deepEqual([await due(witness), await decided(witness)], [1, 0]);
    }
    await using again = await start(settings, ALL);
    await saysPaused(again, true);
    await until('the scheduler', async () => (await again.ctx.queue.counts()).waiting > 0);
    assert.deepEqual([await due(again), await decided(again)], [1, 0]);
    using client = await clientOf(again);
    assert.equal((await client.admin.resumeQueue({})).paused, false);
    await until('the decision', async () => (await decided(again)) === 1);
    await saysPaused(again, false);
  });

  it('of several processes holds in all of them, those that start later and after a flush of Redis', {
    skip,
  }, async () => {
    await using mongo = await startMongo();
    await using redis = await startRedis();
    const settings = { data_dir: join(folder, 'stack'), store: `${mongo.url}pause`, queue: redis.url };
    await using api = await start(settings, { ...ALL, worker: false });
    await using _one = await start(settings, { api: false, worker: true, scheduler: false });
    using client = await clientOf(api);
    await client.admin.pauseQueue({ reason: 'test' });
    await report(api, 'a');
    await until('the reference', async () => (await api.ctx.queue.counts()).waiting > 0);
    // Without persistence: it has forgotten all.
    await redis.restart();
    await using two = await start(settings, { api: false, worker: true, scheduler: false });
    await until('the pause', async () => (await two.ctx.queue.counts()).paused);
    await report(api, 'b');
    await until(
      'the reference again',
      async () => (await api.ctx.queue.counts().catch(() => undefined))?.waiting,
    );
    await saysPaused(api, true);
    assert.equal(await decided(api), 0);

    await client.admin.resumeQueue({});
    await until('the decision', async () => (await decided(api)) === 1);
    await saysPaused(api, false);
  });

  it('is a wish in the store: it may be uttered while Redis is away', { skip }, async () => {
    await using mongo = await startMongo();
    await using redis = await startRedis();
    const settings = { data_dir: join(folder, 'away'), store: `${mongo.url}away`, queue: redis.url };
    await using witness = await start(settings, ALL);
    using client = await clientOf(witness);
    await redis.kill();
    assert.equal((await client.admin.pauseQueue({ reason: 'test' })).paused, true);
    await report(witness, 'a');
    await redis.restart();
    await until(
      'the reference',
      async () => (await witness.ctx.queue.counts().catch(() => undefined))?.waiting,
    );
    assert.equal((await witness.ctx.queue.counts()).paused, true);
    await saysPaused(witness, true);
    assert.equal(await decided(witness), 0);

    await redis.kill();
    assert.equal((await client.admin.resumeQueue({})).paused, false);
    await redis.restart();
    await until('the decision', async () => (await decided(witness)) === 1);
  });
});
