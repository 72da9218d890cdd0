import { Args } from '@oclif/core';
import { RemoteCommand } from '../../base/remote.ts';
import { messageJson } from '../../output/json.ts';
import { sportText } from '../../output/sport.ts';

export default class SportsShow extends RemoteCommand {
  static override summary =
    'Show a sport of the data in use: leagues, teams with their names, market groups, rules.';
  static override args = {
    sport: Args.string({ description: 'Identifier, name or alias.', required: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SportsShow);
    const client = await this.client(flags);
    const { sport } = await client.sports.getSport({ sport: args.sport });
    if (sport === undefined) return;
    if (flags.json) {
      const { SportSchema } = await import('../../../gen/bos/v1/sports_pb.js');
      this.printJson(messageJson(SportSchema, sport));
    } else {
      this.log(sportText(sport));
    }
  }
}
