import { RemoteCommand } from '../base/remote.ts';
import { messageJson } from '../output/json.ts';
import { statusText } from '../output/status.ts';

export default class StatusCommand extends RemoteCommand {
  static override summary =
    'Show how a witness stands: chain, accounts, signing, work, and what needs a person.';

  async run(): Promise<void> {
    const { flags } = await this.parse(StatusCommand);
    const client = await this.client(flags);
    const { status } = await client.status.getStatus({});
    if (status === undefined) return;
    if (flags.json) {
      const { StatusSchema } = await import('../../gen/bos/v1/status_pb.js');
      this.printJson(messageJson(StatusSchema, status));
    } else {
      this.log(statusText(status));
    }
  }
}
