import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '../../support/until.ts';
import { sendLoad } from './load.ts';
import { assertProcessedOnce, missingServers, openStage, untilSettled } from './stage.ts';

const MATCHES = 6;
const PROVIDERS = 20;
const skip = (await missingServers()) ?? false;

describe('workers with a wrong clock', { skip }, () => {
  it('an hour ahead or behind work like the others, and status says so', async () => {
    await using stage = await openStage({ workers: 1 });
    await stage.workers[0]?.end('SIGTERM');
    const ahead = await stage.startSkewedWorker(3600);
    const behind = await stage.startSkewedWorker(-3600);
    const load = sendLoad({ url: stage.url, matches: MATCHES, providers: PROVIDERS, pauseMs: 50 });
    await load.done;
    await untilSettled(stage, MATCHES);
    await assertProcessedOnce(stage, [load], MATCHES);
    const lineOf = async (pid: number) => {
      const { stdout } = await stage.bos('status');
      return (
        stdout.split('\n').find((line) => line.includes(`worker `) && line.includes(`pid ${pid},`)) ?? ''
      );
    };
    for (const [worker, seconds] of [
      [ahead, '3[56]\\d\\d'],
      [behind, '-3[56]\\d\\d'],
    ] as const) {
      const pattern = new RegExp(`worker running .*, its clock is off by ${seconds} s: correct it`);
      await until(
        `status to tell of the clock of ${worker.pid}`,
        async () => pattern.test(await lineOf(worker.pid)),
        30_000,
      );
    }
    await ahead.end('SIGKILL');
    await until(
      'status to tell that it does not run',
      async () => (await lineOf(ahead.pid)).includes('worker NOT RUNNING'),
      60_000,
    );
    assert.match(await lineOf(behind.pid), /worker running/);
  });
});
