import { ensure } from '../errors.ts';
import { adjustBalance } from './balances.ts';
import { type Evaluator, NOTHING } from './execution.ts';

/** transfer (0): moves an amount between accounts; for funding. */
export const transfer: Evaluator<0> = {
  validate(op) {
    ensure(op.from !== op.to, 'from != to');
    ensure(BigInt(op.amount.amount) > 0n, 'amount.amount > 0');
  },
  evaluate({ state }, op) {
    state.get('account', op.to);
    const amount = BigInt(op.amount.amount);
    adjustBalance(state, op.from, op.amount.asset_id, -amount);
    adjustBalance(state, op.to, op.amount.asset_id, amount);
    return NOTHING;
  },
};
