import type { ObjectId } from '../../core/chain/types.ts';
import { ensure, NodeError, nodeError } from '../errors.ts';
import type { Objects } from '../state/objects.ts';
import type { State } from '../state/state.ts';
import { compareIds } from '../wire/ids.ts';
import type { Fields } from '../wire/operations.ts';
import { compareBytes } from '../wire/types.ts';
import { requiredAuthorities, verifyAuthority } from './authority.ts';
import { created, type Evaluator, type Execution, NOTHING } from './execution.ts';
import { numberParameter } from './parameters.ts';

/*
 * A proposal is open from the block that holds its creation. Approvals come and go by 23. It executes inside the
 * approving transaction as soon as it is authorised, and is gone then; when an operation fails, everything it did is
 * taken back, `fail_reason` says why, and the next 23 tries again. With a review period it executes at its expiration
 * only. At its expiration it is tried once more if authorised, and removed in any case (chain reference 7).
 */

const COMMITTEE: ObjectId = '1.2.0';

function seconds(time: string): number {
  return Date.parse(`${time}Z`) / 1000;
}

/** proposal_create (22). */
export const proposalCreate: Evaluator<22> = {
  validate(op) {
    ensure(op.proposed_ops.length > 0, '!proposed_ops.empty()', '', {}, ['proposal.cpp', 80, 'validate']);
  },
  evaluate({ state, now }, op) {
    checkTimes(state, now, op);
    const operations = op.proposed_ops.map((each) => each.op);
    const required = requiredAuthorities(operations);
    ensure(required.keys.length === 0 && operations.every(([tag]) => tag !== 23), 'other.size() == 0');
    if (required.active.has(COMMITTEE) || required.owner.has(COMMITTEE)) {
      const period = numberParameter(
        state.get('globals', '2.0.0').parameters,
        'committee_proposal_review_period',
      );
      if ((op.review_period_seconds ?? -1) < period) {
        throw nodeError('reviewRequired', 'Review period of at least {min} required', { min: period });
      }
    }
    const expiration = seconds(op.expiration_time);
    return created(
      state.create('proposal', {
        expiration,
        ...(op.review_period_seconds === undefined
          ? {}
          : { reviewFrom: expiration - op.review_period_seconds }),
        operations,
        requiredActive: [...required.active].filter((id) => !required.owner.has(id)).sort(compareIds),
        requiredOwner: [...required.owner].sort(compareIds),
        active: [],
        owner: [],
        keys: [],
        proposer: op.fee_paying_account,
        failReason: '',
      }),
    );
  },
};

function checkTimes(state: State, now: number, op: Fields<22>): void {
  const expiration = seconds(op.expiration_time);
  const lifetime = numberParameter(state.get('globals', '2.0.0').parameters, 'maximum_proposal_lifetime');
  ensure(expiration > now, 'o.expiration_time > block_time', 'Proposal has already expired on creation.');
  ensure(
    expiration <= now + lifetime,
    'o.expiration_time <= block_time + global_parameters.maximum_proposal_lifetime',
    'Proposal expiration time is too far in the future.',
  );
  ensure(
    op.review_period_seconds === undefined || op.review_period_seconds < expiration - now,
    '!o.review_period_seconds || fc::seconds(*o.review_period_seconds) < (o.expiration_time - block_time)',
    'Proposal review period must be less than its overall lifetime.',
  );
}

type Approved = 'active' | 'owner' | 'keys';

const LISTS: readonly {
  readonly to: Approved;
  readonly add: 'active_approvals_to_add' | 'owner_approvals_to_add' | 'key_approvals_to_add';
  readonly remove: 'active_approvals_to_remove' | 'owner_approvals_to_remove' | 'key_approvals_to_remove';
  readonly compare: (a: string, b: string) => number;
}[] = [
  { to: 'active', add: 'active_approvals_to_add', remove: 'active_approvals_to_remove', compare: compareIds },
  { to: 'owner', add: 'owner_approvals_to_add', remove: 'owner_approvals_to_remove', compare: compareIds },
  { to: 'keys', add: 'key_approvals_to_add', remove: 'key_approvals_to_remove', compare: compareBytes },
];

/** proposal_update (23). */
export const proposalUpdate: Evaluator<23> = {
  validate(op) {
    const where = ['proposal.cpp', 59, 'validate'] as const;
    ensure(
      LISTS.some(({ add, remove }) => op[add].length + op[remove].length > 0),
      '!(active_approvals_to_add.empty() && active_approvals_to_remove.empty() && owner_approvals_to_add.empty() && owner_approvals_to_remove.empty() && key_approvals_to_add.empty() && key_approvals_to_remove.empty())',
      '',
      {},
      where,
    );
    for (const { add, remove } of LISTS) {
      ensure(
        op[add].every((each) => !op[remove].includes(each)),
        `${remove}.find(a) == ${remove}.end()`,
        'Cannot add and remove approval at the same time.',
        {},
        where,
      );
    }
  },
  evaluate(execution, op) {
    const { state, now } = execution;
    const proposal = state.get('proposal', op.proposal);
    checkApprovals(proposal, now, op);
    const changed: Partial<Record<Approved, readonly string[]>> = {};
    for (const { to, add, remove, compare } of LISTS) {
      const kept = [...proposal[to], ...op[add]].filter((each) => !op[remove].includes(each));
      changed[to] = [...new Set(kept)].sort(compare);
    }
    const updated = state.update('proposal', proposal.id, changed);
    if (updated.reviewFrom === undefined) tryProposal(execution, updated.id);
    return NOTHING;
  },
};

function checkApprovals(proposal: Objects['proposal'], now: number, op: Fields<23>): void {
  if (proposal.reviewFrom !== undefined && now >= proposal.reviewFrom) {
    ensure(
      op.active_approvals_to_add.length === 0 && op.owner_approvals_to_add.length === 0,
      'o.active_approvals_to_add.empty() && o.owner_approvals_to_add.empty()',
      'This proposal is in its review period. No new approvals may be added.',
    );
  }
  for (const { to, remove } of LISTS) {
    const available = proposal[to];
    const name = { active: 'active', owner: 'owner', keys: 'key' }[to];
    for (const id of op[remove]) {
      ensure(
        available.includes(id),
        `_proposal->available_${name}_approvals.find(id) != _proposal->available_${name}_approvals.end()`,
        '',
        { id, available },
        ['proposal_evaluator.cpp', 374, 'do_evaluate'],
      );
    }
  }
}

/** Whether the approvals satisfy every authority that the proposal needs, now. */
export function isAuthorised(state: State, proposal: Objects['proposal']): boolean {
  try {
    verifyAuthority(state, {
      operations: proposal.operations,
      keys: proposal.keys,
      approvals: { active: proposal.active, owner: proposal.owner },
      allowCommittee: true,
    });
    return true;
  } catch (error) {
    if (error instanceof NodeError) return false;
    throw error;
  }
}

/** Executes a proposal if it is authorised; notes why when that fails. */
function tryProposal(execution: Execution, id: ObjectId): void {
  const { state } = execution;
  if (!isAuthorised(state, state.get('proposal', id))) return;
  try {
    execution.executeProposal(id);
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    state.update('proposal', id, { failReason: error.message });
  }
}

/** What happens to proposals whose time is over, at the end of a block: a last try, then removal. */
export function expireProposals(execution: Execution): void {
  const { state, now } = execution;
  const due = state.where('proposal', (p) => p.expiration <= now).sort((a, b) => a.expiration - b.expiration);
  for (const { id } of due) {
    tryProposal(execution, id);
    if (state.find('proposal', id)) state.remove('proposal', id);
  }
}

/** proposal_delete (24): only an account whose authority the proposal needs may delete it, so no single witness can. */
export const proposalDelete: Evaluator<24> = {
  evaluate({ state }, op) {
    const proposal = state.get('proposal', op.proposal);
    const required = op.using_owner_authority ? proposal.requiredOwner : proposal.requiredActive;
    ensure(
      required.includes(op.fee_paying_account),
      'required_approvals->find(o.fee_paying_account) != required_approvals->end()',
      'Provided authority is not authoritative for this proposal.',
      { provided: op.fee_paying_account, required },
    );
    state.remove('proposal', proposal.id);
    return NOTHING;
  },
};
