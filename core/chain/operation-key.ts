import { createHash } from 'node:crypto';
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
 * can execute. Never throws: proposals hold whatever anybody put into them.
 */
export function operationKeys(operations: readonly Operation[]): string[] {
  const keys: string[] = [];
  for (const [tag, fields] of operations) {
    const content = Object.entries(fields)
      .filter(([name, value]) => isCompared(tag, name) && value !== null && value !== undefined)
      .map(([name, value]) => [name, contentOf(name, value, keys)] as const);
    keys.push(hash(canonicalJson([tag, Object.fromEntries(content)])));
  }
  return keys;
}

/** The content key of an operation that stands alone; see `operationKeys`. */
export function operationKey(operation: Operation): string {
  return operationKeys([operation])[0] ?? '';
}

function isCompared(tag: number, field: string): boolean {
  return !NEVER_COMPARED.has(field) && EVENT_SEASONS[tag] !== field;
}

function contentOf(field: string, value: unknown, earlier: readonly string[]): unknown {
  if (MAPS.has(field) && Array.isArray(value)) return sortedMap(value);
  if (field.endsWith('_time') && typeof value === 'string') return value.replace(/Z$/, '');
  const relative = field.endsWith('_id') && typeof value === 'string' ? RELATIVE.exec(value) : null;
  if (!relative) return value;
  const target = earlier[Number(relative[1])];
  return target === undefined ? value : { result_of: target };
}

/** By key, by code unit, a doubled key once with its first value: the chain's meaning, in an order of our own. */
function sortedMap(pairs: readonly unknown[]): unknown {
  const byKey = new Map<string, string>();
  for (const pair of pairs) {
    const key = canonicalJson(Array.isArray(pair) ? pair[0] : pair);
    if (!byKey.has(key)) byKey.set(key, canonicalJson(pair));
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
}

/** JSON whose objects have sorted keys. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
