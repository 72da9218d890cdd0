import { Flags } from '@oclif/core';
import { Call } from '../../../gen/bos/v1/call_pb.js';
import { callArgument, statusArgument } from '../../base/values.ts';
import { WATCH_FLAGS, WatchCommand } from '../../base/watch.ts';
import { eventLine } from '../../output/event-line.ts';
import { messageJson } from '../../output/json.ts';

export default class EventsWatch extends WatchCommand {
  static override summary =
    'Show matches as their incidents, decisions or chain objects change, until Ctrl-C.';
  static override description =
    'Goes on after a break without missing any. With --json each line is {"data": ..., "cursor": ...}.';
  static override flags = {
    ...WATCH_FLAGS,
    event: Flags.string({ description: 'Only this match (id).', multiple: true, helpValue: 'ID' }),
    call: Flags.string({ description: 'Only matches that have this call.', helpValue: 'CALL' }),
    status: Flags.string({
      description: 'Only matches with this status (of the call, if one is given).',
      multiple: true,
      helpValue: 'STATUS',
    }),
    filter: Flags.string({ description: 'Only matches whose id contains this text.', helpValue: 'TEXT' }),
  };
  static override examples = [
    '<%= config.bin %> events watch',
    '<%= config.bin %> events watch --status undecided --json',
  ];

  async run(): Promise<void> {
    const { flags } = await this.parse(EventsWatch);
    const filter = {
      call: flags.call === undefined ? Call.UNSPECIFIED : callArgument(flags.call),
      statuses: (flags.status ?? []).map(statusArgument),
      contains: flags.filter ?? '',
    };
    const eventIds = flags.event ?? [];
    const { EventSchema } = await import('../../../gen/bos/v1/event_pb.js');
    await this.watch(
      flags,
      ({ events }, cursor, options) => events.watchEvents({ filter, eventIds, cursor }, options),
      ({ event }) => event && { text: eventLine(event), data: messageJson(EventSchema, event) },
    );
  }
}
