import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { BSON, type Document, ObjectId } from 'mongodb';
import { parseIncident } from '../../../../core/incidents/parse.ts';
import { readLegacyIncident } from '../../../../core/store/mongo/legacy-incidents.ts';
import type { Store } from '../../../../core/store/store.ts';
import { sampleDecision } from '../../../conformance/store-samples.ts';
import { questionsWithoutIndex } from '../../../support/index-coverage.ts';
import { missingMongo } from '../../../support/mongo-server.ts';
import { type Database, keepingLog, openDatabase, startRecordedMongo } from './harness.ts';

const FIXTURE = join(import.meta.dirname, '../../../fixtures/store/python-suite-dump.json');
const NOW = new Date('2026-01-15T12:00:00Z');
const CAPITALS_ISLANDERS =
  '2018-03-16t230000z__ice-hockey__nhl-regular-season__washington-capitals__new-york-islanders';
const CAPITALS_RANGERS =
  '2019-02-24t173000z__ice-hockey__nhl-regular-season__washington-capitals__new-york-rangers';
const YANKEES_TWINS = '2019-05-05t170500z__baseball__mlb-regular-season__new-york-yankees__minnesota-twins';
const SEED_STRING =
  '2018-03-16t230000z-ice-hockey-nhl-regular-season-washington-capitals-new-york-islanders-create-2018-true';

const missing = await missingMongo();

describe('a database of the Python suite', { skip: missing ?? false }, async () => {
  if (missing !== undefined) return;
  const server = await startRecordedMongo();
  after(() => server[Symbol.asyncDispose]());

  /** A database as the Python suite leaves it, its indexes included. */
  const restored = async (): Promise<Database> => {
    const database = await openDatabase(server);
    const dump = BSON.EJSON.parse(await readFile(FIXTURE, 'utf8')) as Record<string, Document[]>;
    for (const [name, documents] of Object.entries(dump)) {
      await database.db.collection(name).insertMany(documents);
    }
    const { db } = database;
    await db
      .collection('incident')
      .createIndex({ unique_string: 1, 'provider_info.name': 1 }, { unique: true });
    await db.collection('incident').createIndex({ id_string: 1 });
    await db.collection('event').createIndex({ id_string: 1 }, { unique: true });
    return database;
  };

  test('is listed, newest first, under canonical and sent strings', async () => {
    await using database = await restored();
    const store = await database.open();
    const { items } = await store.incidents.list({}, {});
    assert.deepEqual(
      items.map(({ position, call, provider }) => `${position} ${call} ${provider.slice(0, 9)}`),
      [
        '8 in_progress radish',
        '7 unknown radish',
        '6 create radish',
        '5 create radish',
        '4 result 5e2cdc1sa',
        '3 result 5e2cdc120',
        '2 create 5e2cdc1sa',
        '1 create 5e2cdc120',
      ],
    );
    const bySent = await store.incidents.find(SEED_STRING);
    const byCanonical = await store.incidents.find(`${CAPITALS_ISLANDERS}__create__2018-true`);
    assert.equal(bySent.length, 2);
    assert.deepEqual(bySent, byCanonical);
    assert.deepEqual(bySent[0]?.sentUniqueStrings, [SEED_STRING]);
    assert.deepEqual(bySent[0]?.receivedAt, new Date('2018-04-25T10:51:06Z'));
    assert.deepEqual(bySent[0]?.pushed, new Date('2018-03-10T00:06:23Z'));
    assert.deepEqual(bySent[0]?.body.arguments, { unsure: true, season: '2018' });
    assert.deepEqual(
      await store.incidents.providers().then((all) => all.map(({ count }) => count)),
      [2, 2, 4],
    );
    assert.deepEqual(
      (await store.events.list({}, {})).items.map(({ eventId }) => eventId),
      [YANKEES_TWINS, CAPITALS_RANGERS, CAPITALS_ISLANDERS],
    );
  });

  test('keeps its statuses: what is done stays done, what is open is due', async () => {
    await using database = await restored();
    const store = await database.open();
    const event = await store.events.get(CAPITALS_ISLANDERS);
    const create = event?.calls.find(({ call }) => call === 'create');
    assert.equal(create?.decision?.status, 'done');
    assert.equal(create?.decision?.final, true);
    assert.deepEqual(create?.decision?.memory, { proposals: ['1.10.413'], actions: ['proposal'] });
    assert.ok(create?.incidents.every(({ seen }) => seen));
    assert.equal((await store.decisions.latest(CAPITALS_RANGERS, 'create'))?.status, 'manually_finalized');
    assert.equal(await store.decisions.latest(CAPITALS_RANGERS, 'in_progress'), undefined);
    const postponed = await store.decisions.latest(YANKEES_TWINS, 'create');
    assert.equal(postponed?.status, 'postponed');
    assert.deepEqual(postponed?.retryAt, new Date(1551042300250));
    assert.deepEqual(
      (await store.work.due(NOW, 100)).map(({ eventId, call }) => `${eventId} ${call}`).sort(),
      [
        `${CAPITALS_ISLANDERS} result`,
        `${CAPITALS_RANGERS} in_progress`,
        `${CAPITALS_RANGERS} result`,
        `${YANKEES_TWINS} create`,
      ],
    );
    assert.deepEqual(
      (await store.events.list({ statuses: ['done'] }, {})).items.map(({ eventId }) => eventId),
      [CAPITALS_ISLANDERS],
    );
    assert.deepEqual(
      await store.decisions.countByStatus(),
      new Map([
        ['done', 1],
        ['manually_finalized', 1],
        ['postponed', 1],
        ['undecided', 1],
        ['unhandled_exception_retrying_soon', 1],
      ]),
    );
  });

  test('is resent and extended: repeats of its incidents are duplicates, decisions go on', async () => {
    await using database = await restored();
    const store = await database.open();
    await store.work.request({ eventId: CAPITALS_ISLANDERS, call: 'create', cause: 'resend', at: NOW });
    assert.deepEqual(
      (await store.work.dueOfEvent(CAPITALS_ISLANDERS, NOW)).map(({ call, causes }) => [call, causes]).sort(),
      [
        ['create', ['request']],
        ['result', ['incident']],
      ],
    );

    const [seed] = await store.incidents.find(SEED_STRING);
    assert.ok(seed);
    const { sentUniqueString: _, ...again } = seed;
    const repeat = await store.incidents.insert({ ...again, receivedAt: NOW });
    assert.equal(repeat.outcome, 'duplicate');
    assert.equal(repeat.incident.sightings.length, 2);
    assert.equal(repeat.incident.position, seed.position);

    const third = await store.incidents.insert({
      ...again,
      provider: 'third',
      body: { ...seed.body, provider_info: { name: 'third' } },
      receivedAt: NOW,
    });
    assert.equal(third.outcome, 'new');
    assert.equal((await store.incidents.ofEvent(CAPITALS_ISLANDERS)).length, 5);

    const decision = sampleDecision({
      eventId: CAPITALS_ISLANDERS,
      sequence: 2,
      status: 'waiting',
      epoch: 3,
    });
    assert.equal(await store.decisions.insert({ ...decision, sequence: 1 }), false);
    assert.equal(await store.decisions.insert(decision), true);
    const document = await database.db.collection('event').findOne({ id_string: CAPITALS_ISLANDERS });
    assert.deepEqual(document?.create.status, { name: 'unknown' });
    assert.deepEqual(document?.create.bos, { epoch: 3, sequence: 2 });
    assert.equal(document?.create.incidents.length, 3);
    assert.deepEqual(document?.result.status, { name: 'undecided' });
  });

  test('keeps every field that the Python suite wrote', async () => {
    await using database = await restored();
    const before = await database.db.collection('incident').find().sort({ _id: 1 }).toArray();
    await database.open();
    const afterwards = await database.db.collection('incident').find().sort({ _id: 1 }).toArray();
    assert.deepEqual(
      afterwards.map(({ bos: _, ...fields }) => fields),
      before,
    );
  });

  test('keeps its statuses word for word when the event documents are rebuilt', async () => {
    await using database = await restored();
    const events = database.db.collection('event');
    const statusesOf = async () => {
      const documents = await events.find().sort({ id_string: 1 }).toArray();
      return documents.flatMap((event) =>
        ['create', 'in_progress', 'result'].map((call) => [event.id_string, call, event[call]?.status]),
      );
    };
    const before = await statusesOf();
    const store = await database.open();
    assert.equal(await store.rebuildEvents(), 3);
    const afterwards = await statusesOf();
    const decided = before.filter(([, , status]) => status !== undefined && status.name !== 'unknown');
    assert.ok(decided.length >= 5);
    for (const [event, call, status] of decided) {
      const found = afterwards.find((one) => one[0] === event && one[1] === call);
      assert.deepEqual(found?.[2], status, `${event} ${call}`);
    }
  });

  test('has two documents for one incident merged, and says what it cannot act on or read', async () => {
    await using database = await restored();
    const log = keepingLog();
    const store = await database.open({ log });
    const created = await store.incidents.find(`${CAPITALS_RANGERS}__create__2019-true`);
    assert.equal(created.length, 1);
    assert.deepEqual(created[0]?.sentUniqueStrings, [
      `${CAPITALS_RANGERS}__create__true-2019`,
      `${CAPITALS_RANGERS}__create__2019-true`,
    ]);
    const [refused] = await store.incidents.find(`${CAPITALS_RANGERS}__result__none-none`);
    assert.equal(refused?.call, 'unknown');
    assert.equal(refused?.body.original_call, 'result');
    assert.deepEqual(
      log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message),
      [
        'an incident of the Python suite is shown as call "unknown" and not acted on',
        'an incident of the Python suite cannot be read',
      ],
    );
  });

  test('snaps starts and reads dates, so that late documents join their event', async () => {
    await using database = await restored();
    const store = await database.open();
    const event = await store.events.get(CAPITALS_RANGERS);
    const [late] = event?.calls.find(({ call }) => call === 'in_progress')?.incidents ?? [];
    assert.equal(late?.body.id.start_time, '2019-02-24T17:30:00Z');
    assert.deepEqual(late?.pushed, new Date('2019-02-24T17:41:00Z'));
    assert.deepEqual(late?.originalId.start_time, '2019-02-24T17:32:00Z');
  });

  test('is taken over once, whoever does it and however often', async () => {
    await using database = await restored();
    const [one, two] = await Promise.all([database.open(), database.open()]);
    const three = await database.open();
    const everything = async (store: Store) => [
      (await store.incidents.list({ after: 0 }, {})).items,
      (await store.events.list({}, {})).items,
    ];
    const seen = await everything(one);
    assert.deepEqual(await everything(two), seen);
    assert.deepEqual(await everything(three), seen);
    assert.equal(seen[0]?.length, 8);
    assert.equal((await one.decisions.history(CAPITALS_ISLANDERS, undefined, {})).items.length, 2);
  });

  test('goes on where taking over was interrupted', async () => {
    await using database = await restored();
    await assert.rejects(database.open({ signal: AbortSignal.abort(new Error('stop')) }), /stop/);
    const store = await database.open();
    assert.equal(await store.incidents.count(), 8);
    const incidents = database.db.collection('incident');
    const forgotten = await incidents.updateMany({ 'bos.call': 'result' }, { $unset: { bos: '' } });
    assert.equal(forgotten.modifiedCount, 2);
    const again = await database.open();
    assert.equal(await again.incidents.count(), 8);
    assert.deepEqual(
      (await again.incidents.list({ after: 0 }, {})).items.map(({ position }) => position),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
  });

  test('does not lose an incident whose canonical string stands in a document of another one', async () => {
    await using database = await restored();
    // The string says 6-3, the arguments say 7-3: a proxy that sends one string for two scores.
    await database.db
      .collection('incident')
      .updateOne(
        { 'arguments.home_score': '6', 'arguments.away_score': '3' },
        { $set: { 'arguments.home_score': '7' } },
      );
    const store = await database.open();
    const [wrong] = await store.incidents.find(`${CAPITALS_ISLANDERS}__result__7-3`);
    assert.ok(wrong);
    const right = {
      ...wrong,
      uniqueString: `${CAPITALS_ISLANDERS}__result__6-3`,
      body: { ...wrong.body, arguments: { home_score: '6', away_score: '3' } },
    };
    assert.equal((await store.incidents.insert(right)).outcome, 'new');
    assert.equal((await store.incidents.insert(right)).outcome, 'duplicate');
    assert.equal((await store.incidents.ofEvent(CAPITALS_ISLANDERS)).length, 5);
  });

  test('has an index for each question that was asked', () => {
    const made = {
      incident: [{ unique_string: 1, 'provider_info.name': 1 }, { id_string: 1 }],
      event: [{ id_string: 1 }],
    };
    assert.deepEqual(questionsWithoutIndex(server.commands, made), []);
  });
});

test('a document of the Python suite reads like the same incident sent today', () => {
  const sent = {
    id: {
      sport: 'Ice Hockey',
      event_group_name: 'NHL Regular Season',
      start_time: '2019-02-24T17:30:00Z',
      home: 'Washington Capitals',
      away: 'New York Rangers',
    },
    call: 'result',
    arguments: { home_score: '2', away_score: '3' },
    provider_info: { name: 'one', bitArray: '0101' },
    timestamp: '2019-02-24T21:00:00Z',
    unique_string: 'as sent',
  };
  const reading = readLegacyIncident({ ...sent, _id: new ObjectId(), id_string: 'x' });
  assert.ok('incident' in reading && reading.doubt === undefined);
  const { body } = parseIncident(sent, NOW);
  assert.deepEqual(reading.incident.body, { ...body, unique_string: reading.incident.uniqueString });
  assert.deepEqual(readLegacyIncident({ ...sent, _id: 'text' }), { problem: 'its _id is no ObjectId' });
});
