import { blockPrefix, type Processed } from '../block.ts';
import { ensure, nodeError, traced } from '../errors.ts';
import { type JsonObject, timeText } from '../json.ts';
import type { State } from '../state/state.ts';
import { recoverKey, sha256 } from '../wire/keys.ts';
import { type Fields, operationDigest, type Transaction, transactionBytes } from '../wire/operations.ts';
import { Applier, validateOperations } from './apply.ts';
import { verifyAuthority } from './authority.ts';
import type { AppliedOperation } from './execution.ts';
import { numberParameter } from './parameters.ts';

/** What checking a transaction needs of the chain. */
export interface TransactionContext {
  readonly state: State;
  /** Id of the last block whose number ends in these 16 bits; zeros when there is none. */
  reference(number: number): string;
}

/** What applying a transaction gave. */
export interface AppliedTransaction {
  readonly processed: Processed;
  readonly applied: readonly AppliedOperation[];
}

/** Checks that need no chain state. @throws NodeError */
export function validateTransaction(transaction: Transaction): void {
  ensure(
    transaction.operations.length > 0,
    'operations.size() > 0',
    'A transaction must have at least one operation',
    { trx: sentForm(transaction) },
    ['transaction.cpp', 57, 'validate'],
  );
  validateOperations(transaction.operations);
}

/**
 * Checks and applies a transaction in the node's order: not known yet, signatures, reference block, expiration, then
 * its operations (chain reference 9.3). `place` is where it stands in its block.
 * @throws NodeError; the caller undoes what was changed.
 */
export function applyTransaction(
  context: TransactionContext,
  transaction: Transaction,
  id: string,
  place: number,
): AppliedTransaction {
  const { state } = context;
  return traced(
    ['db_block.cpp', 861, '_apply_transaction'],
    () => ({ trx: sentForm(transaction) }),
    () => {
      const where = ['db_block.cpp', 793, '_apply_transaction'] as const;
      ensure(
        !isKnown(state, id),
        'trx_idx.indices().get<by_trx_id>().find(trx_id) == trx_idx.indices().get<by_trx_id>().end()',
        '',
        {},
        where,
      );
      checkSignatures(state, transaction);
      checkReference(context, transaction);
      checkExpiration(state, transaction);
      state.create('known', { transaction: id, expiration: seconds(transaction.expiration) });
      const applier = new Applier(state, state.get('dynamic', '2.1.0').time, place);
      const results = applier.transaction(transaction.operations);
      return { processed: { ...transaction, operation_results: results }, applied: applier.applied };
    },
  );
}

function seconds(time: string): number {
  return Date.parse(`${time}Z`) / 1000;
}

/** Whether an unexpired transaction of this id was taken already. */
export function isKnown(state: State, id: string): boolean {
  return state.where('known', (k) => k.transaction === id).length > 0;
}

function checkSignatures(state: State, transaction: Transaction): void {
  traced(
    ['transaction.cpp', 450, 'verify_authority'],
    () => ({ '*this': sentForm(transaction) }),
    () =>
      verifyAuthority(state, { operations: transaction.operations, keys: signingKeys(state, transaction) }),
  );
}

/** Before the first block nothing can be referred to and nothing has expired. */
function checkReference({ state, reference }: TransactionContext, transaction: Transaction): void {
  if (state.get('dynamic', '2.1.0').headNumber === 0) return;
  ensure(
    transaction.ref_block_prefix === blockPrefix(reference(transaction.ref_block_num)),
    'trx.ref_block_prefix == tapos_block_summary.block_id._hash[1]',
    '',
    {},
    ['db_block.cpp', 821, '_apply_transaction'],
  );
}

function checkExpiration(state: State, transaction: Transaction): void {
  const { headNumber, time } = state.get('dynamic', '2.1.0');
  if (headNumber === 0) return;
  const where = ['db_block.cpp', 826, '_apply_transaction'] as const;
  const until = seconds(transaction.expiration);
  const { parameters } = state.get('globals', '2.0.0');
  const longest = numberParameter(parameters, 'maximum_time_until_expiration');
  const now = timeText(time);
  ensure(
    until <= time + longest,
    'trx.expiration <= now + chain_parameters.maximum_time_until_expiration',
    '',
    { 'trx.expiration': transaction.expiration, now, max_til_exp: longest },
    where,
  );
  ensure(time <= until, 'now <= trx.expiration', '', { now, 'trx.exp': transaction.expiration }, where);
}

/** Public keys whose signatures a transaction carries. @throws NodeError for a repeated or unusable signature. */
export function signingKeys(state: State, transaction: Transaction): string[] {
  const { chainId } = state.get('chainProperties', '2.11.0');
  const digest = sha256(Buffer.from(chainId, 'hex'), transactionBytes(transaction));
  const keys = new Set<string>();
  return traced(
    ['transaction.cpp', 348, 'get_signature_keys'],
    () => ({}),
    () => {
      for (const signature of transaction.signatures) {
        const key = recoverKey(digest, Buffer.from(signature, 'hex'));
        if (keys.has(key)) {
          throw nodeError('duplicateSignature', 'Duplicate Signature detected', {}, [
            'transaction.cpp',
            340,
            'get_signature_keys',
          ]);
        }
        keys.add(key);
      }
      return [...keys].sort();
    },
  );
}

/** Digests of all operations that a transaction proposes. */
export function proposedDigests(transaction: Transaction): string[] {
  return transaction.operations.flatMap(([tag, fields]) =>
    tag === 22 ? (fields as Fields<22>).proposed_ops.map((each) => operationDigest(each.op)) : [],
  );
}

/** The transaction as it was sent, without results. */
export function sentForm(transaction: Transaction | Processed): Transaction & JsonObject {
  const { ref_block_num, ref_block_prefix, expiration, operations, extensions, signatures } = transaction;
  const sent: Transaction = {
    ref_block_num,
    ref_block_prefix,
    expiration,
    operations,
    extensions,
    signatures,
  };
  // Parsed transactions consist of JSON.
  return sent as Transaction & JsonObject;
}
