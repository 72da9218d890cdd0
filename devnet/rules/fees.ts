import type { Operation } from '../../core/chain/types.ts';
import { nodeError } from '../errors.ts';
import type { State } from '../state/state.ts';
import { asArray, asObject, asUint } from '../wire/cast.ts';
import { type Amount, operationSize } from '../wire/operations.ts';

const SCALE = 10_000;
/** Operations whose fee grows with their size. */
const SIZED = new Set([22, 23]);

/** The fee in units of 1.3.0 that the schedule of the moment asks (chain reference 11). */
export function requiredFee(state: State, operation: Operation): number {
  const [tag] = operation;
  const schedule = asObject(state.get('globals', '2.0.0').parameters.current_fees);
  const entry = asArray(schedule.parameters)
    .map(asArray)
    .find(([known]) => known === tag);
  const { fee, price_per_kbyte: price } = asObject(entry?.[1] ?? {});
  const bySize = SIZED.has(tag) ? Math.floor((operationSize(operation) * asUint(price)) / 1024) : 0;
  return Math.floor(((asUint(fee) + bySize) * asUint(schedule.scale)) / SCALE);
}

/** The fee an operation carries. */
export function paidFee(operation: Operation): Amount {
  const { fee } = operation[1];
  // Every operation in the wire table begins with a fee.
  return fee as Amount;
}

/** @throws NodeError `Insufficient Fee Paid` when the operation carries less than the schedule asks. */
export function checkFee(state: State, operation: Operation): void {
  const required = requiredFee(state, operation);
  const { amount } = paidFee(operation);
  if (BigInt(amount) < BigInt(required)) {
    throw nodeError('insufficientFee', 'Insufficient Fee Paid', { core_fee_paid: amount, required }, [
      'evaluator.hpp',
      153,
      'evaluate',
    ]);
  }
}
