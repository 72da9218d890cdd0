import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '../../support/until.ts';
import { sendLoad } from './load.ts';
import { assertProcessedOnce, missingServers, openStage, untilSettled } from './stage.ts';

const MATCHES = 10;
const skip = (await missingServers()) ?? false;

describe('kill -9 under load', { skip }, () => {
  it('of the API loses nothing that it acknowledged', async () => {
    await using stage = await openStage({ workers: 2 });
    const load = sendLoad({ url: stage.url, matches: MATCHES, providers: 40, pauseMs: 20 });
    await until('some reports', () => load.acknowledged.length > 50);
    await stage.api.end('SIGKILL');
    await stage.start('api', '--no-scheduler');
    await load.done;
    assert(load.acknowledged.length > 100);
    await untilSettled(stage, MATCHES);
    await assertProcessedOnce(stage, [load], MATCHES);
  });

  it('of workers and of the scheduler leaves their work to the others', async () => {
    await using stage = await openStage({ workers: 2 });
    const standby = await stage.start('scheduler');
    const load = sendLoad({ url: stage.url, matches: MATCHES, providers: 40, pauseMs: 20 });
    await until('some reports', () => load.acknowledged.length > 50);
    await stage.workers[0]?.end('SIGKILL');
    await stage.scheduler.end('SIGKILL');
    await until('more reports', () => load.acknowledged.length > 200);
    await stage.workers[1]?.end('SIGKILL');
    await stage.start('worker');
    await load.done;
    assert.equal(load.acknowledged.length, MATCHES * 40);
    await untilSettled(stage, MATCHES);
    await assertProcessedOnce(stage, [load], MATCHES);
    assert.match(standby.stderr(), /"msg":"leading"/);
  });
});
