import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  type Collections,
  documentKey,
  type LeaseDocument,
} from '../../../../core/store/mongo/collections.ts';
import { mongoLeases } from '../../../../core/store/mongo/leases.ts';
import type { Store } from '../../../../core/store/store.ts';
import { NOON, sampleDecision, sampleEntry, sampleIncident } from '../../../conformance/store-samples.ts';
import { missingMongo, startMongo } from '../../../support/mongo-server.ts';
import { openDatabase } from './harness.ts';

const missing = await missingMongo();

describe('several processes on one MongoDB', { skip: missing ?? false }, async () => {
  if (missing !== undefined) return;
  const server = await startMongo();
  after(() => server[Symbol.asyncDispose]());

  test('positions have no gaps, and whoever follows them misses nothing', async () => {
    await using database = await openDatabase(server);
    const stores = [await database.open(), await database.open(), await database.open()];
    const followed: number[] = [];
    let isWriting = true;
    const follow = async (store: Store) => {
      for (let last = false; !last; ) {
        last = !isWriting;
        const page = await store.incidents.list({ after: followed.at(-1) ?? 0 }, {});
        followed.push(...page.items.map(({ position }) => position));
      }
    };
    const following = follow(await database.open());
    const write = async (store: Store, name: string) => {
      for (let i = 0; i < 10; i += 1) {
        await Promise.all(
          ['a', 'b'].map((half) =>
            store.incidents.insert(sampleIncident({ provider: `${name} ${i} ${half}` })),
          ),
        );
      }
    };
    await Promise.all(stores.map((store, i) => write(store, `process ${i}`)));
    isWriting = false;
    await following;
    assert.deepEqual(
      followed,
      Array.from({ length: 60 }, (_, i) => i + 1),
    );
  });

  test('of the same incident in all of them one is new', async () => {
    await using database = await openDatabase(server);
    const stores = [await database.open(), await database.open()];
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => stores[i % 2]!.incidents.insert(sampleIncident({ sent: `${i}` }))),
    );
    assert.equal(outcomes.filter(({ outcome }) => outcome === 'new').length, 1);
    const [found] = await stores[0]!.incidents.find(sampleIncident().uniqueString);
    assert.equal(found?.sightings.length, 20);
  });

  test('J: a lease counts as lost as soon as a higher epoch is there, before the old one is taken away', async () => {
    await using database = await openDatabase(server);
    const { leases } = await database.open();
    const rows = database.db.collection<LeaseDocument>('bos_lease');
    const [eventId, holder] = ['match', 'p'];
    assert.equal(await leases.insert({ eventId, epoch: 1, holder }), true);
    const row = { event: eventId, holder: 'other', counter: 0, released: false };
    await rows.insertOne({ ...row, _id: documentKey(eventId, 2), epoch: 2 });
    assert.equal(await leases.renew(eventId, 1), false);

    // One that looked, slept and inserts behind another.
    const insertOne = rows.insertOne.bind(rows);
    const late = new Proxy(rows, {
      get: (target, name) =>
        name !== 'insertOne'
          ? Reflect.get(target, name)
          : async (document: LeaseDocument) => {
              await insertOne({ ...row, _id: documentKey(eventId, 4), epoch: 4 });
              return insertOne(document);
            },
    });
    const behind = mongoLeases({ leases: late } as unknown as Collections);
    assert.equal(await behind.insert({ eventId, epoch: 3, holder }), false);
    assert.equal((await leases.current(eventId))?.epoch, 4);
  });

  test('of workers that want one lease, one decision, one number of the log, one gets it', async () => {
    await using database = await openDatabase(server);
    const stores = [await database.open(), await database.open()];
    const leases = await Promise.all(
      stores.map((store, i) => store.leases.insert({ eventId: 'e', epoch: 1, holder: `${i}` })),
    );
    const decisions = await Promise.all(stores.map((store) => store.decisions.insert(sampleDecision())));
    assert.deepEqual(
      [leases, decisions].map((got) => got.filter(Boolean).length),
      [1, 1],
    );
  });

  test('an incident whose process died before it had a position gets one when it is read', async () => {
    await using database = await openDatabase(server);
    const store = await database.open();
    const { incident } = await store.incidents.insert(sampleIncident());
    await database.db.collection('bos_incident_feed').deleteMany({});
    const another = await database.open();
    assert.deepEqual(await another.incidents.ofEvent(incident.eventId), [incident]);
    assert.equal((await another.incidents.list({ after: 0 }, {})).items.length, 1);
  });

  test('a decision that was passed over counts for nothing, even if its process died before saying so', async () => {
    await using database = await openDatabase(server);
    const store = await database.open();
    await store.decisions.insert(sampleDecision({ sequence: 1, status: 'midway', retryAt: NOON }));
    await store.decisions.insert(sampleDecision({ sequence: 2, status: 'done', final: true }));
    const decisions = database.db.collection('bos_decision');
    const forget = () => decisions.updateMany({}, { $set: { current: true } });
    await forget();
    assert.deepEqual(await store.work.due(NOON, 10), []);
    await forget();
    assert.deepEqual(await store.decisions.unfinished(), []);
    assert.equal(await decisions.countDocuments({ current: true }), 1);
    await forget();
    assert.equal(await store.work.countDue(NOON), 0);
    assert.deepEqual(await store.work.dueOfEvent('event', NOON), []);
  });

  test('an outcome stays the first one, even if its process died before the entry was marked', async () => {
    await using database = await openDatabase(server);
    const store = await database.open();
    await store.accountLog.insert(sampleEntry(1));
    await store.accountLog.resolve('1.2.7', 1, { kind: 'expired' });
    await database.db.collection('bos_account_log').updateMany({}, { $set: { resolved: false } });
    assert.deepEqual(await store.accountLog.unresolved('1.2.7'), []);
    assert.equal(await database.db.collection('bos_account_log').countDocuments({ resolved: true }), 1);
  });

  test('processes that were killed are forgotten after a day', async () => {
    await using database = await openDatabase(server);
    const store = await database.open();
    const beat = {
      role: 'worker',
      host: 'h',
      pid: 1,
      startedAt: NOON,
      details: {},
    } as const;
    await store.presence.beat({ ...beat, id: 'dead', at: new Date('2026-01-14T11:59:00Z') });
    await store.presence.beat({ ...beat, id: 'alive', at: new Date('2026-01-14T12:01:00Z') });
    const later = await database.open();
    assert.deepEqual(
      (await later.presence.list()).map(({ id }) => id),
      ['alive'],
    );
  });
});
