import { chainTime } from './block.ts';
import {
  canonicalOperation,
  encodeTransaction,
  signingDigest,
  transactionId,
  type UnsignedTransaction,
} from './codec.ts';
import { type PrivateKey, signDigest } from './keys.ts';
import type { Operation } from './types.ts';

/** A transaction as it is broadcast. */
export interface SignedTransaction {
  /** 40 hex digits. */
  readonly id: string;
  /** 130 hex digits. */
  readonly signature: string;
  readonly json: UnsignedTransaction & { readonly signatures: readonly string[] };
}

/**
 * Makes and signs a transaction. Equal arguments give equal bytes, so a deliberate repeat needs another expiration or
 * reference block. Throws `invalid` for operations that cannot be encoded.
 *
 * @param reference block that it names: on another fork it is void
 */
export function signTransaction(
  transaction: {
    readonly chainId: string;
    readonly reference: { readonly number: number; readonly id: string };
    readonly expiration: Date;
    readonly operations: readonly Operation[];
  },
  key: PrivateKey,
): SignedTransaction {
  const { chainId, reference, expiration, operations } = transaction;
  const unsigned: UnsignedTransaction = {
    ref_block_num: reference.number & 0xffff,
    ref_block_prefix: Buffer.from(reference.id, 'hex').readUInt32LE(4),
    expiration: chainTime(expiration),
    operations: operations.map(canonicalOperation),
    extensions: [],
  };
  const bytes = encodeTransaction(unsigned);
  const signature = Buffer.from(signDigest(signingDigest(chainId, bytes), key)).toString('hex');
  return { id: transactionId(bytes), signature, json: { ...unsigned, signatures: [signature] } };
}
