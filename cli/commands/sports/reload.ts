import { RemoteCommand } from '../../base/remote.ts';
import { messageJson } from '../../output/json.ts';

export default class SportsReload extends RemoteCommand {
  static override summary = 'Have the server read its sports data and local aliases again.';
  static override description =
    'Data that cannot be used are refused, and those in use stay. Workers that run as processes of their own are told by SIGHUP.';

  async run(): Promise<void> {
    const { flags } = await this.parse(SportsReload);
    const { sports } = await this.client(flags, 'changes');
    const answer = await sports.reloadSports({});
    if (flags.json) {
      const { ReloadSportsResponseSchema } = await import('../../../gen/bos/v1/sports_service_pb.js');
      this.printJson(messageJson(ReloadSportsResponseSchema, answer));
      return;
    }
    const { network = '', digest = '' } = answer.data ?? {};
    const change = answer.changed ? `changed, was ${answer.previousDigest}` : 'unchanged';
    this.log(`network ${network}, digest ${digest} (${change})`);
  }
}
