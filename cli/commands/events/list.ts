import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Flags } from '@oclif/core';
import { Call } from '../../../gen/bos/v1/call_pb.js';
import { gather, LIST_FLAGS, moreHint } from '../../base/paging.ts';
import { RemoteCommand } from '../../base/remote.ts';
import { callArgument, statusArgument, timeArgument } from '../../base/values.ts';
import { callsSummary } from '../../output/event.ts';
import { messageJson } from '../../output/json.ts';
import { aligned, when } from '../../output/text.ts';

export default class EventsList extends RemoteCommand {
  static override summary = 'List matches with the status of their calls, latest start first.';
  static override flags = {
    ...LIST_FLAGS,
    call: Flags.string({ description: 'Only matches that have this call.', helpValue: 'CALL' }),
    status: Flags.string({
      description: 'Only matches with this status (of the call, if one is given).',
      multiple: true,
      helpValue: 'STATUS',
    }),
    from: Flags.string({ description: 'Only matches that start at it or later.', helpValue: 'TIME' }),
    before: Flags.string({ description: 'Only matches that start before it.', helpValue: 'TIME' }),
    filter: Flags.string({ description: 'Only matches whose id contains this text.', helpValue: 'TEXT' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(EventsList);
    const from = timeArgument('--from', flags.from);
    const before = timeArgument('--before', flags.before);
    const filter = {
      call: flags.call === undefined ? Call.UNSPECIFIED : callArgument(flags.call),
      statuses: (flags.status ?? []).map(statusArgument),
      contains: flags.filter ?? '',
      startTime: {
        ...(from === undefined ? {} : { from: timestampFromDate(from) }),
        ...(before === undefined ? {} : { before: timestampFromDate(before) }),
      },
    };
    const { events } = await this.client(flags);
    const found = await gather(flags, async (page) => {
      const answer = await events.listEvents({ filter, ...page });
      return { items: answer.events, nextPageToken: answer.nextPageToken };
    });
    if (flags.json) {
      const { EventSchema } = await import('../../../gen/bos/v1/event_pb.js');
      const data = found.items.map((event) => messageJson(EventSchema, event));
      this.printJson(data, found.nextPageToken);
      return;
    }
    const rows = found.items.map((event) => [when(event.startTime), event.id, callsSummary(event)]);
    this.log(aligned(['start', 'event', 'calls'], rows));
    const more = moreHint(found);
    if (more !== undefined) this.logToStderr(more);
  }
}
