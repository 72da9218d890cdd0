import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ChainProposal, ChainView, ClosedProposal, ObjectId } from '../../core/chain/types.ts';
import { approvingWeight } from '../../core/decide/agreement/authority.ts';
import { expirationOf, ineligibility } from '../../core/decide/agreement/eligibility.ts';
import { type ProposalSchema, ProposalState } from '../../gen/bos/v1/proposal_pb.js';
import { operationMessage } from './operation.ts';
import { timestamp, timestampFromText } from './time.ts';

/** A proposal as the mirror has it, open or closed. */
export interface FoundProposal {
  readonly proposal: ChainProposal;
  /** How it went; absent while it is on chain. */
  readonly closed?: ClosedProposal;
}

/** What the API tells of proposals besides what is on chain. */
export interface ProposalSurroundings {
  readonly view: ChainView;
  readonly names: ReadonlyMap<ObjectId, string>;
  readonly proposer: ObjectId | undefined;
  readonly approver: ObjectId | undefined;
  eventIds(proposal: ObjectId): readonly string[];
}

/** How a proposal stands. */
export function proposalState({ proposal, closed }: FoundProposal): ProposalState {
  switch (closed?.outcome) {
    case undefined:
      return proposal.fail_reason ? ProposalState.FAILED : ProposalState.OPEN;
    case 'executed':
      return ProposalState.EXECUTED;
    case 'expired':
      return ProposalState.EXPIRED;
    case 'unknown':
      return ProposalState.GONE;
  }
}

/** A proposal for the API. */
export function proposalMessage(
  found: FoundProposal,
  { view, names, proposer, approver, eventIds }: ProposalSurroundings,
): MessageInitShape<typeof ProposalSchema> {
  const { proposal, closed } = found;
  const problem = closed ? 'it is not on chain any more' : ineligibility(view, proposal);
  const approvers = approversOf(proposal);
  return {
    id: proposal.id,
    proposer: { id: proposal.proposer, name: names.get(proposal.proposer) ?? '' },
    ours: proposal.proposer === proposer,
    state: proposalState(found),
    expiration: timestamp(expirationOf(proposal)),
    reviewPeriod: timestampFromText(proposal.review_period_time && `${proposal.review_period_time}Z`),
    operations: proposal.proposed_transaction.operations.map(operationMessage),
    approvals: approvers.map((accountId) => ({
      accountId,
      accountName: names.get(accountId) ?? '',
      weight: view.authority.weights.get(accountId) ?? 0,
    })),
    approvedWeight: approvingWeight(view, proposal),
    threshold: view.authority.threshold,
    failReason: proposal.fail_reason ?? '',
    eligible: problem === undefined,
    ineligibleReasons: problem === undefined ? [] : [{ code: 'not_eligible', text: problem }],
    eventIds: [...eventIds(proposal.id)],
    ourApproval: approver !== undefined && approvers.includes(approver),
    closedBlock: closed?.block ?? 0,
    irreversible: closed !== undefined && closed.block <= view.irreversible,
  };
}

/** Accounts that approve it, by id. */
export function approversOf(proposal: ChainProposal): ObjectId[] {
  const all = new Set([...proposal.available_active_approvals, ...proposal.available_owner_approvals]);
  return [...all].sort((a, b) => instanceOf(a) - instanceOf(b));
}

/** Number of an id within its type. */
export function instanceOf(id: ObjectId): number {
  return Number(id.slice(id.lastIndexOf('.') + 1));
}
