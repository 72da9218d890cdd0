import { operationKeys } from '../core/chain/operation-key.ts';
import { type AccountRef, CORE_ASSET, OP, type Operation } from '../core/chain/types.ts';
import type { ApprovalChange, Decision } from '../core/decide/types.ts';

/** The variable part of a submission: what is sent and what it holds (agreement rule I). */
export interface Contents {
  readonly operations: readonly Operation[];
  readonly holds: readonly string[];
}

/** The broadcaster puts in what the schedule asks. */
const NO_FEE = { amount: 0, asset_id: CORE_ASSET };

/**
 * The approvals of one decision as ONE transaction, withdrawals first: it fails whole when what is withdrawn has just
 * executed, so nobody ever carries two twins (agreement rule A). It holds all approvals of the event: while a change is
 * on its way, a view shows our approvals as they were, and what is decided on it could approve a twin of what we have
 * just approved. Undefined when there is nothing to change.
 */
export function approvalContents(
  eventId: string,
  approvals: readonly ApprovalChange[],
  approver: AccountRef,
): Contents | undefined {
  const withdrawals = approvals.filter((change) => change.action === 'withdraw');
  const additions = approvals.filter((change) => change.action === 'add' || change.action === 'poke');
  const changes = [...withdrawals, ...additions];
  if (changes.length === 0) return undefined;
  return {
    operations: changes.map((change) => proposalUpdate(change, approver)),
    holds: [
      `approvals:${eventId}`,
      ...changes.map((change) =>
        change.action === 'withdraw' ? `withdraw:${change.proposal}` : `approve:${change.proposal}`,
      ),
    ],
  };
}

function proposalUpdate(change: ApprovalChange, approver: AccountRef): Operation {
  const withdraw = change.action === 'withdraw';
  return [
    OP.proposal_update,
    {
      fee: NO_FEE,
      fee_paying_account: approver.id,
      proposal: change.proposal,
      active_approvals_to_add: withdraw ? [] : [approver.id],
      active_approvals_to_remove: withdraw ? [approver.id] : [],
      owner_approvals_to_add: [],
      owner_approvals_to_remove: [],
      key_approvals_to_add: [],
      key_approvals_to_remove: [],
      extensions: [],
    },
  ];
}

/** The one proposal of a decision; it holds the content keys of what it proposes. Undefined when there is none. */
export function proposalContents(propose: Decision['propose'], proposer: AccountRef): Contents | undefined {
  if (!propose || propose.operations.length === 0) return undefined;
  return {
    operations: [
      [
        OP.proposal_create,
        {
          fee: NO_FEE,
          fee_paying_account: proposer.id,
          expiration_time: propose.expiration.toISOString().slice(0, 19),
          proposed_ops: propose.operations.map((op) => ({ op })),
          extensions: [],
        },
      ],
    ],
    holds: operationKeys(propose.operations),
  };
}
