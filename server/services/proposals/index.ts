import type { ChainView } from '../../../core/chain/types.ts';
import type { Context } from '../../../core/context.ts';
import { BosError } from '../../../core/errors.ts';
import { startPaging } from '../../../core/store/paging.ts';
import type { ProposalFilter } from '../../../gen/bos/v1/proposal_pb.js';
import { ProposalService } from '../../../gen/bos/v1/proposal_service_pb.js';
import type { Register } from '../../edge/rpc.ts';
import { pageRequest } from '../../map/page.ts';
import {
  approversOf,
  type FoundProposal,
  instanceOf,
  proposalMessage,
  proposalState,
} from '../../map/proposal.ts';
import type { OurAccounts } from '../../use-cases/our-accounts.ts';
import { proposalEvents } from '../../use-cases/proposal-events.ts';

/** Registers what is built of the ProposalService: ListProposals and GetProposal. */
export function registerProposals(register: Register, ctx: Context, accounts: OurAccounts): void {
  const messages = async (view: ChainView, found: readonly FoundProposal[]) => {
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

  register(ProposalService, {
    async listProposals(request) {
      const { filter } = request;
      const view = viewOf(ctx);
      const paging = startPaging(
        {
          list: 'proposals',
          filter: filter && [filter.eventId, filter.proposer, filter.states],
          key: ['number'],
        },
        pageRequest(request),
      );
      const [last] = paging.after ?? [];
      const found = (await filtered(ctx, allProposals(view), filter))
        .filter(({ proposal }) => last === undefined || instanceOf(proposal.id) < last)
        .sort((a, b) => instanceOf(b.proposal.id) - instanceOf(a.proposal.id));
      const page = paging.page(
        found.slice(0, paging.limit),
        ({ proposal }) => [instanceOf(proposal.id)],
        (one) => one,
      );
      return { proposals: await messages(view, page.items), nextPageToken: page.nextPageToken ?? '' };
    },
    async getProposal({ proposalId }) {
      const view = viewOf(ctx);
      const found = allProposals(view).find(({ proposal }) => proposal.id === proposalId);
      if (!found) {
        throw new BosError(
          'not_found',
          `no proposal "${proposalId}" is on chain or closed lately: see ListProposals`,
        );
      }
      const [proposal] = await messages(view, [found]);
      return proposal ? { proposal } : {};
    },
  });
}

function viewOf(ctx: Pick<Context, 'chain'>): ChainView {
  const view = ctx.chain.view();
  if (view) return view;
  const { problem } = ctx.chain.state();
  throw new BosError(
    'unavailable',
    `the chain is not known yet${problem ? `: ${problem}` : ''}; try again later`,
  );
}

/** Open ones, and closed ones that did not come back. */
function allProposals(view: ChainView): FoundProposal[] {
  const open = view.proposals().map((proposal) => ({ proposal }));
  const ids = new Set(open.map(({ proposal }) => proposal.id));
  const closed = view.closedProposals().filter(({ proposal }) => !ids.has(proposal.id));
  return [...open, ...closed.map((one) => ({ proposal: one.proposal, closed: one }))];
}

async function filtered(
  ctx: Context,
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
