import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../../../core/log.ts';
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
  const writes = server.commands.filter((asked) => 'insert' in asked || 'update' in asked);
  assert.ok(writes.length >= 5, `${writes.length} writes`);
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
