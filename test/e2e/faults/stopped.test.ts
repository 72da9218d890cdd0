import { describe, it } from 'node:test';
import { until } from '../../support/until.ts';
import { sendLoad } from './load.ts';
import { assertProcessedOnce, missingServers, openStage, untilSettled } from './stage.ts';

const MATCHES = 6;
const PROVIDERS = 20;
const skip = (await missingServers()) ?? false;

describe('workers that stand still', { skip }, () => {
  it('longer than their leases: another does their work, and when they go on they do none of it again', async () => {
    await using stage = await openStage({ workers: 3 });
    const load = sendLoad({ url: stage.url, matches: MATCHES, providers: PROVIDERS, pauseMs: 100 });
    await until('some reports', () => load.acknowledged.length > 40);
    const [first, second] = stage.workers;
    for (const worker of [first, second]) process.kill(worker?.pid ?? 0, 'SIGSTOP');
    await load.done;
    await until(
      'the third to do it all',
      () => stage.devnet.chain.sports().events.length === MATCHES,
      90_000,
    );
    for (const worker of [first, second]) process.kill(worker?.pid ?? 0, 'SIGCONT');
    await untilSettled(stage, MATCHES);
    await assertProcessedOnce(stage, [load], MATCHES);
  });
});
