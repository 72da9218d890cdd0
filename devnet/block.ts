import { createHash } from 'node:crypto';
import type { PrivateKey } from '../core/chain/keys.ts';
import type { ObjectId } from '../core/chain/types.ts';
import type { JsonObject } from './json.ts';
import type { OperationResult } from './state/objects.ts';
import { idParts } from './wire/ids.ts';
import { sha256 } from './wire/keys.ts';
import { type Transaction, transactionId } from './wire/operations.ts';
import { ByteWriter } from './wire/writer.ts';

/** A transaction as a block holds it. */
export interface Processed extends Transaction {
  readonly operation_results: readonly OperationResult[];
}

/** A block and its id; the id is not part of the block's JSON. */
export interface Block {
  readonly number: number;
  readonly id: string;
  readonly previous: string;
  /** UTC without zone. */
  readonly timestamp: string;
  readonly witness: ObjectId;
  readonly merkleRoot: string;
  readonly signature: string;
  readonly transactions: readonly Processed[];
}

const NO_SECRET = '0'.repeat(40);

/** Makes and signs a block. Its id begins with its number, four bytes, big endian (chain reference 9.1). */
export function makeBlock(
  content: Pick<Block, 'number' | 'previous' | 'timestamp' | 'witness' | 'transactions'>,
  key: PrivateKey,
): Block {
  const merkleRoot = merkleRootOf(content.transactions);
  const header = new ByteWriter();
  header.raw(Buffer.from(content.previous, 'hex'));
  header.uint(Date.parse(`${content.timestamp}Z`) / 1000, 4);
  header.varint(idParts(content.witness).instance);
  header.raw(Buffer.from(NO_SECRET + NO_SECRET + merkleRoot, 'hex'));
  header.varint(0);
  const unsigned = header.finish();
  const signature = key.sign(sha256(unsigned));
  const id = createHash('sha224').update(unsigned).update(signature).digest().subarray(0, 20);
  id.writeUInt32BE(content.number, 0);
  return {
    ...content,
    merkleRoot,
    signature: Buffer.from(signature).toString('hex'),
    id: id.toString('hex'),
  };
}

/** One hash that depends on every transaction; zeros for a block without any. */
function merkleRootOf(transactions: readonly Processed[]): string {
  if (transactions.length === 0) return NO_SECRET;
  return Buffer.from(sha256(...transactions.map(transactionId)).subarray(0, 20)).toString('hex');
}

/** The header as `get_block_header` answers it. */
export function headerJson(block: Block): JsonObject {
  return {
    previous: block.previous,
    timestamp: block.timestamp,
    witness: block.witness,
    next_secret_hash: NO_SECRET,
    previous_secret: NO_SECRET,
    transaction_merkle_root: block.merkleRoot,
    extensions: [],
  };
}

/** The block as `get_block` answers it. */
export function blockJson(block: Block): JsonObject {
  return {
    ...headerJson(block),
    witness_signature: block.signature,
    transactions: block.transactions.map(transactionJson),
  };
}

/** A transaction as it is answered; it consists of JSON already. */
export function transactionJson(transaction: Transaction | Processed): JsonObject {
  return transaction as unknown as JsonObject;
}

/** What a transaction has to name as `ref_block_prefix`: bytes 4 to 7 of the block's id, little endian. */
export function blockPrefix(id: string): number {
  return Buffer.from(id, 'hex').readUInt32LE(4);
}
