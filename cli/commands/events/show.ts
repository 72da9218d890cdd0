import { Args } from '@oclif/core';
import { RemoteCommand } from '../../base/remote.ts';
import { eventText } from '../../output/event.ts';
import { messageJson } from '../../output/json.ts';

export default class EventsShow extends RemoteCommand {
  static override summary =
    'Show one match: its calls and why they stand as they do, its incidents, what is on chain.';
  static override args = {
    event_id: Args.string({ description: 'Id of the event, as `events list` shows it.', required: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(EventsShow);
    const { events } = await this.client(flags);
    const answer = await events.getEvent({ eventId: args.event_id });
    if (flags.json) {
      const { GetEventResponseSchema } = await import('../../../gen/bos/v1/event_service_pb.js');
      this.printJson(messageJson(GetEventResponseSchema, answer));
    } else if (answer.event !== undefined) {
      this.log(eventText(answer.event, answer.incidents));
    }
  }
}
