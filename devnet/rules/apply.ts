import type { ObjectId, Operation } from '../../core/chain/types.ts';
import { ensure, nodeError, traced } from '../errors.ts';
import { type OperationResult, operationsJson } from '../state/objects.ts';
import type { State } from '../state/state.ts';
import { type Fields, isKnownTag, type Tag } from '../wire/operations.ts';
import { feePayer } from './authority.ts';
import { adjustBalance } from './balances.ts';
import { eventCreate, eventUpdate, eventUpdateStatus } from './events.ts';
import type { AppliedOperation, Evaluator, Execution } from './execution.ts';
import { checkFee, paidFee } from './fees.ts';
import {
  cancelUnmatchedBets,
  marketCreate,
  marketGroupCreate,
  marketGroupResolve,
  marketGroupUpdate,
  marketUpdate,
} from './markets.ts';
import { proposalCreate, proposalDelete, proposalUpdate } from './proposals.ts';
import {
  eventGroupCreate,
  eventGroupDelete,
  eventGroupUpdate,
  rulesCreate,
  rulesUpdate,
  sportCreate,
  sportDelete,
  sportUpdate,
} from './sports.ts';
import { transfer } from './transfer.ts';

/** What each operation does. An operation that can be read but has no entry is refused by name. */
const EVALUATORS: { readonly [T in Tag]?: Evaluator<T> } = {
  0: transfer,
  22: proposalCreate,
  23: proposalUpdate,
  24: proposalDelete,
  52: sportCreate,
  53: sportUpdate,
  54: eventGroupCreate,
  55: eventGroupUpdate,
  56: eventCreate,
  57: eventUpdate,
  58: rulesCreate,
  59: rulesUpdate,
  60: marketGroupCreate,
  61: marketCreate,
  63: marketGroupResolve,
  66: cancelUnmatchedBets,
  70: marketGroupUpdate,
  71: marketUpdate,
  72: eventUpdateStatus,
  73: sportDelete,
  74: eventGroupDelete,
};

function evaluatorOf(tag: number): Evaluator<Tag> {
  const evaluator = isKnownTag(tag) ? EVALUATORS[tag] : undefined;
  if (!evaluator) throw nodeError('unspecified', `this devnet cannot carry out operation ${tag}`);
  // The wire table has parsed the members that this evaluator is made for.
  return evaluator as unknown as Evaluator<Tag>;
}

/** Checks that need no chain state. @throws NodeError */
export function validateOperations(operations: readonly Operation[]): void {
  for (const operation of operations) {
    const [tag, fields] = operation;
    ensure(BigInt(paidFee(operation).amount) >= 0n, 'fee.amount >= 0');
    evaluatorOf(tag).validate?.(fields as Fields<Tag>);
    if (tag === 22) validateOperations((fields as Fields<22>).proposed_ops.map((each) => each.op));
  }
}

/** Applies operations one after the other and keeps account of them. */
export class Applier {
  readonly #state: State;
  readonly #now: number;
  readonly #transaction: number;
  readonly applied: AppliedOperation[] = [];

  /** `now` is the head block's time in seconds; `transaction` the place in the block, for histories. */
  constructor(state: State, now: number, transaction: number) {
    this.#state = state;
    this.#now = now;
    this.#transaction = transaction;
  }

  /** Applies the operations of a transaction. @throws NodeError of the first that fails; the caller undoes. */
  transaction(operations: readonly Operation[]): readonly OperationResult[] {
    const results: OperationResult[] = [];
    for (const [index, operation] of operations.entries()) {
      const position = { index, virtual: 0 };
      const place = this.applied.length;
      // The place comes first: what a proposal executes follows the approval in the histories.
      this.applied.push({ operation, result: [0, {}], transaction: this.#transaction, index, virtual: 0 });
      const result = this.#one(operation, this.execution(false, results, position));
      this.applied[place] = { operation, result, transaction: this.#transaction, index, virtual: 0 };
      results.push(result);
    }
    return results;
  }

  /** What evaluators get. */
  execution(
    proposed: boolean,
    results: readonly OperationResult[],
    position: { readonly index: number; virtual: number },
  ): Execution {
    return {
      state: this.#state,
      now: this.#now,
      proposed,
      results,
      executeProposal: (id) => this.#proposal(id, position),
    };
  }

  #proposal(id: ObjectId, position: { readonly index: number; virtual: number }): void {
    const { operations } = this.#state.get('proposal', id);
    const before = this.applied.length;
    try {
      this.#state.attempt(() => {
        const results: OperationResult[] = [];
        for (const operation of operations) {
          position.virtual += 1;
          const result = this.#one(operation, this.execution(true, results, position));
          const { index, virtual } = position;
          this.applied.push({ operation, result, transaction: this.#transaction, index, virtual });
          results.push(result);
        }
        this.#state.remove('proposal', id);
      });
    } catch (error) {
      this.applied.length = before;
      throw error;
    }
  }

  #one(operation: Operation, execution: Execution): OperationResult {
    const [tag, fields] = operation;
    return traced(
      ['db_block.cpp', 875, 'apply_operation'],
      () => ({ op: operationsJson([operation])[0] ?? null }),
      () =>
        traced(
          ['evaluator.cpp', 51, 'start_evaluate'],
          () => ({}),
          () => {
            const evaluator = evaluatorOf(tag);
            checkFee(execution.state, operation);
            const result = evaluator.evaluate(execution, fields as Fields<Tag>);
            const { amount, asset_id } = paidFee(operation);
            adjustBalance(execution.state, feePayer(operation), asset_id, -BigInt(amount));
            return result;
          },
        ),
    );
  }
}
