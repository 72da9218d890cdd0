import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startProcess } from '../../../app/run.ts';
import { systemClock } from '../../../core/clock.ts';
import { silentLog } from '../../../core/log.ts';
import { openRedisQueue } from '../../../core/queue/redis/redis-queue.ts';
import { startDevnet } from '../../../devnet/devnet.ts';
import { testConfig } from '../../support/witness-config.ts';
import { sendLoad } from './load.ts';
import {
  assertProcessedOnce,
  missingServers,
  openStage,
  slowServer,
  syncSports,
  untilSettled,
} from './stage.ts';

const MANY = 10_000;
const skip = (await missingServers()) ?? false;

describe('10,000 incidents of one event at once', () => {
  it('are one event on chain, in one process', async () => {
    await using owned = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'bos-many-'));
    owned.defer(() => rm(folder, { recursive: true }));
    const devnet = owned.use(await startDevnet({ port: 0, witnesses: 1, blockIntervalMs: 1000 }));
    await devnet.writeKeys(join(folder, 'keys.json'));
    const accounts = { proposer: 'witness1', approver: 'witness1' };
    const config = testConfig({ data_dir: folder, node: devnet.url, 'scheduler.interval': 2, ...accounts });
    const roles = { api: true, worker: true, scheduler: true };
    const witness = owned.use(await startProcess(config, { roles }, { log: silentLog }));
    const { store } = witness.ctx;
    await syncSports({ store, devnet });
    const load = sendLoad({
      url: witness.url ?? '',
      matches: 1,
      providers: MANY,
      atATime: 100,
      timeoutMs: 30_000,
    });
    await load.done;
    assert.equal(load.acknowledged.length, MANY);
    await untilSettled({ store, devnet }, 1);
    await assertProcessedOnce({ store, devnet }, [load], 1);
  });

  it('are one event on chain, in several processes', { skip }, async (t) => {
    await using stage = await openStage({ workers: 2 });
    const slow = await slowServer(stage);
    if (slow !== undefined) t.diagnostic(`1,000 of them only: ${slow}`);
    const providers = slow === undefined ? MANY : MANY / 10;
    const load = sendLoad({ url: stage.url, matches: 1, providers, atATime: 100, timeoutMs: 30_000 });
    await load.done;
    assert.equal(load.acknowledged.length, providers);
    await untilSettled(stage, 1);
    await assertProcessedOnce(stage, [load], 1);
  });
});

describe('a queue that holds 100,000 references', { skip }, () => {
  it('does not hold up what comes', async () => {
    await using stage = await openStage({ workers: 2 });
    await using queue = await openRedisQueue({
      url: stage.redis.url,
      clock: systemClock,
      log: silentLog,
      signal: new AbortController().signal,
    });
    for (let first = 0; first < 100_000; first += 1000) {
      const references = Array.from({ length: 1000 }, (_, i) => ({
        eventId: `nothing-${first + i}`,
        lane: 'retry' as const,
      }));
      await Promise.all(references.map((reference) => queue.add(reference)));
    }
    const load = sendLoad({ url: stage.url, matches: 6, providers: 20 });
    await load.done;
    assert.equal(load.acknowledged.length, 120);
    await untilSettled(stage, 6);
    const { waiting } = await queue.counts();
    assert(waiting > 50_000, `${waiting} references are left`);
    await assertProcessedOnce(stage, [load], 6);
  });
});
