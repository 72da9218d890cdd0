import { Flags } from '@oclif/core';
import { RemoteCommand } from '../../base/remote.ts';
import { messageJson } from '../../output/json.ts';
import { differenceText } from '../../output/sports.ts';
import { counted } from '../../output/text.ts';

export default class SportsSync extends RemoteCommand {
  static override summary = 'Bring the bookiesports data onto the chain.';
  static override description =
    'The wish is kept until data and chain are in sync; peers have to approve what is proposed.';
  static override flags = {
    'dry-run': Flags.boolean({ description: 'Only tell what differs.' }),
    sport: Flags.string({ description: 'Only this sport.', helpValue: 'SPORT' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(SportsSync);
    const dryRun = flags['dry-run'];
    const { sports } = await this.client(flags, 'changes');
    const answer = await sports.syncSports({ dryRun, sport: flags.sport ?? '' });
    if (flags.json) {
      const { SyncSportsResponseSchema } = await import('../../../gen/bos/v1/sports_service_pb.js');
      this.printJson(messageJson(SyncSportsResponseSchema, answer));
      return;
    }
    const network = answer.data?.network ?? '';
    if (answer.inSync) {
      this.log(`${network}: data and chain are in sync`);
      return;
    }
    for (const difference of answer.differences) this.log(differenceText(difference));
    const asked = dryRun ? 'nothing was asked for' : `asked for ${answer.jobId}`;
    this.log(`${network}: ${counted(answer.differences.length, 'difference')}, ${asked}`);
    if (answer.proposalIds.length > 0)
      this.log(`open proposals with some of it: ${answer.proposalIds.join(', ')}`);
  }
}
