import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalJson, fingerprint } from '../../../core/store/canonical-json.ts';
import { startPaging } from '../../../core/store/paging.ts';

const list = (filter: unknown) => ({ list: 'things', filter, key: ['number', 'string'] as const });
const keyOf = (row: number) => [row, `text ${row}`] as const;

function tokenOf(filter: unknown): string {
  const page = startPaging(list(filter), { pageSize: 1 }).page([7, 6], keyOf, String);
  return page.nextPageToken ?? '';
}

test('a page holds its size and a token that leads beyond its last item', () => {
  const paging = startPaging(list({}), { pageSize: 2 });
  assert.equal(paging.limit, 3);
  assert.equal(paging.after, undefined);
  const page = paging.page([9, 8, 7], keyOf, String);
  assert.deepEqual(page.items, ['9', '8']);
  const next = startPaging(list({}), { pageSize: 2, pageToken: page.nextPageToken! });
  assert.deepEqual(next.after, [8, 'text 8']);
});

test('the last page has no token', () => {
  const paging = startPaging(list({}), { pageSize: 2 });
  assert.deepEqual(paging.page([2, 1], keyOf, String), { items: ['2', '1'] });
  assert.deepEqual(paging.page([], keyOf, String), { items: [] });
});

test('100 items are a page when no size is given, and an empty token is none', () => {
  const paging = startPaging(list({}), { pageToken: '' });
  assert.deepEqual([paging.limit, paging.after], [101, undefined]);
});

test('a token fits an equal filter, whatever the order of its fields', () => {
  const date = new Date('2026-01-15T12:00:00Z');
  const pageToken = tokenOf({ a: 1, from: date });
  assert.ok(startPaging(list({ from: new Date(date), a: 1 }), { pageToken }).after);
  assert.ok(startPaging(list({ from: date, a: 1, absent: undefined }), { pageToken }).after);
});

test('a token of another list or filter, or a damaged one, is refused', () => {
  const pageToken = tokenOf({ a: 1 });
  const owner = JSON.parse(Buffer.from(pageToken, 'base64url').toString())[0];
  const forge = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const cases: [string, unknown, string][] = [
    ['another filter', { a: 2 }, pageToken],
    ['cut off', { a: 1 }, pageToken.slice(0, -4)],
    ['no JSON', { a: 1 }, 'x'],
    ['no list', { a: 1 }, forge({ owner })],
    ['a key too short', { a: 1 }, forge([owner, 1])],
    ['a key too long', { a: 1 }, forge([owner, 1, 'x', 2])],
    ['a key of other types', { a: 1 }, forge([owner, 'x', 1])],
  ];
  for (const [what, filter, token] of cases) {
    assert.throws(() => startPaging(list(filter), { pageToken: token }), { kind: 'invalid' }, what);
  }
  assert.throws(() => startPaging({ ...list({ a: 1 }), list: 'others' }, { pageToken }), { kind: 'invalid' });
});

test('a size outside 1 to 1000 is refused, naming what came', () => {
  for (const pageSize of [0, -5, 1001, 2.5, Number.NaN]) {
    assert.throws(() => startPaging(list({}), { pageSize }), {
      kind: 'invalid',
      message: /page size of 1 to 1000/,
    });
  }
});

test('canonical JSON orders the keys of every object and nothing else', () => {
  assert.equal(canonicalJson({ b: [{ d: 1, c: 2 }, 3], a: null }), '{"a":null,"b":[{"c":2,"d":1},3]}');
  assert.equal(fingerprint({ a: 1, b: 2 }), fingerprint({ b: 2, a: 1 }));
  assert.notEqual(fingerprint([1, 2]), fingerprint([2, 1]));
  assert.notEqual(fingerprint({ a: '1' }), fingerprint({ a: 1 }));
});
