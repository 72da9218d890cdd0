import { BosError } from '../errors.ts';
import { isRecord } from './json.ts';
import type { ChainProposal, ObjectId, Operation } from './types.ts';
import { OP } from './types.ts';

/** A transaction as a block holds it. */
export interface BlockTransaction {
  readonly signatures: readonly string[];
  readonly operations: readonly Operation[];
  /** `[kind, value]` for each operation; kind 1 = id of the created object. */
  readonly operationResults: readonly (readonly [number, unknown])[];
}

export interface Block {
  readonly number: number;
  /** Id of the block before. */
  readonly previous: string;
  readonly time: Date;
  readonly transactions: readonly BlockTransaction[];
}

/** Number of a block: the first four bytes of its id. NaN when the text is no block id. */
export function blockNumber(id: string): number {
  return /^[0-9a-f]{40}$/.test(id) ? Number.parseInt(id.slice(0, 8), 16) : Number.NaN;
}

/** Reads a time of the chain, which has no zone and means UTC. Throws `invalid`. */
export function readTime(text: unknown): Date {
  const time = new Date(typeof text === 'string' ? `${text}Z` : Number.NaN);
  if (Number.isNaN(time.getTime()))
    throw new BosError('invalid', `expected a time of the chain, got ${String(text)}`);
  return time;
}

/** A time as the chain writes it: whole seconds, UTC, no zone. */
export function chainTime(time: Date): string {
  return time.toISOString().slice(0, 19);
}

/** Reads the answer of `get_block`; undefined when the node has no such block. Throws `invalid`. */
export function readBlock(raw: unknown, number: number): Block | undefined {
  if (raw === null) return undefined;
  if (!isRecord(raw) || typeof raw.previous !== 'string' || !Array.isArray(raw.transactions)) {
    throw new BosError('invalid', `expected block ${number}, got ${JSON.stringify(raw)?.slice(0, 100)}`);
  }
  return {
    number,
    previous: raw.previous,
    time: readTime(raw.timestamp),
    transactions: raw.transactions.map((transaction: unknown) => readTransaction(transaction, number)),
  };
}

function readTransaction(raw: unknown, number: number): BlockTransaction {
  if (!isRecord(raw) || !Array.isArray(raw.signatures) || !Array.isArray(raw.operations)) {
    throw new BosError(
      'invalid',
      `expected a transaction in block ${number}, got ${JSON.stringify(raw)?.slice(0, 100)}`,
    );
  }
  return {
    signatures: raw.signatures.map(String),
    // Of any kind; who reads one checks its fields.
    operations: raw.operations as Operation[],
    operationResults: Array.isArray(raw.operation_results) ? raw.operation_results : [],
  };
}

/** Ids of the proposals whose approvals the block's transactions changed. */
export function updatedProposals(block: Block): ReadonlySet<ObjectId> {
  return new Set(
    block.transactions.flatMap(({ operations }) =>
      operations.flatMap(([tag, fields]) => (tag === OP.proposal_update ? [String(fields.proposal)] : [])),
    ),
  );
}

/**
 * What became of a proposal that the block took away. Executed: its approvals changed in the block, and its time was
 * not over. Expired: its time was over, no approval changed, and it was not authorised (an authorised one is tried once
 * more when it expires, and nothing tells how that went). Else unknown.
 */
export function outcomeOf(
  proposal: ChainProposal,
  block: Block,
  isAuthorised: boolean,
): 'executed' | 'expired' | 'unknown' {
  const isOver = readTime(proposal.expiration_time) <= block.time;
  const isUpdated = updatedProposals(block).has(proposal.id);
  if (isUpdated && !isOver) return 'executed';
  return isOver && !isUpdated && !isAuthorised ? 'expired' : 'unknown';
}
