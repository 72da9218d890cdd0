import type { Context } from '../../../core/context.ts';
import { BosError } from '../../../core/errors.ts';
import { startPaging } from '../../../core/store/paging.ts';
import type { ProposalService } from '../../../gen/bos/v1/proposal_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { pageRequest } from '../../map/page.ts';
import { instanceOf } from '../../map/proposal.ts';
import type { OurAccounts } from '../../use-cases/our-accounts.ts';
import { allProposals, filtered, proposalMessages, viewOf } from './find.ts';

/** ListProposals and GetProposal. */
export function listProposals(
  ctx: Pick<Context, 'store' | 'chain'>,
  accounts: OurAccounts,
): Implementation<typeof ProposalService> {
  const messages = proposalMessages(ctx, accounts);

  return {
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
  };
}
