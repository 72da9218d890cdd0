import { Flags } from '@oclif/core';
import { RemoteCommand } from '../../base/remote.ts';
import { messageJson } from '../../output/json.ts';
import { differenceText } from '../../output/sports.ts';
import { counted } from '../../output/text.ts';

export default class SportsDiff extends RemoteCommand {
  static override summary = 'Show what differs between the data in use and the chain, per language.';
  static override flags = {
    sport: Flags.string({ description: 'Only this sport.', helpValue: 'SPORT' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(SportsDiff);
    const { sports } = await this.client(flags);
    const answer = await sports.diffSports({ sport: flags.sport ?? '' });
    if (flags.json) {
      const { DiffSportsResponseSchema } = await import('../../../gen/bos/v1/sports_service_pb.js');
      this.printJson(messageJson(DiffSportsResponseSchema, answer));
      return;
    }
    const network = answer.data?.network ?? '';
    for (const difference of answer.differences) this.log(differenceText(difference));
    const covered = answer.differences.filter((one) => one.proposalIds.length > 0).length;
    this.log(
      answer.inSync
        ? `${network}: data and chain are in sync`
        : `${network}: ${counted(answer.differences.length, 'difference')}, ${covered} in open proposals`,
    );
  }
}
