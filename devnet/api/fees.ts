import type { Operation } from '../../core/chain/types.ts';
import { ensure } from '../errors.ts';
import type { Json } from '../json.ts';
import type { Ledger } from '../ledger.ts';
import { requiredFee } from '../rules/fees.ts';
import { type Fields, operation } from '../wire/operations.ts';
import { list, text } from '../wire/types.ts';
import { type Api, findAsset, method } from './method.ts';

const DEEPEST = 4;

/** One amount, or for proposal_create its own amount with those of the operations in it. */
function feeJson(ledger: Ledger, each: Operation, asset: string, depth: number): Json {
  const own = { amount: requiredFee(ledger.state, each), asset_id: asset };
  const [tag, fields] = each;
  if (tag !== 22) return own;
  ensure(depth < DEEPEST, 'current_op_recursion_depth < max_depth', '', {});
  const inner = (fields as Fields<22>).proposed_ops.map((wrapped) =>
    feeJson(ledger, wrapped.op, asset, depth + 1),
  );
  return [own, inner];
}

/** Fees for complete operations (chain reference 11). */
export const feeMethods: Api = {
  get_required_fees: method([list(operation), text], ({ ledger }, operations, name) => {
    const asset = findAsset(ledger, name);
    ensure(asset !== undefined, 'asset', 'no such asset', {});
    return operations.map((each) => feeJson(ledger, each, asset.id, 0));
  }),
};
