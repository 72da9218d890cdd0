import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { sampleIncident } from '../../../conformance/store-samples.ts';
import { missingMongo, startMongo } from '../../../support/mongo-server.ts';
import { until } from '../../../support/until.ts';
import { openDatabase } from './harness.ts';

const missing = await missingMongo();
const reason =
  missing ??
  (process.env.BOS_TEST_MONGODB_URL ? 'the server that BOS_TEST_MONGODB_URL names is not killed' : false);

describe('a MongoDB server that dies', { skip: reason }, async () => {
  if (reason !== false) return;
  const server = await startMongo();
  after(() => server[Symbol.asyncDispose]());

  test('has every incident that was acknowledged when it is back, and takes new ones', async () => {
    await using database = await openDatabase(server);
    const store = await database.open();
    const acknowledged: string[] = [];
    const failures: unknown[] = [];
    let isWriting = true;
    const write = async (writer: number) => {
      for (let i = 0; isWriting; i += 1) {
        const provider = `writer ${writer} ${i}`;
        try {
          await store.incidents.insert(sampleIncident({ provider }));
          acknowledged.push(provider);
        } catch (error) {
          failures.push(error);
        }
      }
    };
    const writers = [0, 1, 2, 3].map(write);
    await until('some incidents to be acknowledged', () => acknowledged.length >= 20);
    await server.kill();
    await until('inserts to fail', () => failures.length > 0);
    await assert.rejects(store.check(), { kind: 'unavailable' });
    const beforeRestart = acknowledged.length;
    await server.restart();
    await until('incidents to be acknowledged again', () => acknowledged.length >= beforeRestart + 20);
    isWriting = false;
    await Promise.all(writers);
    await store.check();

    for (const failure of failures) assert.equal((failure as { kind?: string }).kind, 'unavailable');
    const stored = await store.incidents.ofEvent(sampleIncident().eventId);
    const providers = new Set(stored.map(({ provider }) => provider));
    assert.deepEqual(
      acknowledged.filter((provider) => !providers.has(provider)),
      [],
    );
    assert.equal(new Set(stored.map(({ position }) => position)).size, stored.length);
    const followed = [];
    for (let position = 0; ; ) {
      const { items } = await store.incidents.list({ after: position }, {});
      if (items.length === 0) break;
      followed.push(...items);
      position = items.at(-1)?.position ?? position;
    }
    assert.equal(followed.length, stored.length);
  });

  test('every room fails with unavailable meanwhile', async () => {
    await using database = await openDatabase(server);
    const store = await database.open();
    await server.kill();
    const unavailable = { kind: 'unavailable' };
    await Promise.all([
      assert.rejects(store.incidents.count(), unavailable),
      assert.rejects(store.work.due(new Date(), 1), unavailable),
      assert.rejects(store.leases.current('e'), unavailable),
      assert.rejects(store.accountLog.lastN('1.2.7'), unavailable),
      assert.rejects(store.presence.list(), unavailable),
      assert.rejects(store.switches.set('broadcasting', true), unavailable),
      assert.rejects(store.refused.list({}), unavailable),
      assert.rejects(store.events.get('e'), unavailable),
    ]);
    await server.restart();
    assert.equal(await store.incidents.count(), 0);
  });
});
