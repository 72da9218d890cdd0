import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Args, Flags } from '@oclif/core';
import { gather, LIST_FLAGS, moreHint } from '../../base/paging.ts';
import { RemoteCommand } from '../../base/remote.ts';
import { callArgument, timeArgument } from '../../base/values.ts';
import { incidentsTable } from '../../output/incidents-table.ts';
import { messageJson } from '../../output/json.ts';

export default class IncidentsList extends RemoteCommand {
  static override summary = 'Show stored incidents by match and call.';
  static override description =
    'BEGIN and END restrict the start of the match: RFC 3339 or YYYY-MM-DD, END excluded.';
  static override args = {
    begin: Args.string({ description: 'Only matches that start at it or later.' }),
    end: Args.string({ description: 'Only matches that start before it.' }),
  };
  static override flags = {
    ...LIST_FLAGS,
    call: Flags.string({ description: 'Only this call.', helpValue: 'CALL' }),
    provider: Flags.string({ description: 'Only of this provider.', multiple: true, helpValue: 'NAME' }),
    event: Flags.string({ description: 'Only of this event (id).', helpValue: 'ID' }),
  };
  static override examples = [
    '<%= config.bin %> incidents list',
    '<%= config.bin %> incidents list 2026-03-01 2026-04-01',
  ];

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IncidentsList);
    const from = timeArgument('BEGIN', args.begin);
    const before = timeArgument('END', args.end);
    const filter = {
      eventId: flags.event ?? '',
      calls: flags.call === undefined ? [] : [callArgument(flags.call)],
      providers: flags.provider ?? [],
      startTime: {
        ...(from === undefined ? {} : { from: timestampFromDate(from) }),
        ...(before === undefined ? {} : { before: timestampFromDate(before) }),
      },
    };
    const { incidents } = await this.client(flags);
    const found = await gather(flags, async (page) => {
      const answer = await incidents.listIncidents({ filter, ...page });
      return { items: answer.incidents, nextPageToken: answer.nextPageToken };
    });
    if (flags.json) {
      const { StoredIncidentSchema } = await import('../../../gen/bos/v1/incident_pb.js');
      const data = found.items.map((incident) => messageJson(StoredIncidentSchema, incident));
      this.printJson(data, found.nextPageToken);
      return;
    }
    this.log(incidentsTable(found.items));
    const more = moreHint(found);
    if (more !== undefined) this.logToStderr(more);
  }
}
