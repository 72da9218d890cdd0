import { nodeError, traced } from '../errors.ts';

const TYPE_NAMES: Readonly<Record<string, string>> = {
  boolean: 'bool_type',
  number: 'int64_type',
  string: 'string_type',
  undefined: 'null_type',
};

/** Name of a JSON value's type in the node's messages. */
function typeName(value: unknown): string {
  if (value === null) return 'null_type';
  if (Array.isArray(value)) return 'array_type';
  return TYPE_NAMES[typeof value] ?? 'object_type';
}

/** @throws NodeError when the value is no object. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    // A JSON object: any member may be there.
    return value as Readonly<Record<string, unknown>>;
  }
  throw nodeError('cast', "Invalid cast from type '{type}' to Object", { type: typeName(value) });
}

/** @throws NodeError when the value is no array. */
export function asArray(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw nodeError('cast', 'Invalid cast from {type} to Array', { type: typeName(value) });
}

/** @throws NodeError for objects and arrays; scalars become their text. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null || value === undefined) return '';
  throw nodeError('cast', 'Invalid cast from {type} to string', { type: typeName(value) });
}

/** @throws NodeError for what is no whole number. `typeText` names the type in messages. */
export function asBigInt(value: unknown, typeText: string): bigint {
  if (typeof value === 'number') return BigInt(Math.trunc(value));
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (value === null || value === undefined) return 0n;
  if (typeof value !== 'string') {
    throw nodeError('cast', `Invalid cast from {type} to ${typeText}`, { type: typeName(value) });
  }
  return traced(
    ['variant.cpp', 405, `as_${typeText}`],
    () => ({ '*this': value }),
    () =>
      traced(
        ['string.cpp', 113, 'to_uint64'],
        () => ({ i: value }),
        () => {
          if (!/^-?\d+$/.test(value)) throw nodeError('parse', `Couldn't parse ${typeText}_t`);
          return BigInt(value);
        },
      ),
  );
}

/** @throws NodeError for what is no unsigned whole number. */
export function asUint(value: unknown): number {
  return Number(asBigInt(value, 'uint64'));
}
