import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { BosError } from '../../../../core/errors.ts';
import { silentLog } from '../../../../core/log.ts';
import { translate } from '../../../../core/store/mongo/errors.ts';
import { openMongoStore } from '../../../../core/store/mongo/open.ts';
import { sampleDecision, sampleEntry, sampleIncident } from '../../../conformance/store-samples.ts';
import { startFakeMongo } from '../../../support/fake-mongo.ts';
import { manualClock } from '../../../support/manual-clock.ts';

const OPTIONS = { clock: manualClock(), log: silentLog };

test('every write asks for a majority and the journal, whatever the address says', async () => {
  await using server = await startFakeMongo({});
  await using store = await openMongoStore({
    ...OPTIONS,
    url: `mongodb://${server.address}/?w=1&journal=false`,
  });
  await store.incidents.insert(sampleIncident());
  await store.decisions.insert(sampleDecision());
  await store.accountLog.insert(sampleEntry(1));
  await store.switches.set('broadcasting', false);
  await store.refused.remove([{ some: 'body' }]);
  const kinds = ['insert', 'update', 'delete', 'createIndexes'];
  const writes = server.commands.filter((asked) => kinds.some((kind) => kind in asked));
  for (const kind of kinds)
    assert.ok(
      writes.some((asked) => kind in asked),
      kind,
    );
  const reads = ['find', 'aggregate', 'distinct', 'listIndexes', 'endSessions'];
  const others = server.commands.filter((asked) => ![...kinds, ...reads].some((kind) => kind in asked));
  assert.deepEqual(others, [], 'nothing may change something in another way');
  for (const { writeConcern } of writes) {
    assert.deepEqual(writeConcern, { w: 'majority', wtimeout: 10_000, j: true });
  }
});

test('what a majority does not have in time is not acknowledged', async () => {
  const answers: Record<string, object> = {};
  await using server = await startFakeMongo(answers);
  await using store = await openMongoStore({ ...OPTIONS, url: `mongodb://${server.address}/` });
  const late = { ok: 1, n: 1, writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } };
  Object.assign(answers, { insert: late, update: late });
  const unavailable = { kind: 'unavailable' };
  await assert.rejects(store.incidents.insert(sampleIncident()), unavailable);
  await assert.rejects(store.decisions.insert(sampleDecision()), unavailable);
  await assert.rejects(store.leases.insert({ eventId: 'e', epoch: 1, holder: 'w' }), unavailable);
  await assert.rejects(store.accountLog.insert(sampleEntry(1)), unavailable);
  await assert.rejects(store.switches.set('broadcasting', false), unavailable);
  await assert.rejects(store.check(), unavailable);
});

test('nor is what was inserted beside an incident that is there already', async () => {
  const answers: Record<string, object> = {};
  await using server = await startFakeMongo(answers);
  await using store = await openMongoStore({ ...OPTIONS, url: `mongodb://${server.address}/` });
  const writeErrors = [{ index: 1, code: 11000, errmsg: 'duplicate key' }];
  const writeConcernError = { code: 64, errmsg: 'waiting for replication timed out' };
  let isFirst = true;
  const insert = () => {
    // What would follow from it goes well.
    const answer = isFirst ? { n: 1, writeErrors, writeConcernError } : {};
    isFirst = false;
    return answer;
  };
  Object.defineProperty(answers, 'insert', { get: insert });
  const inserts = ['one', 'two'].map((provider) => store.incidents.insert(sampleIncident({ provider })));
  await Promise.all(inserts.map((insert) => assert.rejects(insert, { kind: 'unavailable' })));
});

test('a command that waits for a free connection in vain is out of reach, not a defect', () => {
  // The driver throws it and does not export it.
  const { WaitQueueTimeoutError } = createRequire(import.meta.url)('mongodb/lib/cmap/errors.js');
  const { kind } = translate(new WaitQueueTimeoutError('Timed out', 'h:1'), 'h:1') as BosError;
  assert.equal(kind, 'unavailable');
});

test('a server that is no longer the primary, or has no room, is out of reach', async () => {
  const answers: Record<string, object> = {};
  await using server = await startFakeMongo(answers);
  await using store = await openMongoStore({ ...OPTIONS, url: `mongodb://${server.address}/` });
  for (const [code, errmsg] of [
    [10107, 'not primary'],
    [14031, 'out of disk space'],
    [13, 'not authorized'],
  ] as const) {
    Object.assign(answers, { insert: { ok: 0, code, errmsg } });
    await assert.rejects(store.incidents.insert(sampleIncident()), { kind: 'unavailable' }, errmsg);
  }
});
