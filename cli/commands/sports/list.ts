import { RemoteCommand } from '../../base/remote.ts';
import { messageJson } from '../../output/json.ts';
import { aligned, when } from '../../output/text.ts';

export default class SportsList extends RemoteCommand {
  static override summary = 'List the sports and leagues of the data in use.';

  async run(): Promise<void> {
    const { flags } = await this.parse(SportsList);
    const client = await this.client(flags);
    const { data, sports } = await client.sports.listSports({});
    if (flags.json) {
      const { SportSummarySchema } = await import('../../../gen/bos/v1/sports_pb.js');
      this.printJson(sports.map((sport) => messageJson(SportSummarySchema, sport)));
      return;
    }
    const rows = sports.map((sport) => [
      sport.identifier,
      sport.chainId || 'not on chain',
      String(sport.participantCount),
      sport.eventGroups.join(', '),
    ]);
    this.log(`network ${data?.network ?? ''}, digest ${data?.digest ?? ''}`);
    if (data !== undefined && data.problem !== '') {
      this.log(`refused since ${when(data.problemSince)}, those above stay in use: ${data.problem}`);
    }
    this.log(aligned(['sport', 'on chain', 'teams', 'leagues'], rows));
  }
}
