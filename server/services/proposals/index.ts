import type { Context } from '../../../core/context.ts';
import { ProposalService } from '../../../gen/bos/v1/proposal_service_pb.js';
import type { Register } from '../../edge/rpc.ts';
import type { OurAccounts } from '../../use-cases/our-accounts.ts';
import type { Watching } from '../watch/watching.ts';
import { listProposals } from './list.ts';
import { watchProposals } from './watch.ts';

/** Registers what is built of the ProposalService. */
export function registerProposals(
  register: Register,
  ctx: Context,
  accounts: OurAccounts,
  watching: Watching,
): void {
  register(ProposalService, { ...listProposals(ctx, accounts), ...watchProposals(ctx, accounts, watching) });
}
