import { instanceOf } from '../../chain/ids.ts';
import type { ChainProposal, ChainView, ObjectId } from '../../chain/types.ts';

/** Sum of the weights of active witnesses that approve a proposal now (chain reference 7.4). */
export function approvingWeight(view: ChainView, proposal: ChainProposal): number {
  const approvers = new Set([...proposal.available_active_approvals, ...proposal.available_owner_approvals]);
  return [...approvers].reduce((sum, account) => sum + (view.authority.weights.get(account) ?? 0), 0);
}

/**
 * Whether the node would execute the proposal at its next update or at its expiration, by the weights of now. A
 * superfluous key approval keeps it from executing (chain reference 7.4).
 */
export function isAuthorised(view: ChainView, proposal: ChainProposal): boolean {
  return (
    proposal.available_key_approvals.length === 0 &&
    approvingWeight(view, proposal) >= view.authority.threshold
  );
}

/** Whether the account is an active witness (agreement rule F). */
export function isActive(view: ChainView, account: ObjectId): boolean {
  return view.authority.weights.has(account);
}

/** Orders ids of one type by their number. */
export function compareIds(a: ObjectId, b: ObjectId): number {
  return instanceOf(a) - instanceOf(b);
}
