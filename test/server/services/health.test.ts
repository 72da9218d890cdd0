import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Code } from '@connectrpc/connect';
import { BosError } from '../../../core/errors.ts';
import type { Store } from '../../../core/store/store.ts';
import { HealthCheckResponse_ServingStatus as ServingStatus } from '../../../gen/grpc/health/v1/health_pb.js';
import { bareView } from '../../support/fake-chain.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';
import { type Harness, startHarness } from '../harness.ts';

async function beat(harness: Harness, role: 'worker' | 'scheduler'): Promise<void> {
  const at = harness.ctx.clock.now();
  await harness.ctx.store.presence.beat({
    id: role,
    role,
    host: 'h',
    pid: 1,
    startedAt: at,
    at,
    details: {},
  });
}

describe('Health', () => {
  it('says how process, store, worker, scheduler and chain are', async () => {
    await using harness = await startHarness();
    const { health } = harness.client();
    const status = async (service: string) => (await health.check({ service })).status;
    assert.equal(await status(''), ServingStatus.SERVING);
    assert.equal(await status('bos.v1.IncidentService'), ServingStatus.SERVING);
    assert.equal(await status('bos.worker'), ServingStatus.NOT_SERVING);
    assert.equal(await status('bos.chain'), ServingStatus.NOT_SERVING);
    await beat(harness, 'scheduler');
    assert.equal(await status('bos.scheduler'), ServingStatus.SERVING);
  });

  it('answers not_found for an unknown service on Check and SERVICE_UNKNOWN on Watch', async () => {
    await using harness = await startHarness();
    const { health } = harness.client();
    await assert.rejects(health.check({ service: 'bos.nothing' }), { code: Code.NotFound });
    for await (const { status } of health.watch({ service: 'bos.nothing' })) {
      assert.equal(status, ServingStatus.SERVICE_UNKNOWN);
      break;
    }
  });

  it('does not serve incidents while the store is away or hangs', async () => {
    const clock = manualClock();
    let check: () => Promise<void> = () => Promise.reject(new BosError('unavailable', 'away'));
    const store = { check: () => check() } as unknown as Store;
    await using harness = await startHarness({ context: { store, clock } });
    const { health } = harness.client();
    const status = () => health.check({ service: 'bos.v1.IncidentService' });
    assert.equal((await status()).status, ServingStatus.NOT_SERVING);
    await clock.advance(1000);
    check = () => new Promise(() => {});
    const hanging = status();
    await until('the server waits for the store', () => clock.sleepers > 0);
    await clock.advance(2000);
    assert.equal((await hanging).status, ServingStatus.NOT_SERVING);
  });

  for (const transport of ['connect', 'grpc'] as const) {
    it(`tells watchers over ${transport} each change, once`, async () => {
      const clock = manualClock();
      await using harness = await startHarness({ context: { clock } });
      const { health } = harness.client({ transport });
      const seen: ServingStatus[] = [];
      const cancel = new AbortController();
      const watching = (async () => {
        try {
          for await (const { status } of health.watch({ service: 'bos.chain' }, { signal: cancel.signal })) {
            seen.push(status);
          }
        } catch {}
      })();
      await until('the first status', () => seen.length === 1);
      await until('the watcher waits', () => clock.sleepers > 0);
      await clock.advance(1000);
      harness.chain.set(bareView(1));
      await until('the change', async () => {
        await clock.advance(1000);
        return seen.length === 2;
      });
      assert.deepEqual(seen, [ServingStatus.NOT_SERVING, ServingStatus.SERVING]);
      cancel.abort();
      await watching;
    });
  }
});
