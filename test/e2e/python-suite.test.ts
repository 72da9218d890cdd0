import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BSON, type Db, type Document, MongoClient } from 'mongodb';
import { systemClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import { openMongoStore } from '../../core/store/mongo/open.ts';
import type { Store } from '../../core/store/store.ts';
import { sampleDecision } from '../conformance/store-samples.ts';
import { type RunningCli, runCli, startCli } from '../support/cli.ts';
import { type MongoServer, missingMongo, startMongo } from '../support/mongo-server.ts';
import { startRedis, type TestRedis } from '../support/redis-server.ts';

const FIXTURE = new URL('../fixtures/store/python-suite-dump.json', import.meta.url);
const NAMES = { incident: 'incident-of-old', event: 'event-of-old' };
/** By the usual names; the suite has one more collection, which nothing here needs. */
const COLLECTIONS: ReadonlyMap<string, string> = new Map([...Object.entries(NAMES), ['status', 'status']]);
const EVENT = '2018-03-16t230000z__ice-hockey__nhl-regular-season__washington-capitals__new-york-islanders';
const SENT =
  '2018-03-16t230000z-ice-hockey-nhl-regular-season-washington-capitals-new-york-islanders-create-2018-true';
const PROVIDER = '5e2cdc120c9404f2609936aa3a8d49e4';

const missing = await missingMongo();

describe('a witness of the Python suite that changes over with its config.yaml, which has names of its own', {
  skip: missing ?? false,
}, () => {
  const owned = new AsyncDisposableStack();
  let folder: string;
  let mongo: MongoServer;
  let redis: TestRedis;
  let db: Db;
  let store: Store;
  let api: RunningCli;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bos-python-suite-'));
    owned.defer(() => rm(folder, { recursive: true, force: true }));
    mongo = owned.use(await startMongo());
    redis = owned.use(await startRedis());
    const database = mongo.freshDatabase();
    const client = owned.adopt(await MongoClient.connect(mongo.url), (one) => one.close());
    db = client.db(database);
    const dump = BSON.EJSON.parse(await readFile(FIXTURE, 'utf8')) as Record<string, Document[]>;
    for (const [name, documents] of Object.entries(dump)) {
      await db.collection(COLLECTIONS.get(name) ?? '').insertMany(documents);
    }
    await writeFile(
      join(folder, 'config.yaml'),
      `
node: ws://127.0.0.1:9
nobroadcast: True
redis_host: 127.0.0.1
redis_port: ${redis.port}
redis_password:
redis_db:
bos_incidents:
  database:
    use: mongodb
    retry_policy: { num: 3, wait_in_ms: 1 }
    mongodb:
      seeds: ["${mongo.url}"]
      databases:
        ${database}:
          collections:
            incident:
              name: ${NAMES.incident}
              schema: incident-schema.json
              unique: [unique_string, provider_info.name]
            event:
              name: ${NAMES.event}
              schema: event-schema.json
            status:
`,
    );
    api = await startCli(['api', '--port', '0', '--no-scheduler'], { cwd: folder });
    owned.defer(async () => void (await api.end('SIGKILL')));
    store = owned.use(
      await openMongoStore({
        url: mongo.url,
        names: { database, ...NAMES },
        clock: systemClock,
        log: silentLog,
      }),
    );
  });
  after(() => owned.disposeAsync());

  const bos = (...args: string[]) => runCli([...args, '--server', api.url], { cwd: folder });
  const data = async (...args: string[]) => {
    const { code, stdout, stderr } = await bos(...args, '--json');
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout).data;
  };

  it('is told which names are used and why', () => {
    const said = api.stderr();
    assert.match(
      said,
      /^store mongodb:\/\/127\.0\.0\.1:\d+\/\S+ and queue redis:\/\/127\.0\.0\.1:\d+\/0, because config\.yaml has redis_host, redis_port, redis_password, redis_db, bos_incidents as in the Python suite: /m,
    );
    assert.match(
      said,
      /^incidents in the collection "incident-of-old" and events in "event-of-old", as named there: /m,
    );
  });

  it('has its incidents and events listed and shown', async () => {
    const { stdout } = await bos('incidents', 'list');
    assert.match(stdout, /washington-capitals/i);
    const shown = await bos('incidents', 'show', SENT, PROVIDER);
    assert.equal(shown.code, 0, shown.stderr);
    assert.match((await bos('events', 'show', EVENT)).stdout, /done/);
    assert.equal(await store.incidents.count(), 8);
  });

  it('has its incidents resent', async () => {
    const { code, stderr } = await bos('incidents', 'resend', SENT, PROVIDER);
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      (await store.work.requests(EVENT)).map(({ call, cause }) => [call, cause]),
      [['create', 'resend']],
    );
  });

  it('has its events extended, in its own collections', async () => {
    const [seed] = await store.incidents.find(SENT, PROVIDER);
    const body = { ...seed?.body, provider_info: { name: 'another' }, unique_string: SENT };
    const answer = await fetch(`${api.url}/trigger`, { method: 'POST', body: JSON.stringify(body) });
    assert.equal(answer.status, 200, await answer.text());
    const documents = await db.collection(NAMES.incident).find({ id_string: EVENT }).toArray();
    assert.equal(documents.length, 5);
    assert.equal(documents.filter(({ provider_info }) => provider_info.name === 'another').length, 1);
    await store.decisions.insert(
      sampleDecision({ eventId: EVENT, sequence: 2, status: 'done', final: true }),
    );
    const event = await db.collection(NAMES.event).findOne({ id_string: EVENT });
    assert.deepEqual(event?.create.bos, { epoch: 1, sequence: 2 });
    assert.equal(event?.create.incidents.length, 3);
    const names = (await db.listCollections().toArray()).map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => !name.startsWith('bos_')).sort(),
      [...COLLECTIONS.values()].sort(),
    );
  });

  it('has damaged event documents rebuilt from the command line, and what others wrote in them kept', async () => {
    const events = db.collection(NAMES.event);
    const first = await data('events', 'rebuild');
    assert.deepEqual(first, { events: 3 });
    await events.updateMany({}, { $set: { note: { of: 'another tool' } } });
    const all = async () => (await events.find().sort({ id_string: 1 }).toArray()) as Document[];
    const before = await all();
    // One stands there under the spelling of an older version too, as it was left.
    assert.equal(before.length, 4);
    const [, stale, , gone] = before;
    await events.deleteOne({ _id: gone?._id });
    await events.updateOne(
      { _id: stale?._id },
      { $set: { 'create.status': { name: 'connection lost' }, 'create.incidents': [] } },
    );
    await events.updateOne({ id_string: EVENT }, { $set: { 'create.bos.sequence': 99 } });

    const { code, stdout } = await bos('events', 'rebuild');
    assert.deepEqual([code, stdout], [0, 'rebuilt the documents of 3 events\n']);
    const afterwards = await all();
    assert.deepEqual(afterwards.slice(0, 3), before.slice(0, 3));
    // Made anew, so what only it knew is lost.
    const { note: _note, ...rest } = gone ?? {};
    assert.deepEqual(afterwards[3], { ...rest, _id: afterwards[3]?._id });
    assert.match(api.stderr(), /"events":3,.*the event documents are rebuilt/);
  });

  it('has nothing rebuilt for somebody without a token', async () => {
    const { code, stderr } = await runCli(['events', 'rebuild', '--server', api.url], {
      cwd: folder,
      env: { BOS_TOKEN: 'wrong' },
    });
    assert.equal(code, 3);
    assert.match(stderr, /token/);
  });
});
