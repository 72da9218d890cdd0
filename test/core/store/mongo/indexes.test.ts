import assert from 'node:assert/strict';
import { test } from 'node:test';
import { questionsWithoutIndex } from '../../../support/index-coverage.ts';

/** What is found for one question, where there are indexes on `a` then `b`, and on `c`. */
function found(question: object): number {
  const indexes = [{ key: { a: 1, b: -1 } }, { key: { c: 1 } }];
  return questionsWithoutIndex([{ createIndexes: 'things', indexes }, question]).length;
}

const find = (filter: object, sort: object = {}, more: object = {}) => ({
  find: 'things',
  filter,
  sort,
  ...more,
});

test('a question is answered by an index whose first fields it names and whose order it wants', () => {
  const limit = { limit: 5 };
  for (const question of [
    find({ a: 1 }),
    find({ a: 1, other: 2 }),
    find({ a: { $in: [1, 2] } }),
    find({ a: { $gt: 1 } }, { a: -1 }),
    find({ a: 1, b: { $lt: 3 } }, { b: 1 }),
    find({ a: 1 }, { b: -1 }),
    find({ $and: [{ other: 1 }, { c: 2 }] }),
    find({ $or: [{ a: 1 }, { c: 1 }] }),
    find({ a: 1, $or: [{ other: 1 }, { another: 1 }] }),
    find({ other: 1 }, { a: -1, b: 1 }, limit),
    find({ _id: 1 }),
    find({ c: { $exists: false } }),
    { aggregate: 'things', pipeline: [{ $match: { c: 1 } }, { $group: {} }] },
    { update: 'things', updates: [{ q: { c: 1 }, u: {} }] },
  ]) {
    assert.equal(found(question), 0, JSON.stringify(question));
  }
});

test('a question that no index answers is told', () => {
  for (const question of [
    find({}),
    find({ b: 1 }),
    find({ other: 1 }),
    find({ a: { $ne: 1 } }),
    find({ a: { $regex: 'x' } }),
    find({ a: { $exists: true } }),
    find({ a: { $in: [1, 2] } }, { b: -1 }),
    find({ a: 1 }, { other: 1 }),
    find({ $or: [{ a: 1 }, { other: 1 }] }),
    find({ other: 1 }, { a: 1, b: 1 }, { limit: 5 }),
    find({ other: 1 }, { a: 1 }),
    { distinct: 'things', key: 'a', query: { other: 1 } },
    { delete: 'things', deletes: [{ q: { c: 1 } }, { q: { other: 1 } }] },
  ]) {
    assert.equal(found(question), 1, JSON.stringify(question));
  }
});
