import { createHash } from 'node:crypto';
import { BosError } from '../errors.ts';
import { transaction, wrapper } from './library.ts';
import type { Operation } from './types.ts';

/** A transaction without its signatures, in the node's JSON form. */
export interface UnsignedTransaction {
  /** Number of the reference block, its lower 16 bits. */
  readonly ref_block_num: number;
  /** Bytes 4 to 7 of the reference block's id, little endian. */
  readonly ref_block_prefix: number;
  /** UTC without zone suffix. */
  readonly expiration: string;
  readonly operations: readonly Operation[];
  readonly extensions: readonly [];
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The library nests the places in the first line and adds stacks below; only the first line is for people. */
function guarded<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
    const place = line.replaceAll('op_wrapper.op\t cause: ', '').replaceAll(/\s+cause: /g, ': ');
    throw new BosError('invalid', `${what} cannot be encoded: ${place.trim()}`, {}, { cause: error });
  }
}

/** The library sorts arrays in place, so it only ever sees copies. */
function read(op: Operation): unknown {
  return wrapper.fromObject({ op: structuredClone(op) });
}

function withoutAbsent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAbsent);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) =>
      member === undefined ? [] : [[key, withoutAbsent(member)]],
    ),
  );
}

/**
 * The bytes of one operation, tag included, as the chain packs it (chain reference 10). Fee and extensions may be
 * absent (zero, none). Throws `invalid` for what the chain would read otherwise or not at all.
 */
export function encodeOperation(op: Operation): Uint8Array {
  return guarded(`operation ${op[0]}`, () => wrapper.toBuffer(read(op)));
}

/** The operation in the node's JSON form that these bytes mean. Throws `invalid` when they mean none. */
export function decodeOperation(bytes: Uint8Array): Operation {
  return guarded('the bytes of an operation', () => {
    const { op } = withoutAbsent(wrapper.toObject(wrapper.fromBuffer(Buffer.from(bytes)))) as {
      op: Operation;
    };
    return op;
  });
}

/**
 * The operation as the node would answer it: maps and sets sorted, fee and extensions present, fields in the chain's
 * order, absent optional fields left out. Throws `invalid` like `encodeOperation`.
 */
export function canonicalOperation(op: Operation): Operation {
  return guarded(`operation ${op[0]}`, () => {
    // The wrapper's own JSON form.
    const { op: canonical } = withoutAbsent(wrapper.toObject(read(op))) as { op: Operation };
    return canonical;
  });
}

/** SHA-256 of the operation's bytes, tag and fee included, as hex: what the node's duplicate check compares (chain reference 7.2). */
export function operationDigest(op: Operation): string {
  return sha256(encodeOperation(op)).toString('hex');
}

/** The bytes of a transaction without signatures: what is hashed for its id and signed. Throws `invalid`. */
export function encodeTransaction(tx: UnsignedTransaction): Uint8Array {
  return guarded('the transaction', () => transaction.toBuffer(transaction.fromObject(structuredClone(tx))));
}

/** Id of a transaction as 40 hex digits, from its bytes without signatures. */
export function transactionId(bytes: Uint8Array): string {
  return sha256(bytes).toString('hex', 0, 20);
}

/** The 32 bytes that are signed, from a transaction's bytes without signatures (chain reference 9.2). */
export function signingDigest(chainId: string, bytes: Uint8Array): Uint8Array {
  return sha256(Buffer.from(chainId, 'hex'), bytes);
}
