import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '../../support/until.ts';
import { sendLoad } from './load.ts';
import { assertProcessedOnce, missingServers, openStage, untilSettled } from './stage.ts';

const MATCHES = 6;
// As few as show the fault: the server that stands in for MongoDB here scans for every query.
const PROVIDERS = 20;
const skip = (await missingServers()) ?? false;

describe('kill -9 under load', { skip }, () => {
  it('of the API loses nothing that it acknowledged', async () => {
    await using stage = await openStage({ workers: 2 });
    const load = sendLoad({ url: stage.url, matches: MATCHES, providers: PROVIDERS, pauseMs: 100 });
    await until('some reports', () => load.acknowledged.length > 20);
    await stage.api.end('SIGKILL');
    await stage.start('api', '--no-scheduler');
    await load.done;
    assert(load.acknowledged.length > 80);
    await untilSettled(stage, MATCHES);
    await assertProcessedOnce(stage, [load], MATCHES);
  });

  it('of workers and of the scheduler leaves their work to the others', async () => {
    await using stage = await openStage({ workers: 2 });
    const standby = await stage.start('scheduler');
    const load = sendLoad({ url: stage.url, matches: MATCHES, providers: PROVIDERS, pauseMs: 100 });
    await until('some reports', () => load.acknowledged.length > 20);
    await stage.workers[0]?.end('SIGKILL');
    await stage.scheduler.end('SIGKILL');
    await until('more reports', () => load.acknowledged.length > 70);
    await stage.workers[1]?.end('SIGKILL');
    await stage.start('worker');
    await load.done;
    assert.equal(load.acknowledged.length, MATCHES * PROVIDERS);
    await untilSettled(stage, MATCHES);
    await assertProcessedOnce(stage, [load], MATCHES);
    assert.match(standby.stderr(), /"msg":"leading"/);
  });
});

describe('SIGTERM under load', { skip }, () => {
  it('ends each process with 0 within ten seconds, and nothing is lost', async () => {
    await using stage = await openStage({ workers: 2 });
    const load = sendLoad({ url: stage.url, matches: MATCHES, providers: PROVIDERS, pauseMs: 100 });
    await until('some reports', () => load.acknowledged.length > 40);
    const endings = [stage.api, stage.scheduler, ...stage.workers].map(async (process) => {
      const began = performance.now();
      assert.equal(await process.end('SIGTERM'), 0, process.stderr().slice(-2000));
      return performance.now() - began;
    });
    for (const ms of await Promise.all(endings)) assert(ms < 10_000, `${ms} ms`);
    await Promise.all([
      stage.start('api', '--no-scheduler'),
      stage.start('scheduler'),
      stage.start('worker', '--concurrency', '2'),
    ]);
    await load.done;
    await untilSettled(stage, MATCHES);
    await assertProcessedOnce(stage, [load], MATCHES);
  });
});
