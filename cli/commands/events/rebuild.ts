import { Flags } from '@oclif/core';
import { RemoteCommand } from '../../base/remote.ts';
import { messageJson } from '../../output/json.ts';
import { counted } from '../../output/text.ts';

export default class EventsRebuild extends RemoteCommand {
  static override summary =
    'Write the event documents of the Python suite anew from incidents and decisions.';
  static override description =
    'For tools that read them: this suite itself reads incidents and decisions. They are kept only where the store is MongoDB. It may be repeated, and takes minutes where there are many events.';
  static override flags = {
    timeout: Flags.integer({
      description: 'Seconds until it is given up; what is written by then stays.',
      default: 3600,
      min: 1,
      helpGroup: 'GLOBAL',
      helpValue: 'SECONDS',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(EventsRebuild);
    const { admin } = await this.client(flags, 'changes');
    const answer = await admin.rebuildEvents({});
    if (flags.json) {
      const { RebuildEventsResponseSchema } = await import('../../../gen/bos/v1/admin_service_pb.js');
      this.printJson(messageJson(RebuildEventsResponseSchema, answer));
      return;
    }
    this.log(`rebuilt the documents of ${counted(answer.events, 'event')}`);
  }
}
