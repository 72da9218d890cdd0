import { ensure, nodeError } from '../errors.ts';
import { int64Json } from '../json.ts';
import { asArray, asBigInt, asObject, asText } from './cast.ts';
import { keyBytes, keyText } from './keys.ts';
import type { ByteWriter } from './writer.ts';

/*
 * How the node reads JSON and writes bytes, one value a type. `parse` gives the canonical form: what the node would
 * answer for it, with sets and maps sorted. Written apart from the client's codec, so that a wrong byte there shows
 * as it does on a real node: as a missing authority.
 */

/** One type of the chain. */
export interface WireType<T = unknown> {
  /** @throws NodeError as the node does for what does not convert. */
  parse(value: unknown): T;
  write(out: ByteWriter, value: T): void;
  /** Value of a member that is missing. */
  missing(): T;
}

/** The TypeScript shape of a parsed value. */
export type Parsed<W> = W extends WireType<infer T> ? T : never;

/** Compares texts by their UTF-8 bytes, as the node's maps do. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function uint(width: 2 | 4): WireType<number> {
  return {
    parse: (value) => Number(BigInt.asUintN(width * 8, asBigInt(value, 'uint64'))),
    write: (out, value) => out.uint(value, width),
    missing: () => 0,
  };
}
export const uint16 = uint(2);
export const uint32 = uint(4);

/** Signed 64 bits: a number, or text where a JSON number would be too small for it. */
export const int64: WireType<number | string> = {
  parse: (value) => int64Json(BigInt.asIntN(64, asBigInt(value, 'int64'))),
  write: (out, value) => out.int64(BigInt(value)),
  missing: () => 0,
};

export const bool: WireType<boolean> = {
  parse(value) {
    if (typeof value === 'string') {
      if (value === 'true' || value === 'false') return value === 'true';
      throw nodeError('cast', 'Cannot convert string to bool (only "true" or "false" can be converted)');
    }
    return Boolean(value);
  },
  write: (out, value) => out.uint(value ? 1 : 0, 1),
  missing: () => false,
};

export const text: WireType<string> = {
  parse: asText,
  write(out, value) {
    const bytes = Buffer.from(value);
    out.varint(bytes.length);
    out.raw(bytes);
  },
  missing: () => '',
};

/** Whole seconds, UTC, as the text `2021-04-01T12:00:00`. */
export const time: WireType<string> = {
  parse(value) {
    const given = asText(value);
    const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})/.exec(given);
    if (!match?.[1] || Number.isNaN(Date.parse(`${match[1]}Z`))) {
      throw nodeError('assert', 'unable to convert ISO-formatted string to fc::time_point_sec: {e}', {
        e: given,
      });
    }
    return match[1];
  },
  write: (out, value) => out.uint(Date.parse(`${value}Z`) / 1000, 4),
  missing: () => '1970-01-01T00:00:00',
};

/** An enumeration: its name in JSON (a number is taken too), a zigzag varint in bytes. */
export function enumeration<const N extends readonly string[]>(
  cppName: string,
  names: N,
): WireType<N[number]> {
  return {
    parse(value) {
      const given = asText(value);
      const index = /^\d+$/.test(given) ? Number(given) : names.indexOf(given);
      const name = names[index];
      if (name === undefined) {
        throw nodeError('cast', "invalid name '{key}' in enum '{enum}'", { key: given, enum: cppName }, [
          'exception.cpp',
          236,
          'throw_bad_enum_cast',
        ]);
      }
      return name;
    },
    write: (out, value) => out.varint(names.indexOf(value) * 2),
    // An enumeration's first member is its zero.
    missing: () => names[0] as N[number],
  };
}

/** A list that keeps its order. */
export function list<T>(element: WireType<T>): WireType<readonly T[]> {
  return {
    parse: (value) => asArray(value).map((each) => element.parse(each)),
    write(out, values) {
      out.varint(values.length);
      for (const value of values) element.write(out, value);
    },
    missing: () => [],
  };
}

/** A set: sorted, without duplicates. */
export function setOf<T extends string>(
  element: WireType<T>,
  compare: (a: T, b: T) => number,
): WireType<readonly T[]> {
  const inner = list(element);
  return {
    parse: (value) => [...new Set(inner.parse(value))].sort(compare),
    write: inner.write,
    missing: () => [],
  };
}

/** A map as pairs: sorted by key; of equal keys the first one counts. */
export function mapOf<V>(
  key: WireType<string>,
  value: WireType<V>,
  compare: (a: string, b: string) => number,
): WireType<readonly (readonly [string, V])[]> {
  return {
    parse(given) {
      const pairs = new Map<string, V>();
      for (const each of asArray(given)) {
        const [name, content] = asArray(each);
        const parsed = key.parse(name);
        if (!pairs.has(parsed)) pairs.set(parsed, value.parse(content));
      }
      return [...pairs].sort(([a], [b]) => compare(a, b));
    },
    write(out, pairs) {
      out.varint(pairs.length);
      for (const [name, content] of pairs) {
        key.write(out, name);
        value.write(out, content);
      }
    },
    missing: () => [],
  };
}

/** A member that may be absent (`null` counts as absent). */
export function optional<T>(inner: WireType<T>): WireType<T | undefined> {
  return {
    parse: (value) => (value === null || value === undefined ? undefined : inner.parse(value)),
    write(out, value) {
      out.uint(value === undefined ? 0 : 1, 1);
      if (value !== undefined) inner.write(out, value);
    },
    missing: () => undefined,
  };
}

/** The empty set of extensions; whatever is in it is dropped, as the node does for void extensions. */
export const extensions: WireType<readonly never[]> = {
  parse: () => [],
  write: (out) => out.varint(0),
  missing: () => [],
};

/** Bytes as hex; `size` pads short ones with zeros and cuts long ones. */
export function hex(size: number): WireType<string> {
  return {
    parse: (value) =>
      asText(value)
        .toLowerCase()
        .padEnd(size * 2, '0')
        .slice(0, size * 2),
    write: (out, value) => out.raw(Buffer.from(value, 'hex')),
    missing: () => '00'.repeat(size),
  };
}

/** A public key as its text. */
export const publicKey: WireType<string> = {
  parse(value) {
    const given = asText(value);
    const bytes = keyBytes(given);
    ensure(bytes !== undefined, 'is_valid_v1(base58str)', '', {}, ['types.cpp', 60, 'public_key_type']);
    return keyText(bytes);
  },
  write: (out, value) => out.raw(keyBytes(value) ?? new Uint8Array(33)),
  missing: () => keyText(new Uint8Array(33)),
};

/** Members in the order in which they are written. Unknown members are ignored, missing ones have their default. */
export function struct<S extends Readonly<Record<string, WireType>>>(
  members: S,
): WireType<{ readonly [K in keyof S]: Parsed<S[K]> }> {
  type Shape = { readonly [K in keyof S]: Parsed<S[K]> };
  const entries = Object.entries(members);
  const build = (source: Readonly<Record<string, unknown>>): Shape => {
    const result: Record<string, unknown> = {};
    for (const [name, type] of entries) {
      const given = source[name];
      const value = given === undefined ? type.missing() : type.parse(given);
      if (value !== undefined) result[name] = value;
    }
    // Built member by member from the same table that the type is made of.
    return result as Shape;
  };
  return {
    parse: (value) => build(asObject(value)),
    write(out, value) {
      for (const [name, type] of entries) type.write(out, value[name]);
    },
    missing: () => build({}),
  };
}
