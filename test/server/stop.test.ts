import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { createIncident } from '../../client/index.ts';
import type { Store } from '../../core/store/store.ts';
import { ReportOutcome } from '../../gen/bos/v1/incident_service_pb.js';
import { until } from '../support/until.ts';
import { incidentJson, startHarness } from './harness.ts';

const INPUT = {
  id: {
    sport: 'Ice Hockey',
    eventGroupName: 'NHL',
    startTime: new Date('2030-03-16T23:00:00Z'),
    home: 'Washington Capitals',
    away: 'New York Islanders',
  },
  provider: { name: 'a' },
};

/** A store whose inserts the test lets go. */
function heldStore() {
  const held: (() => void)[] = [];
  const insert = () => new Promise((resolve) => held.push(() => resolve({ outcome: 'new' })));
  return { held, store: { kind: 'sqlite', incidents: { insert } } as unknown as Store };
}

describe('stopping', () => {
  it('lets a running request finish, and takes no new connection', async () => {
    const { held, store } = heldStore();
    await using harness = await startHarness({ context: { store } });
    const running = harness.post('/trigger', incidentJson());
    await until('the request is inside', () => held.length === 1);
    const closing = harness.server.close();
    await assert.rejects(fetch(`${harness.server.url}/isalive`, { headers: { connection: 'close' } }));
    held[0]?.();
    assert.equal((await running).status, 200);
    await closing;
  });

  it('lets a running gRPC call finish', async () => {
    const { held, store } = heldStore();
    await using harness = await startHarness({ context: { store } });
    const { incidents } = harness.client({ transport: 'grpc' });
    const running = incidents.reportIncident({ incident: createIncident(INPUT) });
    await until('the call is inside', () => held.length === 1);
    const closing = harness.server.close();
    held[0]?.();
    assert.equal((await running).outcome, ReportOutcome.NEW);
    await closing;
  });

  it('ends streams, idle and silent connections at once', async () => {
    await using harness = await startHarness();
    const watch = harness.client({ transport: 'grpc' }).health.watch({ service: '' });
    const stream = watch[Symbol.asyncIterator]();
    await stream.next();
    await harness.get('/isalive');
    const silent = connect(harness.server.port, '127.0.0.1');
    silent.on('error', () => {});
    await new Promise((resolve) => silent.once('connect', resolve));
    const startedAt = performance.now();
    await harness.server.close();
    assert.ok(performance.now() - startedAt < 1000);
    assert.equal((await stream.next()).done, true);
    silent.destroy();
  });

  it('cuts what does not finish in time', async () => {
    const { held, store } = heldStore();
    await using harness = await startHarness({ context: { store }, server: { timeouts: { closeMs: 100 } } });
    const running = harness.post('/trigger', incidentJson());
    const refused = assert.rejects(running);
    await until('the request is inside', () => held.length === 1);
    await harness.server.close();
    await refused;
  });

  it('follows the signal of the context', async () => {
    const stop = new AbortController();
    await using harness = await startHarness({ context: { signal: stop.signal } });
    stop.abort();
    await until('the port is closed', () =>
      fetch(`${harness.server.url}/isalive`).then(
        () => false,
        () => true,
      ),
    );
  });

  it('refuses a port that is taken, naming the setting', async () => {
    await using harness = await startHarness();
    const again = startHarness({ api: { port: harness.server.port } });
    await assert.rejects(again, { kind: 'configuration', message: /is taken: set api\.port/ });
  });
});
