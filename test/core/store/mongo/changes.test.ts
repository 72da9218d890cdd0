import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { sampleDecision } from '../../../conformance/store-samples.ts';
import { missingMongo, startMongo } from '../../../support/mongo-server.ts';
import { openDatabase } from './harness.ts';

const missing = await missingMongo();

describe('the order of changes in MongoDB', { skip: missing ?? false }, async () => {
  if (missing !== undefined) return;
  const server = await startMongo();
  after(() => server[Symbol.asyncDispose]());

  test('decisions of several processes are read once each, in one order', async () => {
    await using database = await openDatabase(server);
    const stores = [await database.open(), await database.open()];
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        stores[i % 2]!.decisions.insert(sampleDecision({ eventId: `e${i}` })),
      ),
    );
    const [one, two] = await Promise.all(stores.map((store) => store.changes.decisionsAfter(0, 100)));
    assert.deepEqual(one, two);
    assert.deepEqual(
      one?.map(({ position }) => position),
      Array.from({ length: 40 }, (_, i) => i + 1),
    );
    assert.equal((await stores[0]!.changes.last()).decisions, 40);
  });

  test('a decision whose process died before it had a position gets one at the next start', async () => {
    await using database = await openDatabase(server);
    const store = await database.open();
    await store.decisions.insert(sampleDecision());
    await database.db.collection('bos_decision_feed').deleteMany({});
    assert.deepEqual(await store.changes.decisionsAfter(0, 10), []);
    const next = await database.open();
    assert.deepEqual(await next.changes.decisionsAfter(0, 10), [{ position: 1, record: sampleDecision() }]);
  });
});
