import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Store } from '../../core/store/store.ts';
import { accountLogConformance } from './store-account-log.ts';
import { changeConformance } from './store-changes.ts';
import { decisionConformance } from './store-decisions.ts';
import { eventConformance } from './store-events.ts';
import { incidentConformance } from './store-incidents.ts';
import { leaseConformance } from './store-leases.ts';
import { refusedConformance } from './store-refused.ts';
import { sampleDecision, sampleEntry, sampleIncident } from './store-samples.ts';
import { workConformance } from './store-work.ts';

/** An empty store under test, with a clock that shows the day of the samples. `reopen` closes it and opens the same data again, where an implementation can. */
export interface OpenedStore {
  readonly store: Store;
  reopen?(): Promise<Store>;
}

/** Registers a test that gets an empty store and closes it in the end. */
export type StoreTest = (name: string, body: (store: Store) => Promise<void>) => void;

/** Registers the tests that every implementation of `Store` has to pass. */
export function storeConformance(name: string, open: () => Promise<OpenedStore>): void {
  const storeTest: StoreTest = (title, body) =>
    test(title, async () => {
      const { store } = await open();
      await using _closed = store;
      await body(store);
    });

  describe(`${name} as a store`, () => {
    describe('incidents', () => incidentConformance(storeTest));
    describe('refused bodies', () => refusedConformance(storeTest));
    describe('due work', () => workConformance(storeTest));
    describe('decisions', () => decisionConformance(storeTest));
    describe('events', () => eventConformance(storeTest));
    describe('order of changes', () => changeConformance(storeTest));
    describe('leases', () => leaseConformance(storeTest));
    describe('account log', () => accountLogConformance(storeTest));
    describe('presence, switches, check', () => otherConformance(storeTest));

    test('what was acknowledged is there after the store was closed and opened again', async (t) => {
      const { store, reopen } = await open();
      if (!reopen) {
        await store[Symbol.asyncDispose]();
        return t.skip('this implementation cannot be opened twice on the same data');
      }
      const incident = sampleIncident();
      await store.incidents.insert(incident);
      await store.incidents.insert({ ...incident, sentUniqueString: 'again' });
      await store.decisions.insert(sampleDecision({ eventId: incident.eventId }));
      await store.accountLog.insert(sampleEntry(1));
      await store.switches.set('broadcasting', false);
      const before = await store.events.get(incident.eventId);

      await using again = await reopen();
      assert.deepEqual(await again.events.get(incident.eventId), before);
      assert.equal((await again.work.requests(incident.eventId)).length, 1);
      assert.equal(await again.accountLog.lastN('1.2.7'), 1);
      assert.equal(await again.switches.get('broadcasting'), false);
    });

    test('a closed store refuses with unavailable', async () => {
      const { store } = await open();
      await store[Symbol.asyncDispose]();
      await assert.rejects(store.incidents.insert(sampleIncident()), { kind: 'unavailable' });
      await assert.rejects(store.check(), { kind: 'unavailable' });
    });
  });
}

function otherConformance(storeTest: StoreTest): void {
  storeTest('a heartbeat replaces the one before, until its process leaves', async (store) => {
    const heartbeat = {
      id: 'worker-1',
      role: 'worker',
      host: 'here',
      pid: 7,
      startedAt: new Date('2026-01-15T11:00:00Z'),
      at: new Date('2026-01-15T12:00:00Z'),
      details: { hand: ['a'], wallet: 'open' },
    } as const;
    await store.presence.beat(heartbeat);
    const later = { ...heartbeat, at: new Date('2026-01-15T12:01:00Z') };
    await store.presence.beat(later);
    await store.presence.beat({ ...heartbeat, id: 'api-1', role: 'api' });
    const listed = await store.presence.list();
    assert.deepEqual(listed.map((one) => one.id).sort(), ['api-1', 'worker-1']);
    assert.deepEqual(
      listed.find((one) => one.id === 'worker-1'),
      later,
    );
    await store.presence.leave('worker-1');
    await store.presence.leave('never was');
    assert.deepEqual(
      (await store.presence.list()).map((one) => one.id),
      ['api-1'],
    );
  });

  storeTest('a switch is unset until set, and each has its own value', async (store) => {
    assert.equal(await store.switches.get('broadcasting'), undefined);
    await store.switches.set('broadcasting', false);
    await store.switches.set('queue_paused', true);
    assert.equal(await store.switches.get('broadcasting'), false);
    assert.equal(await store.switches.get('queue_paused'), true);
    await store.switches.set('broadcasting', true);
    assert.equal(await store.switches.get('broadcasting'), true);
  });

  storeTest('check resolves while inserts would be taken', async (store) => {
    await store.check();
    await store.check();
  });
}
