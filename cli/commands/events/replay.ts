import { Args } from '@oclif/core';
import { RemoteCommand } from '../../base/remote.ts';
import { callArgument, statusArgument } from '../../base/values.ts';

export default class EventsReplay extends RemoteCommand {
  static override summary = 'Have the calls of a match decided again, finished ones too.';
  static override args = {
    event_id: Args.string({ description: 'Id of the event, as `events list` shows it.', required: true }),
    call: Args.string({ description: 'Only this call; not given = all that have incidents.' }),
    status: Args.string({ description: 'Only if the call has this status, e.g. undecided.' }),
  };
  static override examples = [
    '<%= config.bin %> events replay 2030-03-16t230000z__ice-hockey__nhl-regular-season__washington-capitals__new-york-islanders result',
  ];

  async run(): Promise<void> {
    const { args, flags } = await this.parse(EventsReplay);
    const { events } = await this.client(flags, 'changes');
    const { jobIds } = await events.replayEvent({
      eventId: args.event_id,
      calls: args.call === undefined ? [] : [callArgument(args.call)],
      statuses: args.status === undefined ? [] : [statusArgument(args.status)],
    });
    if (flags.json) this.printJson({ job_ids: jobIds });
    else for (const id of jobIds) this.log(`decided again: ${id}`);
  }
}
