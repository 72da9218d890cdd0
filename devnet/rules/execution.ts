import type { ObjectId, Operation } from '../../core/chain/types.ts';
import { ensure, nodeError } from '../errors.ts';
import type { Kind, OperationResult } from '../state/objects.ts';
import type { State } from '../state/state.ts';
import type { Fields, Tag } from '../wire/operations.ts';

/** An operation that was applied in the block under way, for the accounts' histories. */
export interface AppliedOperation {
  readonly operation: Operation;
  readonly result: OperationResult;
  readonly transaction: number;
  readonly index: number;
  readonly virtual: number;
}

/** What an evaluator works with: one transaction or one proposal that executes. */
export interface Execution {
  readonly state: State;
  /** Time of the head block in seconds; while a block's transactions are applied that is still the block before. */
  readonly now: number;
  /** Whether the operations come from a proposal that executes. */
  readonly proposed: boolean;
  /** Results of the operations before this one; relative ids point into it. */
  readonly results: readonly OperationResult[];
  /** Executes a proposal that is authorised: all its operations or none. @throws NodeError saying why none. */
  executeProposal(id: ObjectId): void;
}

/** What one operation does. The fee has been checked before and is taken after. */
export interface Evaluator<T extends Tag> {
  /** Checks that need no chain state, made before anything else. @throws NodeError */
  validate?(operation: Fields<T>): void;
  /** Checks and carries out. @throws NodeError with the node's text; what it changed is undone then. */
  evaluate(execution: Execution, operation: Fields<T>): OperationResult;
}

/** The result of operations that create nothing. */
export const NOTHING: OperationResult = [0, {}];

/** The result of an operation that created an object. */
export function created(object: { readonly id: ObjectId }): OperationResult {
  return [1, object.id];
}

/** @throws NodeError unless the operation comes from a proposal that executes. */
export function requireProposed(execution: Execution): void {
  ensure(execution.proposed, 'trx_state->_is_proposed_trx');
}

const CPP_TYPE = {
  sport: 'sport_id_type',
  eventGroup: 'event_group_id_type',
  event: 'event_id_type',
  rules: 'betting_market_rules_id_type',
  marketGroup: 'betting_market_group_id_type',
} as const satisfies Partial<Record<Kind, string>>;

const PREFIXES = {
  sport: '1.20.',
  eventGroup: '1.21.',
  event: '1.22.',
  rules: '1.23.',
  marketGroup: '1.24.',
} as const satisfies Record<keyof typeof CPP_TYPE, string>;

/**
 * The id that a field of any type means: a relative one is the result of an earlier operation of the same proposal
 * (chain reference 6), and what it means has to be of the kind that the field is for. Whether that object exists is
 * the evaluator's to ask.
 */
export function resolveId(
  execution: Execution,
  field: string,
  kind: keyof typeof CPP_TYPE,
  given: ObjectId,
): ObjectId {
  const id = given.startsWith('0.')
    ? relativeId(execution, Number(given.slice(given.lastIndexOf('.') + 1)))
    : given;
  const type = CPP_TYPE[kind];
  ensure(
    id.startsWith(PREFIXES[kind]),
    `resolved_id.space() == ${type}::space_id && resolved_id.type() == ${type}::type_id`,
    `${field} must refer to a ${type}`,
  );
  return id;
}

function relativeId({ results }: Execution, index: number): ObjectId {
  const result = results[index];
  if (result === undefined) {
    throw nodeError(
      'unspecified',
      'get_relative_id() asked for id of operation {op_num} (zero-based), but we only have {count} operations',
      { op_num: index, count: results.length },
    );
  }
  if (result[0] !== 1) {
    throw nodeError(
      'unspecified',
      'get_relative_id() asked for the result of operation {op_num}, but that operation did not return an object_id',
      { op_num: index },
    );
  }
  return result[1];
}
