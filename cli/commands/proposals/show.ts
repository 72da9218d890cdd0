import { Args } from '@oclif/core';
import { RemoteCommand } from '../../base/remote.ts';
import { messageJson } from '../../output/json.ts';
import { proposalText } from '../../output/proposal.ts';

export default class ProposalsShow extends RemoteCommand {
  static override summary = 'Show one proposal with its operations and who approved it.';
  static override args = {
    proposal_id: Args.string({ description: 'Id of the proposal, 1.10.n.', required: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ProposalsShow);
    const { proposals } = await this.client(flags);
    const { proposal } = await proposals.getProposal({ proposalId: args.proposal_id });
    if (proposal === undefined) return;
    if (flags.json) {
      const { ProposalSchema } = await import('../../../gen/bos/v1/proposal_pb.js');
      this.printJson(messageJson(ProposalSchema, proposal));
    } else {
      this.log(proposalText(proposal));
    }
  }
}
