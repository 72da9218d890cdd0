import { gather, LIST_FLAGS, moreHint } from '../../base/paging.ts';
import { RemoteCommand } from '../../base/remote.ts';
import { messageJson } from '../../output/json.ts';
import { unknownNameRow } from '../../output/sports.ts';
import { aligned } from '../../output/text.ts';

export default class SportsUnknown extends RemoteCommand {
  static override summary =
    'List names that came in and that no sport, league or team answers to, latest first.';
  static override flags = LIST_FLAGS;

  async run(): Promise<void> {
    const { flags } = await this.parse(SportsUnknown);
    const { sports } = await this.client(flags);
    const found = await gather(flags, async (page) => {
      const answer = await sports.listUnknownNames(page);
      return { items: answer.names, nextPageToken: answer.nextPageToken };
    });
    if (flags.json) {
      const { UnknownNameSchema } = await import('../../../gen/bos/v1/sports_pb.js');
      const data = found.items.map((name) => messageJson(UnknownNameSchema, name));
      this.printJson(data, found.nextPageToken);
      return;
    }
    const head = ['kind', 'name', 'sport', 'times', 'last', 'providers', 'nearest'];
    this.log(aligned(head, found.items.map(unknownNameRow)));
    const more = moreHint(found);
    if (more !== undefined) this.logToStderr(more);
  }
}
