import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ChainView } from '../../../core/chain/types.ts';
import type { Context } from '../../../core/context.ts';
import { BosError } from '../../../core/errors.ts';
import type { ProposalFilter, ProposalSchema } from '../../../gen/bos/v1/proposal_pb.js';
import { approversOf, type FoundProposal, proposalMessage, proposalState } from '../../map/proposal.ts';
import type { OurAccounts } from '../../use-cases/our-accounts.ts';
import { proposalEvents } from '../../use-cases/proposal-events.ts';

/** Makes messages of proposals, with the names of accounts and the events they belong to. */
export function proposalMessages(
  ctx: Pick<Context, 'store' | 'chain'>,
  accounts: OurAccounts,
): (view: ChainView, found: readonly FoundProposal[]) => Promise<MessageInitShape<typeof ProposalSchema>[]> {
  return async (view, found) => {
    const ids = found.flatMap(({ proposal }) => [proposal.proposer, ...approversOf(proposal)]);
    const [names, proposer, approver, events] = await Promise.all([
      ctx.chain.accountNames([...new Set(ids)]),
      accounts.proposer(),
      accounts.approver(),
      proposalEvents(ctx),
    ]);
    const eventIds = (id: string) => events.get(id) ?? [];
    return found.map((one) =>
      proposalMessage(one, { view, names, proposer: proposer?.id, approver: approver?.id, eventIds }),
    );
  };
}

/**
 * The present view.
 * @throws BosError unavailable before the first one
 */
export function viewOf(ctx: Pick<Context, 'chain'>): ChainView {
  const view = ctx.chain.view();
  if (view) return view;
  const { problem } = ctx.chain.state();
  throw new BosError(
    'unavailable',
    `the chain is not known yet${problem ? `: ${problem}` : ''}; try again later`,
  );
}

/** Open ones, and closed ones that did not come back. */
export function allProposals(view: ChainView): FoundProposal[] {
  const open = view.proposals().map((proposal) => ({ proposal }));
  const ids = new Set(open.map(({ proposal }) => proposal.id));
  const closed = view.closedProposals().filter(({ proposal }) => !ids.has(proposal.id));
  return [...open, ...closed.map((one) => ({ proposal: one.proposal, closed: one }))];
}

/** Those that the filter lets through. */
export async function filtered(
  ctx: Pick<Context, 'store' | 'chain'>,
  found: readonly FoundProposal[],
  filter: ProposalFilter | undefined,
): Promise<FoundProposal[]> {
  if (!filter) return [...found];
  const { eventId, proposer, states } = filter;
  const events = eventId === '' ? undefined : await proposalEvents(ctx);
  const isId = /^\d+\.\d+\.\d+$/.test(proposer);
  const proposerId = proposer === '' || isId ? proposer : ((await ctx.chain.account(proposer))?.id ?? 'none');
  return found.filter(
    (one) =>
      (states.length === 0 || states.includes(proposalState(one))) &&
      (proposerId === '' || one.proposal.proposer === proposerId) &&
      (events === undefined || (events.get(one.proposal.id) ?? []).includes(eventId)),
  );
}
