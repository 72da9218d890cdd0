import type { ObjectId } from '../core/chain/types.ts';
import { BosError } from '../core/errors.ts';
import type { Block, Processed } from './block.ts';
import { ensure, NodeError, traced } from './errors.ts';
import type { JsonObject } from './json.ts';
import { finishBlock, sealBlock } from './rules/block-end.ts';
import type { AppliedOperation } from './rules/execution.ts';
import type { Election } from './rules/maintenance.ts';
import {
  type AppliedTransaction,
  applyTransaction,
  isKnown,
  proposedDigests,
  sentForm,
  validateTransaction,
} from './rules/transactions.ts';
import type { Objects } from './state/objects.ts';
import { type Change, kindOf, type Snapshot, type State } from './state/state.ts';
import { operationDigest, type Transaction, transactionId } from './wire/operations.ts';

/** How many blocks are kept; older ones are answered as unknown. */
const KEPT_BLOCKS = 20_000;
const NO_BLOCK = '0'.repeat(40);

/** A transaction that the node has taken and that no block holds yet. */
interface Pending {
  readonly id: string;
  readonly transaction: Transaction;
  /** Digests of the operations it proposes. */
  readonly proposed: readonly string[];
}

/** Tells that a block holds a transaction. */
export interface Confirmation {
  readonly id: string;
  readonly block: number;
  readonly place: number;
  readonly transaction: Processed;
}

/** What a block did, for those who subscribed. */
export interface AppliedBlock {
  readonly block: Block;
  readonly created: readonly JsonObject[];
  readonly changed: readonly JsonObject[];
  readonly removed: readonly ObjectId[];
  readonly confirmations: readonly Confirmation[];
}

/** Is told what happens on the chain, in order. */
export interface LedgerListener {
  blockApplied(applied: AppliedBlock): void;
  transactionPending(transaction: Transaction): void;
}

export interface LedgerOptions {
  readonly state: State;
  readonly blocks?: readonly Block[];
  /** Last forms of events, market groups and markets. */
  readonly copies?: Iterable<readonly [ObjectId, JsonObject]>;
  readonly election: Election;
  /** `strict` also compares with the operations of open proposals, as nodes did for some months of 2018. */
  readonly duplicateCheck: 'head' | 'strict';
}

/** What it takes to undo the last block. */
interface LastBlock {
  readonly change: Change;
  /** The copies it replaced. */
  readonly copies: ReadonlyMap<ObjectId, JsonObject | undefined>;
}

/**
 * The chain itself: blocks, the state they left, and on top of it what pending transactions would do. Every read sees
 * the pending state; a block takes it back, applies what it holds, and the rest of the pending transactions is tried
 * again (chain reference 13).
 */
export class Ledger {
  readonly state: State;
  readonly copies: Map<ObjectId, JsonObject>;
  /** While set, blocks take no transactions. */
  holding = false;
  /** Makes the next block do maintenance whatever its time is. */
  maintenanceDue = false;
  readonly #blocks: Block[];
  readonly #election: Election;
  readonly #duplicateCheck: 'head' | 'strict';
  readonly #listeners = new Set<LedgerListener>();
  readonly #references = new Map<number, string>();
  #pending: readonly Pending[] = [];
  #last: LastBlock | undefined;

  constructor(options: LedgerOptions) {
    this.state = options.state;
    this.#blocks = [...(options.blocks ?? [])];
    this.copies = new Map(options.copies);
    this.#election = options.election;
    this.#duplicateCheck = options.duplicateCheck;
    for (const block of this.#blocks) this.#references.set(block.number & 0xffff, block.id);
    this.state.begin();
  }

  /** Calls the listener from now on. Returns how to stop. */
  listen(listener: LedgerListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get head(): Objects['dynamic'] {
    return this.state.get('dynamic', '2.1.0');
  }

  get chainId(): string {
    return this.state.get('chainProperties', '2.11.0').chainId;
  }

  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  block(number: number): Block | undefined {
    const first = this.#blocks[0]?.number ?? 1;
    return this.#blocks[number - first];
  }

  /** The id of the last block whose number ends in these 16 bits; zeros when there is none. */
  reference(number: number): string {
    return this.#references.get(number & 0xffff) ?? NO_BLOCK;
  }

  /**
   * Takes a transaction into the pending state and returns its id.
   * @throws NodeError as a node refuses it; nothing has changed then.
   */
  push(transaction: Transaction, checkDuplicates: boolean): string {
    validateTransaction(transaction);
    const pending = toPending(transaction);
    if (checkDuplicates) this.#refuseDuplicates(pending.proposed);
    traced(
      ['db_block.cpp', 379, 'push_transaction'],
      () => ({ trx: sentForm(transaction) }),
      () => this.state.attempt(() => this.#apply(pending, 0)),
    );
    this.#pending = [...this.#pending, pending];
    for (const listener of [...this.#listeners]) listener.transactionPending(transaction);
    return pending.id;
  }

  /** What the transaction would give now, without taking it. @throws NodeError */
  validate(transaction: Transaction): Processed {
    validateTransaction(transaction);
    this.state.begin();
    try {
      return this.#apply(toPending(transaction), 0).processed;
    } finally {
      this.state.undo();
    }
  }

  /** A transaction that is pending, or that a block holds and that has not expired. */
  recentTransaction(id: string): Transaction | undefined {
    const pending = this.#pending.find((each) => each.id === id);
    if (pending || !isKnown(this.state, id)) return pending?.transaction;
    for (const block of this.#blocks.toReversed()) {
      const found = block.transactions.find((each) => transactionId(each) === id);
      if (found) return sentForm(found);
    }
    return undefined;
  }

  /** Appends a block at `time` (seconds) with the pending transactions that can be applied, but for those in `without`. */
  produce(time: number, without: ReadonlySet<string> = new Set()): Block {
    this.state.undo();
    this.state.begin();
    const number = this.head.headNumber + 1;
    const held = this.#pending.filter((pending) => this.holding || without.has(pending.id));
    const included: Confirmation[] = [];
    const applied: AppliedOperation[] = [];
    for (const pending of this.#pending) {
      if (held.includes(pending)) continue;
      const place = included.length;
      const done = this.#tryApply(pending, place);
      // One that fails by now vanishes, and nobody is told.
      if (!done) continue;
      applied.push(...done.applied);
      included.push({ id: pending.id, block: number, place, transaction: done.processed });
    }
    const block = sealBlock(
      this.state,
      time,
      included.map((each) => each.transaction),
    );
    const copies = this.#finish(time, block, applied);
    const change = this.state.merge();
    this.#last = { change, copies };
    this.#append(block);
    const seen = this.#describe(change, block, included);
    this.#restorePending(held);
    for (const listener of [...this.#listeners]) listener.blockApplied(seen);
    return block;
  }

  /**
   * Replaces the last block by another with the same number and without its transactions, as a fork does. They are
   * pending again, or with `drop` are never heard of again.
   * @throws BosError `conflict` when the last block is irreversible, or there is none to take back.
   */
  fork(time: number, drop: boolean): Block {
    const undone = this.#blocks.at(-1);
    if (!undone || !this.#last || this.head.irreversible >= undone.number) {
      throw new BosError(
        'conflict',
        `expected a last block that can be undone, got number ${this.head.headNumber} with ${this.head.irreversible} irreversible: produce one, and use more than one witness`,
      );
    }
    this.state.undo();
    this.state.revert(this.#last.change);
    for (const [id, copy] of this.#last.copies) {
      if (copy) this.copies.set(id, copy);
      else this.copies.delete(id);
    }
    this.#last = undefined;
    this.#blocks.pop();
    // What refers to the undone block dies with it.
    this.#references.delete(undone.number & 0xffff);
    const back = undone.transactions.map((processed) => toPending(sentForm(processed)));
    this.#restorePending(drop ? this.#pending : [...back, ...this.#pending]);
    return this.produce(time, new Set(back.map((each) => each.id)));
  }

  /** The state as the last block left it, without what is pending. */
  appliedState(): Snapshot {
    this.state.undo();
    const snapshot = this.state.snapshot();
    this.#restorePending(this.#pending);
    return snapshot;
  }

  /** Applies the transactions that are still waiting on top of the head; those that fail vanish. */
  #restorePending(waiting: readonly Pending[]): void {
    this.state.begin();
    this.#pending = waiting.filter((pending) => this.#tryApply(pending, 0) !== undefined);
  }

  #apply(pending: Pending, place: number): AppliedTransaction {
    const context = { state: this.state, reference: (number: number) => this.reference(number) };
    return applyTransaction(context, pending.transaction, pending.id, place);
  }

  #tryApply(pending: Pending, place: number): AppliedTransaction | undefined {
    try {
      return this.state.attempt(() => this.#apply(pending, place));
    } catch (error) {
      if (error instanceof NodeError) return undefined;
      throw error;
    }
  }

  #refuseDuplicates(proposed: readonly string[]): void {
    const known = new Set(this.#pending.flatMap((each) => each.proposed));
    if (this.#duplicateCheck === 'strict') {
      for (const { operations } of this.state.all('proposal')) {
        for (const operation of operations) known.add(operationDigest(operation));
      }
    }
    ensure(
      proposed.every((digest) => !known.has(digest)),
      'existed_operations_digests.count(digest) == 0',
      'Proposed operation is already pending for approval.',
      {},
      ['db_block.cpp', 172, 'check_transaction_for_duplicated_operations'],
    );
  }

  /** Ends the block and returns the copies that it replaced. */
  #finish(time: number, block: Block, applied: readonly AppliedOperation[]): LastBlock['copies'] {
    const replaced = new Map<ObjectId, JsonObject | undefined>();
    const retire = (object: JsonObject): void => {
      const id = String(object.id);
      replaced.set(id, this.copies.get(id));
      this.copies.set(id, object);
    };
    const maintainNow = this.maintenanceDue;
    this.maintenanceDue = false;
    finishBlock(this.state, { block, time, election: this.#election, maintainNow, applied, retire });
    return replaced;
  }

  #append(block: Block): void {
    this.#blocks.push(block);
    if (this.#blocks.length > KEPT_BLOCKS) this.#blocks.shift();
    this.#references.set(block.number & 0xffff, block.id);
  }

  #describe(change: Change, block: Block, confirmations: readonly Confirmation[]): AppliedBlock {
    const created: JsonObject[] = [];
    const changed: JsonObject[] = [];
    const removed: ObjectId[] = [];
    for (const [id, before] of change.before) {
      if (kindOf(id) === undefined) continue;
      const present = this.state.present(id);
      if (present) (before === undefined ? created : changed).push(present);
      else if (before !== undefined) removed.push(id);
    }
    return { block, created, changed, removed, confirmations };
  }
}

function toPending(transaction: Transaction): Pending {
  return { id: transactionId(transaction), transaction, proposed: proposedDigests(transaction) };
}
