import { hash } from 'node:crypto';
import { OP, type Operation } from './types.ts';

/** Fields that say nothing about what an operation does. */
const NEVER_COMPARED = new Set(['fee', 'extensions']);
/** A season is whatever the incident of the job that ran had (oracle reference 16). */
const EVENT_SEASONS: Readonly<Record<number, string>> = {
  [OP.event_create]: 'season',
  [OP.event_update]: 'new_season',
};
const RELATIVE = /^0\.\d+\.(\d+)$/;

/** Fields that hold maps: texts by language, and resolutions by market. */
const MAPS = new Set([
  'name',
  'new_name',
  'season',
  'new_season',
  'description',
  'new_description',
  'payout_condition',
  'new_payout_condition',
  'resolutions',
]);

/**
 * Content keys of the operations of ONE proposal, in their order: 64 hex digits, equal for equal content whoever
 * proposes it and in whatever order maps came. Fees, extensions and the season of events say nothing. An id that is
 * relative stands for the content of the operation it points at, so that the same bundle has the same keys wherever its
 * operations stand; one that points nowhere (not at an earlier operation) stands for itself and matches nothing that
 * can execute. Never throws: proposals hold whatever anybody put into them. Computed once for each list, which is
 * therefore never to be changed.
 */
export function operationKeys(operations: readonly Operation[]): readonly string[] {
  const known = keysOfLists.get(operations);
  if (known) return known;
  const keys = computeKeys(operations);
  keysOfLists.set(operations, keys);
  return keys;
}

/** Proposals stay open over many blocks, and each decision about them looks at them. */
const keysOfLists = new WeakMap<readonly Operation[], readonly string[]>();

function computeKeys(operations: readonly Operation[]): readonly string[] {
  const keys: string[] = [];
  for (const [tag, fields] of operations) {
    const content: Record<string, unknown> = {};
    for (const name of Object.keys(fields).sort()) {
      const value = fields[name];
      if (value === null || value === undefined || !isCompared(tag, name)) continue;
      content[name] = contentOf(name, value, keys);
    }
    keys.push(hash('sha256', JSON.stringify([tag, content]), 'hex'));
  }
  return keys;
}

/** The content key of an operation that stands alone; see `operationKeys`. */
export function operationKey(operation: Operation): string {
  return computeKeys([operation])[0] ?? '';
}

function isCompared(tag: number, field: string): boolean {
  return !NEVER_COMPARED.has(field) && EVENT_SEASONS[tag] !== field;
}

/** What a field says, in canonical form. */
function contentOf(field: string, value: unknown, earlier: readonly string[]): unknown {
  if (Array.isArray(value)) return MAPS.has(field) ? sortedMap(value) : canonical(value);
  if (typeof value !== 'string') return canonical(value);
  if (field.endsWith('_time')) return value.replace(/Z$/, '');
  const relative = field.endsWith('_id') ? RELATIVE.exec(value) : null;
  const target = relative && earlier[Number(relative[1])];
  return target ? { result_of: target } : value;
}

/** By key, by code unit, a doubled key once with its first value: the chain's meaning, in an order of our own. */
function sortedMap(pairs: readonly unknown[]): readonly unknown[] {
  const byKey = new Map<string, string>();
  for (const pair of pairs) {
    const key = canonicalJson(Array.isArray(pair) ? pair[0] : pair);
    if (!byKey.has(key)) byKey.set(key, canonicalJson(pair));
  }
  return [...byKey.keys()].sort().map((key) => byKey.get(key));
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(canonical(value)) ?? 'null';
}

/** The same value with the keys of its objects sorted; done here, since `JSON.stringify` is slow with a function. */
function canonical(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, canonical(member)]));
}
