import { type ChainProposal, type ChainView, WITNESS_ACCOUNT } from '../../chain/types.ts';
import { isActive } from './authority.ts';

/** A proposal that expires sooner is not looked at any more. */
export const MIN_REMAINING_MS = 2 * 60_000;
/** A proposal that expires later is not looked at yet. */
const MAX_REMAINING_MS = 24 * 3_600_000;

/**
 * Why a proposal is not looked at, in words; undefined when it is (oracle reference 16, "Which proposals are looked at
 * at all"). A failed execution does not exclude it (agreement rule B).
 */
export function ineligibility(view: ChainView, proposal: ChainProposal): string | undefined {
  if (!isActive(view, proposal.proposer)) {
    return `its proposer ${proposal.proposer} is not an active witness`;
  }
  const required = proposal.required_active_approvals;
  if (
    required.length !== 1 ||
    required[0] !== WITNESS_ACCOUNT ||
    proposal.required_owner_approvals.length > 0
  ) {
    const all = [...required, ...proposal.required_owner_approvals.map((account) => `${account} (owner)`)];
    return `it requires ${all.join(', ') || 'nobody'} instead of ${WITNESS_ACCOUNT} alone`;
  }
  if (proposal.available_key_approvals.length > 0) {
    return 'it carries an approval by a key, which keeps it from executing';
  }
  if (proposal.review_period_time !== undefined && proposal.review_period_time !== null) {
    return 'it has a review period, so it cannot execute before its expiration';
  }
  const remaining = expirationOf(proposal).getTime() - view.head.time.getTime();
  if (remaining < MIN_REMAINING_MS) return `it expires at ${proposal.expiration_time}, too soon`;
  if (remaining > MAX_REMAINING_MS) return `it expires at ${proposal.expiration_time}, too late`;
  return undefined;
}

/** When a proposal expires; the node writes UTC without saying so. */
export function expirationOf(proposal: ChainProposal): Date {
  const text = proposal.expiration_time;
  return new Date(text.endsWith('Z') ? text : `${text}Z`);
}
