import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Redis } from 'ioredis';
import { until } from '../../support/until.ts';
import { sendLoad } from './load.ts';
import { assertProcessedOnce, missingServers, openStage, type Stage, untilSettled } from './stage.ts';

const MATCHES = 6;
const PROVIDERS = 20;
const skip = (await missingServers()) ?? false;

const start = ({ url }: Stage) => sendLoad({ url, matches: MATCHES, providers: PROVIDERS, pauseMs: 100 });

async function spooled({ bos }: Stage): Promise<number> {
  const { stdout } = await bos('status', '--json');
  return JSON.parse(stdout).data.spooled_incidents ?? 0;
}

describe('servers killed under load', { skip }, () => {
  it('Redis, flushed as well: everything is found by the scheduler', async () => {
    await using stage = await openStage({ workers: 2 });
    const load = start(stage);
    await until('some reports', () => load.acknowledged.length > 20);
    await flush(stage);
    await until('more reports', () => load.acknowledged.length > 40);
    // It keeps nothing on disk, so what was in it is gone.
    await stage.redis.kill();
    await until('reports without Redis', () => load.acknowledged.length > 80);
    await stage.redis.restart();
    await load.done;
    assert.equal(load.acknowledged.length, MATCHES * PROVIDERS);
    await untilSettled(stage, MATCHES);
    await assertProcessedOnce(stage, [load], MATCHES);
  });

  it('MongoDB: reports are answered from the spool and drained when it is back', async () => {
    await using stage = await openStage({ workers: 2 });
    const load = start(stage);
    await until('some reports', () => load.acknowledged.length > 20);
    await stage.mongo.kill();
    await until('reports without MongoDB', () => load.acknowledged.length > 60);
    assert((await spooled(stage)) > 0);
    await stage.mongo.restart();
    await load.done;
    assert.equal(load.acknowledged.length, MATCHES * PROVIDERS);
    await untilSettled(stage, MATCHES);
    assert.equal(await spooled(stage), 0);
    await assertProcessedOnce(stage, [load], MATCHES);
  });

  it('MongoDB, and the API meanwhile: the next one takes more, and drains what the first one had', async () => {
    await using stage = await openStage({ workers: 2 });
    await stage.mongo.kill();
    const load = start(stage);
    await until('reports without MongoDB', () => load.acknowledged.length > 20);
    await stage.api.end('SIGKILL');
    const again = await stage.start('api', '--no-scheduler');
    assert.match(again.stderr(), /the store is away: incidents are kept in the spool/);
    await until('more reports without MongoDB', () => load.acknowledged.length > 60);
    await stage.mongo.restart();
    await load.done;
    await untilSettled(stage, MATCHES);
    await assertProcessedOnce(stage, [load], MATCHES);
    assert.equal(await spooled(stage), 0);
  });
});

/** Empties a Redis. */
async function flush({ redis }: Stage): Promise<void> {
  const client = new Redis(redis.url);
  await client.flushall();
  client.disconnect();
}
