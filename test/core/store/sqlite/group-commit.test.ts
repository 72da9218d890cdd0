import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { BosError } from '../../../../core/errors.ts';
import { GroupCommit } from '../../../../core/store/sqlite/group-commit.ts';
import type { Reply } from '../../../../core/store/sqlite/protocol.ts';

/** A group commit over one table of texts, with everything it answered so far, lot by lot. */
function groupCommit(maxPages?: number) {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE t (text TEXT UNIQUE)');
  if (maxPages) db.exec(`PRAGMA max_page_count = ${maxPages}`);
  const insert = db.prepare('INSERT INTO t VALUES (?)');
  const lots: Reply[][] = [];
  const operations = {
    reads: {
      all: () =>
        db
          .prepare('SELECT text FROM t ORDER BY rowid')
          .all()
          .map((row) => row.text),
    },
    writes: {
      insert: (text: string) => Number(insert.run(text).changes),
      insertThenFail: (text: string) => {
        insert.run(text);
        throw new BosError('conflict', 'on purpose', { text });
      },
    },
  };
  const group: GroupCommit = new GroupCommit(db, operations, (replies) => lots.push([...replies]));
  return { db, group, lots, texts: operations.reads.all };
}

test('writes that come together are one commit, answered after it', () => {
  const { group, lots, texts } = groupCommit();
  group.run([
    [1, 'insert', ['a']],
    [2, 'insert', ['b']],
  ]);
  assert.deepEqual(lots, [
    [
      { id: 1, value: 1 },
      { id: 2, value: 1 },
    ],
  ]);
  assert.deepEqual(group.statistics, { commits: 1, writes: 2 });
  assert.deepEqual(texts(), ['a', 'b']);
});

test('reads are answered before the commit that they came with', () => {
  const { group, lots } = groupCommit();
  group.run([
    [1, 'insert', ['a']],
    [2, 'all', []],
  ]);
  assert.deepEqual(lots, [[{ id: 2, value: [] }], [{ id: 1, value: 1 }]]);
});

test('a write that fails leaves nothing behind and does not spoil the others', () => {
  const { group, lots, texts } = groupCommit();
  group.run([
    [1, 'insert', ['a']],
    [2, 'insertThenFail', ['half done']],
    [3, 'insert', ['a']],
    [4, 'insert', ['b']],
    [5, 'no such thing', []],
  ]);
  const [replies = []] = lots;
  assert.deepEqual(
    replies.map((reply) => ('error' in reply ? (reply.error.kind ?? 'error') : 'ok')),
    ['ok', 'conflict', 'error', 'ok', 'error'],
  );
  assert.deepEqual(replies[1], {
    id: 2,
    error: { kind: 'conflict', message: 'on purpose', details: { text: 'half done' } },
  });
  assert.deepEqual(texts(), ['a', 'b']);
});

test('when the disk is full, what was answered as done is there and nothing else is', () => {
  const { group, lots, texts } = groupCommit(6);
  const large = 'x'.repeat(100_000);
  group.run([
    [1, 'insert', ['before']],
    [2, 'insert', [large]],
    [3, 'insert', ['after']],
  ]);
  group.run([[4, 'insert', ['later']]]);
  const replies = lots.flat();
  assert.deepEqual(
    replies.map(({ id }) => id),
    [1, 2, 3, 4],
  );
  const names = ['before', large, 'after', 'later'];
  const done = replies.flatMap((reply, i) => ('value' in reply ? [names[i]] : []));
  assert.deepEqual(texts(), done);
  const refused = replies.find(({ id }) => id === 2);
  assert.ok(refused && 'error' in refused && refused.error.kind === 'unavailable');
  assert.ok(done.includes('later'));
});

test('when the commit itself fails, all of its writes do', () => {
  const { db, group, lots, texts } = groupCommit();
  db.exec('PRAGMA foreign_keys = ON; CREATE TABLE p (id INTEGER PRIMARY KEY)');
  db.exec('CREATE TABLE c (p INTEGER REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED)');
  db.exec(
    "CREATE TRIGGER broken AFTER INSERT ON t WHEN new.text = 'bad' BEGIN INSERT INTO c VALUES (9); END",
  );
  group.run([
    [1, 'insert', ['a']],
    [2, 'insert', ['bad']],
  ]);
  assert.ok(lots.flat().every((reply) => 'error' in reply));
  assert.equal(lots.flat().length, 2);
  assert.deepEqual(texts(), []);
  assert.deepEqual(group.statistics, { commits: 0, writes: 0 });
  group.run([[3, 'insert', ['b']]]);
  assert.deepEqual(texts(), ['b']);
});

test('a flood is committed in several groups', () => {
  const { group, lots, texts } = groupCommit();
  group.run(Array.from({ length: 2500 }, (_, i) => [i, 'insert', [`${i}`]] as const));
  assert.deepEqual(
    lots.map((lot) => lot.length),
    [1000, 1000, 500],
  );
  assert.equal(texts().length, 2500);
});
