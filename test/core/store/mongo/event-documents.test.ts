import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { minutes, sampleDecision, sampleIncident } from '../../../conformance/store-samples.ts';
import { questionsWithoutIndex } from '../../../support/index-coverage.ts';
import { missingMongo } from '../../../support/mongo-server.ts';
import { openDatabase, startRecordedMongo } from './harness.ts';

const missing = await missingMongo();

describe('the event documents of the Python suite', { skip: missing ?? false }, async () => {
  if (missing !== undefined) return;
  const server = await startRecordedMongo();
  after(() => server[Symbol.asyncDispose]());

  test('rule M: a call carries epoch and sequence of its decision, in the words of the Python suite', async () => {
    await using database = await openDatabase(server);
    const store = await database.open();
    const { eventId } = sampleIncident();
    for (const provider of ['one', 'two']) await store.incidents.insert(sampleIncident({ provider }));
    await store.decisions.insert(
      sampleDecision({
        eventId,
        epoch: 4,
        status: 'unhandled_exception_retrying_soon',
        retryAt: minutes(5),
        alert: 'boom',
        memory: { proposals: ['1.10.413'], actions: ['proposal'] },
      }),
    );
    await store.decisions.insert(sampleDecision({ eventId, call: 'result', status: 'undecided' }));
    const ids = await database.db.collection('incident').distinct('_id');
    const document = await database.db.collection('event').findOne({ id_string: eventId });
    assert.deepEqual(document, {
      _id: document?._id,
      id_string: eventId,
      bos: { event: eventId },
      create: {
        incidents: ids,
        status: {
          name: 'unhandled exception, retrying soon',
          proposals: ['1.10.413'],
          actions: ['proposal'],
          expiration: minutes(5).getTime() / 1000,
          details: 'boom',
        },
        bos: { epoch: 4, sequence: 1 },
      },
      result: { incidents: [], status: { name: 'undecided' }, bos: { epoch: 1, sequence: 1 } },
    });
  });

  test('rule M: a late decision does not replace the status of a later one', async () => {
    await using database = await openDatabase(server);
    const store = await database.open();
    await store.decisions.insert(sampleDecision({ sequence: 2, status: 'done', final: true }));
    await store.decisions.insert(sampleDecision({ sequence: 1 }));
    const document = await database.db.collection('event').findOne({ id_string: 'event' });
    assert.deepEqual(document?.create.status, { name: 'done' });
    assert.deepEqual(document?.create.bos, { epoch: 1, sequence: 2 });
    assert.equal(await database.db.collection('event').countDocuments(), 1);
  });

  test('rule M: a rebuild repairs what an operator decided first, which is nothing that was taken over', async () => {
    await using database = await openDatabase(server);
    const store = await database.open();
    const { eventId } = sampleIncident();
    await store.incidents.insert(sampleIncident());
    const byHand = { epoch: 0, worker: 'operator', status: 'manually_finalized', final: true } as const;
    await store.decisions.insert(sampleDecision({ eventId, ...byHand }));
    const events = database.db.collection('event');
    const details = { 'create.status.details': 'damaged' };
    await events.updateOne({ id_string: eventId }, { $set: details });
    await store.rebuildEvents();
    const rebuilt = await events.findOne({ id_string: eventId });
    assert.deepEqual(rebuilt?.create.status, { name: 'manually finalized' });
  });

  test('rule M: a rebuild repairs them from incidents and decisions', async () => {
    await using database = await openDatabase(server);
    const store = await database.open();
    const { eventId } = sampleIncident();
    await store.incidents.insert(sampleIncident());
    await store.incidents.insert(sampleIncident({ call: 'result' }));
    await store.incidents.insert(sampleIncident({ match: 'b' }));
    await store.decisions.insert(sampleDecision({ eventId, status: 'done' }));
    const events = database.db.collection('event');
    const before = await events.findOne({ id_string: eventId });
    await events.updateOne({ id_string: eventId }, { $set: { 'create.status': { name: 'damaged' } } });
    assert.equal(await store.rebuildEvents(), 2);
    const rebuilt = await events.findOne({ id_string: eventId });
    assert.deepEqual(rebuilt?.create, before?.create);
    assert.deepEqual(rebuilt?.result.status, { name: 'unknown' });
    assert.equal(rebuilt?.result.incidents.length, 1);
    await events.deleteMany({});
    await store.rebuildEvents();
    assert.equal(await events.countDocuments(), 2);
  });

  test('rule M: a rebuild corrects what claims a decision that was never made, and leaves what it does not know', async () => {
    await using database = await openDatabase(server);
    const store = await database.open();
    const { eventId } = sampleIncident();
    await store.incidents.insert(sampleIncident());
    for (const sequence of [1, 2]) await store.decisions.insert(sampleDecision({ eventId, sequence }));
    await store.decisions.insert(sampleDecision({ eventId: 'decided only', status: 'done' }));
    await store.decisions.insert(sampleDecision({ eventId: 'sports:devnet', call: 'sync' }));
    const events = database.db.collection('event');
    await events.updateMany({}, { $set: { note: 'kept' } });
    const before = await events.find().sort({ id_string: 1 }).toArray();
    for (const sequence of [1, 7, 'seven', null]) {
      await events.updateOne(
        { id_string: eventId },
        { $set: { create: { status: { name: 'damaged' }, bos: { epoch: 1, sequence } } } },
      );
      assert.equal(await store.rebuildEvents(), 2);
      assert.deepEqual(await events.find().sort({ id_string: 1 }).toArray(), before, `sequence ${sequence}`);
    }
    await events.deleteOne({ id_string: 'decided only' });
    await store.rebuildEvents();
    const [again] = await events.find({ id_string: 'decided only' }).toArray();
    assert.deepEqual(again?.create.status, { name: 'done' });
    await assert.rejects(store.rebuildEvents(AbortSignal.abort(new Error('stop'))), /stop/);
  });

  test('rule M: readers prefer decisions to what the document says', async () => {
    await using database = await openDatabase(server);
    const store = await database.open();
    const { incident } = await store.incidents.insert(sampleIncident());
    await store.decisions.insert(sampleDecision({ eventId: incident.eventId, status: 'waiting' }));
    await database.db
      .collection('event')
      .updateOne({ id_string: incident.eventId }, { $set: { 'create.status': { name: 'done' } } });
    const reopened = await database.open();
    const event = await reopened.events.get(incident.eventId);
    assert.equal(event?.calls[0]?.decision?.status, 'waiting');
  });

  test('an incident document has the fields that the tools of the Python suite look for', async () => {
    await using database = await openDatabase(server);
    const store = await database.open();
    const incident = sampleIncident({
      sent: 'As Sent',
      extra: { 'dotted.key': 1, plain: { $odd: 1, kept: [2] } },
    });
    await store.incidents.insert(incident);
    const document = await database.db.collection('incident').findOne();
    assert.ok(document);
    const { _id, bos, ...fields } = document;
    assert.deepEqual(fields, {
      ...sampleIncident().body,
      id_string: incident.eventId,
      plain: { kept: [2] },
    });
    // JSON without loss: a tool that resends the document does so with every field of it.
    assert.deepEqual(JSON.parse(JSON.stringify(bos)), bos);
  });

  test('has an index for each question that was asked', () => {
    assert.deepEqual(questionsWithoutIndex(server.commands), []);
  });
});
