import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Store } from '../../../core/store/store.ts';
import { quickClock } from '../../support/quick-clock.ts';
import { type Harness, startHarness } from '../harness.ts';

/** Rooms that take every question and never answer. */
const silent = <Room>() => new Proxy({}, { get: () => () => new Promise(() => {}) }) as Room;

/** Status of a server whose store is that of another one but for some rooms. */
async function statusWith(below: Harness, rooms: Partial<Store>) {
  const store = { ...below.ctx.store, ...rooms };
  await using harness = await startHarness({ context: { store, clock: quickClock } });
  return (await harness.client().status.getStatus({})).status;
}

describe('status of a store that is slow', () => {
  it('says that it gives no answer, and tells the rest', async () => {
    await using below = await startHarness();
    const status = await statusWith(below, { presence: silent(), decisions: silent() });
    assert.equal(status?.store?.available, false);
    assert.match(status.store.problem, /^expected an answer of the store within 5 s, got none/);
    assert.equal(status.queue?.available, true);
    assert.equal(status.versions.peerplays, '0.8.9');
  });

  it('tells which processes run when counting takes too long, and that counts are missing', async () => {
    await using below = await startHarness();
    const at = new Date();
    const beat = { id: 'w', role: 'worker', host: 'h', pid: 1, startedAt: at, at, details: {} } as const;
    await below.ctx.store.presence.beat(beat);
    const status = await statusWith(below, { decisions: silent() });
    assert.equal(status?.store?.available, true);
    assert.deepEqual(
      status.heartbeats.map(({ id, running }) => ({ id, running })),
      [{ id: 'w', running: true }],
    );
    assert.equal(status.counts, undefined);
    assert.match(status.alerts[0]?.text ?? '', /did not tell counts and alerts within 5 s/);
  });
});
