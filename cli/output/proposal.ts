import { type Proposal, ProposalState } from '../../gen/bos/v1/proposal_pb.js';
import { counted, fields, when } from './text.ts';

/** Name of an account where it is known, else its id. */
const nameOf = (account: { readonly id: string; readonly name: string } | undefined) =>
  account === undefined ? '' : account.name || account.id;

/** `open`, `executed`, ... */
export function stateText(state: ProposalState): string {
  return (ProposalState[state] ?? '').toLowerCase();
}

/** `7 of 12` */
export function weightText(proposal: Proposal): string {
  return `${proposal.approvedWeight} of ${proposal.threshold}`;
}

/** `event_create, 2 betting_market_group_create` */
export function operationsSummary(proposal: Proposal): string {
  const counts = new Map<string, number>();
  for (const { name } of proposal.operations) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} ${name}`)).join(', ');
}

/** What became of approvals in the block in which a proposal went is not known, so only open ones tell theirs. */
const isOpen = (proposal: Proposal) => proposal.closedBlock === 0;

/** A row for lists. */
export function proposalRow(proposal: Proposal): readonly string[] {
  return [
    proposal.id,
    stateText(proposal.state),
    `${nameOf(proposal.proposer)}${proposal.ours ? ' (ours)' : ''}`,
    isOpen(proposal) ? weightText(proposal) : '-',
    isOpen(proposal) ? (proposal.ourApproval ? 'yes' : 'no') : '-',
    when(proposal.expiration),
    operationsSummary(proposal),
  ];
}

/** One proposal for people, with its operations. */
export function proposalText(proposal: Proposal): string {
  const approvals = proposal.approvals.map(
    (approval) => `${approval.accountName || approval.accountId} (weight ${approval.weight})`,
  );
  const closed =
    proposal.closedBlock === 0
      ? ''
      : `block ${proposal.closedBlock}${proposal.irreversible ? ', irreversible' : ''}`;
  return fields([
    ['proposal', proposal.id],
    ['state', stateText(proposal.state)],
    ['closed in', closed],
    ['proposer', `${nameOf(proposal.proposer)}${proposal.ours ? ' (ours)' : ''}`],
    ['expires', when(proposal.expiration)],
    [
      'approved',
      isOpen(proposal) ? `${weightText(proposal)}${proposal.ourApproval ? ', by us too' : ''}` : '',
    ],
    [counted(approvals.length, 'approval'), approvals.join('\n')],
    [
      'looked at',
      proposal.eligible ? 'yes' : proposal.ineligibleReasons.map((reason) => reason.text).join('\n') || 'no',
    ],
    ['failed', proposal.failReason],
    ['events', proposal.eventIds.join('\n')],
    [
      'operations',
      proposal.operations.map((operation, n) => `${n}  ${operation.name} ${operation.json}`).join('\n'),
    ],
  ]);
}
