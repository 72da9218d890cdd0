import type { ObjectId } from '../../core/chain/types.ts';
import { ensure, traced } from '../errors.ts';
import { int64Json } from '../json.ts';
import type { State } from '../state/state.ts';

/** What an account holds of an asset, in units. */
export function balanceOf(state: State, owner: ObjectId, asset: ObjectId): bigint {
  return state.where('balance', (b) => b.owner === owner && b.asset === asset)[0]?.amount ?? 0n;
}

/** An amount as the node's messages show it: whole numbers without decimals. */
function pretty(state: State, amount: bigint, assetId: ObjectId): string {
  const asset = state.get('asset', assetId);
  const unit = 10n ** BigInt(asset.precision);
  const rest = amount % unit;
  const decimals = rest === 0n ? '' : `.${rest.toString().padStart(asset.precision, '0')}`;
  return `${amount / unit}${decimals} ${asset.symbol}`;
}

/**
 * Adds to an account's balance (or takes from it).
 * @throws NodeError `Insufficient Balance` when it holds less than is taken (chain reference 11).
 */
export function adjustBalance(state: State, owner: ObjectId, asset: ObjectId, delta: bigint): void {
  if (delta === 0n) return;
  const balance = state.where('balance', (b) => b.owner === owner && b.asset === asset)[0];
  const held = balance?.amount ?? 0n;
  traced(
    ['db_balance.cpp', 92, 'adjust_balance'],
    () => ({ account: owner, delta: { amount: int64Json(delta), asset_id: asset } }),
    () =>
      ensure(
        held + delta >= 0n,
        balance ? 'abo->get_balance() >= -delta' : 'delta.amount > 0',
        "Insufficient Balance: {a}'s balance of {b} is less than required {r}",
        {
          a: state.get('account', owner).name,
          b: pretty(state, held, asset),
          r: pretty(state, -delta, asset),
        },
        ['db_balance.cpp', 72, 'adjust_balance'],
      ),
  );
  if (balance) state.update('balance', balance.id, { amount: held + delta });
  else state.create('balance', { owner, asset, amount: delta });
}
