/**
 * Field types over those of peerplaysjs-lib, strict: what the node would read otherwise than we wrote it (an unknown
 * enum name, a control character, a doubled language) is refused here, because the node reports it only as a missing
 * authority. Nothing in the library is changed, and no use is made of its process-wide key prefix.
 */
import { type Codec, PublicKey, types } from 'peerplaysjs-lib';

/** U+0000 to U+001F but for tab, newline and carriage return. */
const CONTROL_CHARACTERS = /[^\P{Cc}\t\n\r\u007f-\u009f]/u;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?$/;
const KEY_TEXT_LENGTH = 50;

/** Throws with what was expected and what came. */
export function refuse(expected: string, got: unknown): never {
  const shown = typeof got === 'string' ? JSON.stringify(got.slice(0, 80)) : String(got);
  throw new Error(`expected ${expected}, got ${shown}`);
}

/** A codec that lets only values through that `read` accepts; `read` may turn them into the base's input. */
export function checked(base: Codec, read: (value: unknown) => unknown): Codec {
  return {
    fromObject: (value) => base.fromObject(read(value)),
    toObject: (value) => base.toObject(value),
    appendByteBuffer: (buffer, value) => base.appendByteBuffer(buffer, value),
    fromByteBuffer: (buffer) => base.fromByteBuffer(buffer),
  };
}

function integer(base: Codec, min: number, max: number): Codec {
  return checked(base, (value) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max
      ? value
      : refuse(`an integer from ${min} to ${max}`, value),
  );
}

/** Amounts never are negative in the operations we know, and come as numbers or, when large, as decimal text. */
export const amount: Codec = {
  ...checked(types.int64, (value) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    if (typeof value === 'string' && /^\d{1,19}$/.test(value) && BigInt(value) < 2n ** 63n) return value;
    return refuse('an amount in smallest units', value);
  }),
  // As the node prints them: text only above 32 bits (chain reference 2.2).
  toObject: (value) => {
    const units = Number(types.int64.toObject(value));
    return units <= 0x7fffffff ? units : types.int64.toObject(value);
  },
};

/** Nothing but true and false. */
export const bool = checked(types.bool, (value) =>
  typeof value === 'boolean' ? value : refuse('true or false', value),
);
/** Numbers, never texts; 16 bits. */
export const uint16 = integer(types.uint16, 0, 0xffff);
/** Numbers, never texts; 32 bits. */
export const uint32 = integer(types.uint32, 0, 0xffffffff);

/** The node's times have no zone and mean UTC. */
export const time = checked(types.time_point_sec, (value) => {
  if (typeof value !== 'string' || !TIME.test(value))
    return refuse('a time like 2021-04-01T19:00:00 (UTC)', value);
  const seconds = Date.parse(value.endsWith('Z') ? value : `${value}Z`) / 1000;
  return Number.isInteger(seconds) && seconds >= 0 && seconds <= 0xffffffff
    ? seconds
    : refuse('a time between 1970 and 2106', value);
});

const text = checked(types.string, (value) => {
  if (typeof value !== 'string') return refuse('text', value);
  // The node does not understand the escapes that JSON needs for these.
  if (CONTROL_CHARACTERS.test(value)) return refuse('text without control characters', value);
  return value.isWellFormed() ? value : refuse('well-formed text', value);
});
/** Text in a list whose order counts. */
export const orderedText: Codec = { ...text, nosort: true };

/** Texts by language: pairs, which the chain sorts by the bytes of the key. */
export const texts = checked(types.map(text, text), (value) => {
  if (!Array.isArray(value)) return refuse('an array of [key, text] pairs', JSON.stringify(value));
  const keys = value.map((pair) =>
    Array.isArray(pair) && pair.length === 2 ? pair[0] : refuse('a [key, text] pair', JSON.stringify(pair)),
  );
  return new Set(keys).size === keys.length ? value : refuse('each key once', keys.join(', '));
});

/** An id of one type; on the wire only its instance. */
export function idOf(name: string, type: number): Codec {
  const pattern = new RegExp(`^1\\.${type}\\.(0|[1-9]\\d{0,9})$`);
  return checked(types.protocol_id_type(name), (value) =>
    typeof value === 'string' && pattern.test(value) ? value : refuse(`an id like 1.${type}.7`, value),
  );
}

/** An id of any type, or `0.0.n` for the result of an earlier operation of the same proposal. */
export const anyId = checked(types.object_id_type, (value) =>
  typeof value === 'string' && /^[0-2]\.\d{1,3}\.(0|[1-9]\d{0,14})$/.test(value)
    ? value
    : refuse('an id like 1.22.7 or 0.0.1', value),
);

/** The library writes index -1 for a name it does not know. */
export function enumeration(names: readonly string[]): Codec {
  return checked(types.enumeration([...names]), (value) =>
    typeof value === 'string' && names.includes(value) ? value : refuse(`one of ${names.join(', ')}`, value),
  );
}

/** Absent is absent; `null` is not (the node takes both, and the library takes null for false). */
export function optional(element: Codec): Codec {
  return checked(types.optional(element), (value) =>
    value === null ? refuse('a value, or no such field', value) : value,
  );
}

/** Ids as a set: sorted by number, none twice. */
export function idSet(id: Codec): Codec {
  return checked(types.set(id), (value) => {
    if (!Array.isArray(value)) return refuse('an array of ids', value);
    return new Set(value).size === value.length ? [...value] : refuse('each id once', value.join(', '));
  });
}

/** A public key of any prefix, which only its text has. */
const publicKey: Codec = {
  fromObject: (value) => {
    if (typeof value !== 'string') return refuse('a public key', value);
    const prefix = value.slice(0, Math.max(0, value.length - KEY_TEXT_LENGTH));
    return { prefix, key: PublicKey.fromStringOrThrow(value, prefix) };
  },
  toObject: (value) => {
    // What fromObject and fromByteBuffer of this codec made.
    const { prefix, key } = value as { prefix: string; key: PublicKey };
    return key.toString(prefix);
  },
  appendByteBuffer: (buffer, value) =>
    types.public_key.appendByteBuffer(buffer, (value as { key: PublicKey }).key),
  fromByteBuffer: (buffer) => ({ prefix: 'PPY', key: types.public_key.fromByteBuffer(buffer) }),
};

/** The library orders several keys otherwise than the chain, so one at most. */
export const keySet = checked(types.set(publicKey), (value) =>
  Array.isArray(value) && value.length <= 1 ? value : refuse('at most one key', value),
);

/** Extensions, of which nobody has any. */
export const none = checked(types.set(types.void), (value) =>
  value === undefined || (Array.isArray(value) && value.length === 0)
    ? []
    : refuse('no extensions', JSON.stringify(value)),
);
