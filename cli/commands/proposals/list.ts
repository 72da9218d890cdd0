import { Flags } from '@oclif/core';
import { gather, LIST_FLAGS, moreHint } from '../../base/paging.ts';
import { RemoteCommand } from '../../base/remote.ts';
import { proposalStateArgument } from '../../base/values.ts';
import { messageJson } from '../../output/json.ts';
import { proposalRow } from '../../output/proposal.ts';
import { aligned } from '../../output/text.ts';

export default class ProposalsList extends RemoteCommand {
  static override summary = 'List proposals that need witness-account, highest id first.';
  static override flags = {
    ...LIST_FLAGS,
    event: Flags.string({ description: 'Only those related to this event (id).', helpValue: 'ID' }),
    proposer: Flags.string({ description: 'Only of this account, by name or id.', helpValue: 'ACCOUNT' }),
    state: Flags.string({
      description: 'Only in this state: open, executed, failed, expired or gone.',
      multiple: true,
      helpValue: 'STATE',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(ProposalsList);
    const filter = {
      eventId: flags.event ?? '',
      proposer: flags.proposer ?? '',
      states: (flags.state ?? []).map(proposalStateArgument),
    };
    const { proposals } = await this.client(flags);
    const found = await gather(flags, async (page) => {
      const answer = await proposals.listProposals({ filter, ...page });
      return { items: answer.proposals, nextPageToken: answer.nextPageToken };
    });
    if (flags.json) {
      const { ProposalSchema } = await import('../../../gen/bos/v1/proposal_pb.js');
      const data = found.items.map((proposal) => messageJson(ProposalSchema, proposal));
      this.printJson(data, found.nextPageToken);
      return;
    }
    const head = ['proposal', 'state', 'proposer', 'approved', 'by us', 'expires', 'operations'];
    this.log(aligned(head, found.items.map(proposalRow)));
    const more = moreHint(found);
    if (more !== undefined) this.logToStderr(more);
  }
}
