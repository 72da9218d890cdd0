import { Args, Flags } from '@oclif/core';
import { RemoteCommand } from '../../base/remote.ts';
import { callArgument, statusArgument } from '../../base/values.ts';
import { messageJson } from '../../output/json.ts';
import { callText, standing } from '../../output/text.ts';

export default class EventsSetStatus extends RemoteCommand {
  static override summary = 'End a call of a match by hand: nothing more is done for it.';
  static override description =
    'Until its next incident, or until it is asked for by `events replay` or `incidents resend`. Approvals that we gave stay.';
  static override args = {
    event_id: Args.string({ description: 'Id of the event, as `events list` shows it.', required: true }),
    call: Args.string({ description: 'The call, e.g. result.', required: true }),
    status: Args.string({ description: 'manually_finalized', required: true }),
  };
  static override flags = {
    reason: Flags.string({ description: 'Why; kept with the decision.', helpValue: 'TEXT' }),
  };
  static override examples = [
    '<%= config.bin %> events set-status 2030-03-16t230000z__ice-hockey__nhl-regular-season__washington-capitals__new-york-islanders result manually_finalized --reason "settled by hand"',
  ];

  async run(): Promise<void> {
    const { args, flags } = await this.parse(EventsSetStatus);
    const call = callArgument(args.call);
    const status = statusArgument(args.status);
    const { events } = await this.client(flags, 'changes');
    const answer = await events.setCallStatus({
      eventId: args.event_id,
      call,
      status,
      reason: flags.reason ?? '',
    });
    if (flags.json) {
      const { SetCallStatusResponseSchema } = await import('../../../gen/bos/v1/event_service_pb.js');
      this.printJson(messageJson(SetCallStatusResponseSchema, answer));
    } else if (answer.eventCall !== undefined) {
      this.log(`${callText(answer.eventCall.call)}: ${standing(answer.eventCall)}`);
    }
  }
}
