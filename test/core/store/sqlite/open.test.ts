import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { silentLog } from '../../../../core/log.ts';
import { openSqliteStore } from '../../../../core/store/sqlite/open.ts';
import { SCHEMA_VERSION } from '../../../../core/store/sqlite/schema.ts';
import { sampleIncident } from '../../../conformance/store-samples.ts';
import { manualClock } from '../../../support/manual-clock.ts';

async function newPath(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bos-sqlite-'));
  t.after(() => rm(folder, { recursive: true }));
  return join(folder, 'bos.db');
}

const open = (path: string) => openSqliteStore({ path, clock: manualClock(), log: silentLog });

test('inserts of concurrent callers share commits', async (t) => {
  await using store = await open(await newPath(t));
  const before = store.statistics;
  await Promise.all(
    Array.from({ length: 64 }, async (_, caller) => {
      for (let i = 0; i < 20; i += 1) {
        await store.incidents.insert(sampleIncident({ match: `${caller}-${i}` }));
      }
    }),
  );
  const commits = store.statistics.commits - before.commits;
  const writes = store.statistics.writes - before.writes;
  assert.equal(writes, 1280);
  assert.ok(commits * 4 < writes, `${commits} commits for ${writes} inserts`);
  assert.equal(await store.incidents.count(), 1280);
});

test('the event loop goes on while the database is held up', async (t) => {
  const path = await newPath(t);
  await using store = await open(path);
  await store.incidents.insert(sampleIncident({ match: 'a' }));
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  let inserted = false;
  const insert = store.incidents.insert(sampleIncident({ match: 'b' })).then(() => {
    inserted = true;
  });
  for (let ticks = 0; ticks < 1000; ticks += 1) await turn();
  assert.equal(inserted, false);
  other.exec('ROLLBACK');
  other.close();
  await insert;
  assert.equal(await store.incidents.count(), 2);
});

test('the event loop goes on during a large write', async (t) => {
  await using store = await open(await newPath(t));
  let done = false;
  let ticks = 0;
  const inserts = Array.from({ length: 3000 }, (_, i) =>
    store.incidents.insert(sampleIncident({ match: `${i}`, extra: { text: 'x'.repeat(2000) } })),
  );
  const all = Promise.all(inserts).then(() => {
    done = true;
  });
  while (!done) {
    await turn();
    ticks += 1;
  }
  await all;
  assert.ok(ticks > 100, `${ticks} turns`);
});

test('closing answers what was asked before', async (t) => {
  const path = await newPath(t);
  const store = await open(path);
  const inserts = Array.from({ length: 100 }, (_, i) =>
    store.incidents.insert(sampleIncident({ match: `${i}` })),
  );
  const count = store.incidents.count();
  await store[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  assert.equal((await Promise.all(inserts)).length, 100);
  await count;
  await using again = await open(path);
  assert.equal(await again.incidents.count(), 100);
});

test('leases and heartbeats left from before are void', async (t) => {
  const path = await newPath(t);
  {
    await using store = await open(path);
    await store.leases.insert({ eventId: 'e', epoch: 4, holder: 'gone' });
    const at = new Date('2026-01-15T12:00:00Z');
    await store.presence.beat({
      id: 'w',
      role: 'worker',
      host: 'h',
      pid: 1,
      startedAt: at,
      at,
      details: {},
    });
  }
  await using store = await open(path);
  const lease = await store.leases.current('e');
  assert.deepEqual([lease?.epoch, lease?.released], [4, true]);
  assert.equal(await store.leases.renew('e', 4), false);
  assert.equal(await store.leases.insert({ eventId: 'e', epoch: 5, holder: 'new' }), true);
  assert.deepEqual(await store.presence.list(), []);
});

test('a database of newer software is refused, saying so', async (t) => {
  const path = await newPath(t);
  await (await open(path))[Symbol.asyncDispose]();
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  db.close();
  await assert.rejects(open(path), {
    kind: 'configuration',
    message: new RegExp(`version ${SCHEMA_VERSION} or older, .* has version ${SCHEMA_VERSION + 1}`),
  });
});

test('a file that is no database is refused with unavailable', async (t) => {
  const path = await newPath(t);
  await writeFile(path, 'this is a text of more than a hundred bytes '.repeat(10));
  await assert.rejects(open(path), { kind: 'unavailable', message: /not a database/ });
});

test('a folder that cannot be made is refused, naming the setting', async (t) => {
  const path = await newPath(t);
  await writeFile(path, '');
  await assert.rejects(open(join(path, 'below', 'bos.db')), { kind: 'configuration', message: /data_dir/ });
});

test('leases of many runs of an event do not pile up', async (t) => {
  const path = await newPath(t);
  {
    await using store = await open(path);
    for (let epoch = 1; epoch <= 5; epoch += 1)
      await store.leases.insert({ eventId: 'e', epoch, holder: 'w' });
  }
  const db = new DatabaseSync(path);
  assert.equal(db.prepare('SELECT count(*) AS n FROM lease').get()?.n, 1);
  db.close();
});
