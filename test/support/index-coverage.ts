import type { Document } from 'mongodb';

/** A question that a server was asked, without the values: two that differ in them only are the same. */
interface Question {
  readonly collection: string;
  readonly filter: Document;
  readonly sort: Document;
  readonly isLimited: boolean;
}

/** The keys of an index, in order. */
type Index = readonly (readonly [field: string, direction: number])[];

/** Questions that need no index of their own, and why not. */
const WITHOUT_INDEX: ReadonlyMap<string, string> = new Map([
  ['bos_presence {} sort {"_id":1}', 'all of them are wanted, and there are as many as processes'],
  ...['bos_refused_body', 'bos_unknown_name'].map(
    (name) => [`${name} {} sort {}`, 'counts a collection that is kept at a thousand'] as const,
  ),
  ['bos_refused_body {} sort {"received":-1,"order":-1}', 'the collection is kept at a thousand'],
  ['bos_unknown_name {} sort {"last":-1,"order":-1}', 'the collection is kept at a thousand'],
  [
    'bos_request {"call":{"$ne":"..."},"event":{"$in":"..."}} sort {"at":1}',
    'found by their events; the few that are open are put in order in memory',
  ],
  [
    'bos_request {"call":{"$ne":"..."}} sort {"at":1}',
    'all open ones are wanted, in an order that is that of an index',
  ],
  [
    'bos_sighting {"incident":{"$in":"..."}} sort {"_id":1}',
    'found by their incidents in an index that has each of them in order',
  ],
  [
    'bos_sighting {"otherSent":{"$regex":"...","$options":"..."}} sort {}',
    'a part of a string is in no index; only reports under another string than the first one have the field',
  ],
]);

/**
 * The questions among recorded commands that should have an index and have none, one line each, by the shape of their filters. An index
 * answers a question when its first fields are in the filter and it has the order that is asked for, or when it has
 * that order and only the first documents are asked for. Every part of an `$or` needs one.
 * @param made keys of indexes, by collection, that are there besides those that the commands create
 */
export function questionsWithoutIndex(
  commands: readonly Document[],
  made: Readonly<Record<string, readonly Readonly<Record<string, number>>[]>> = {},
): readonly string[] {
  const indexes = new Map<string, Index[]>(
    Object.entries(made).map(([collection, keys]) => [collection, keys.map((key) => Object.entries(key))]),
  );
  for (const { createIndexes, indexes: created } of commands) {
    if (createIndexes === undefined) continue;
    const keys: Index[] = created.map(({ key }: { key: Record<string, number> }) => Object.entries(key));
    indexes.set(createIndexes, [...(indexes.get(createIndexes) ?? []), ...keys]);
  }
  const unanswered = commands.flatMap(questionsOf).filter((question) => {
    const ofCollection: Index[] = [...(indexes.get(question.collection) ?? []), [['_id', 1]]];
    return !branchesOf(question.filter).every((branch) =>
      ofCollection.some((index) => answers(index, branch, question)),
    );
  });
  return [...new Set(unanswered.map(textOf))].filter((text) => !WITHOUT_INDEX.has(text)).sort();
}

function questionsOf(command: Document): readonly Question[] {
  const { find, aggregate, distinct, update, findAndModify, delete: remove } = command;
  const bare = { sort: {}, isLimited: false };
  if (find !== undefined) {
    const { filter = {}, sort = {}, limit, singleBatch } = command;
    return [{ collection: find, filter, sort, isLimited: limit !== undefined || singleBatch === true }];
  }
  if (aggregate !== undefined) {
    const [{ $match: filter = {} } = {}] = command.pipeline;
    return [{ ...bare, collection: aggregate, filter }];
  }
  if (distinct !== undefined) return [{ ...bare, collection: distinct, filter: command.query ?? {} }];
  if (findAndModify !== undefined) return [{ ...bare, collection: findAndModify, filter: command.query }];
  const changes: Document[] = command.updates ?? command.deletes ?? [];
  return changes.map(({ q: filter }) => ({ ...bare, collection: update ?? remove, filter }));
}

/** The filter without `$and` and `$or`: as alternatives, each a plain list of fields. */
function branchesOf(filter: Document): readonly Document[] {
  let branches: Document[] = [{}];
  for (const [field, value] of Object.entries(filter)) {
    if (field === '$and') {
      for (const part of value) branches = times(branches, branchesOf(part));
    } else if (field === '$or') branches = times(branches, value.flatMap(branchesOf));
    else branches = times(branches, [{ [field]: value }]);
  }
  return branches;
}

function times(some: readonly Document[], others: readonly Document[]): Document[] {
  return some.flatMap((one) => others.map((other) => ({ ...one, ...other })));
}

function answers(index: Index, branch: Document, { sort, isLimited }: Question): boolean {
  const fixed = index.findIndex(([field]) => !isFixed(branch[field]));
  const prefix = fixed === -1 ? index.length : fixed;
  const isBounded = prefix > 0 || isGiven(branch[index[0]?.[0] ?? '']);
  const sorted = Object.entries(sort).filter(([field]) => !isFixed(branch[field]));
  const rest = index.slice(prefix);
  const isInOrder =
    sorted.length <= rest.length &&
    [1, -1].some((way) =>
      sorted.every(
        ([field, direction], i) => rest[i]?.[0] === field && rest[i]?.[1] === way * Number(direction),
      ),
    );
  return isInOrder && (isBounded || (isLimited && sorted.length > 0));
}

/** Whether the condition leaves one value only. */
function isFixed(condition: unknown): boolean {
  if (condition === undefined) return false;
  if (typeof condition !== 'object' || condition === null || !isOperators(condition)) return true;
  return '$eq' in condition || ('$in' in condition && (condition.$in as unknown[]).length <= 1);
}

/** Whether the condition bounds a walk along an index: not one that all, or all others, fulfil. */
function isGiven(condition: unknown): boolean {
  if (condition === undefined) return false;
  if (typeof condition !== 'object' || condition === null || !isOperators(condition)) return true;
  // What is missing stands in an index as null.
  if (condition.$exists === false) return true;
  return Object.keys(condition).some((name) => ['$eq', '$in', '$gt', '$gte', '$lt', '$lte'].includes(name));
}

function isOperators(condition: object): condition is Record<string, unknown> {
  return Object.keys(condition).some((key) => key.startsWith('$'));
}

function textOf({ collection, filter, sort, isLimited }: Question): string {
  return `${collection} ${JSON.stringify(shapeOf(filter))} sort ${JSON.stringify(sort)}${isLimited ? ' limited' : ''}`;
}

function shapeOf(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    return ['$and', '$or'].includes(key) ? value.map((part) => shapeOf(part)) : '...';
  }
  if (typeof value !== 'object' || value === null) return '...';
  if (Object.getPrototypeOf(value) !== Object.prototype) return '...';
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shapeOf(part, name)]));
}
