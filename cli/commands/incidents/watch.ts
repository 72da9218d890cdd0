import { Flags } from '@oclif/core';
import { callArgument } from '../../base/values.ts';
import { WATCH_FLAGS, WatchCommand } from '../../base/watch.ts';
import { incidentLine } from '../../output/incident-line.ts';
import { messageJson } from '../../output/json.ts';

export default class IncidentsWatch extends WatchCommand {
  static override summary = 'Show incidents as they are stored, until Ctrl-C.';
  static override description =
    'Goes on after a break without missing any. With --json each line is {"data": ..., "cursor": ...}.';
  static override flags = {
    ...WATCH_FLAGS,
    call: Flags.string({ description: 'Only this call.', helpValue: 'CALL' }),
    provider: Flags.string({ description: 'Only of this provider.', multiple: true, helpValue: 'NAME' }),
    event: Flags.string({ description: 'Only of this event (id).', helpValue: 'ID' }),
  };
  static override examples = [
    '<%= config.bin %> incidents watch',
    '<%= config.bin %> incidents watch --call result --json',
  ];

  async run(): Promise<void> {
    const { flags } = await this.parse(IncidentsWatch);
    const filter = {
      eventId: flags.event ?? '',
      calls: flags.call === undefined ? [] : [callArgument(flags.call)],
      providers: flags.provider ?? [],
    };
    const { StoredIncidentSchema } = await import('../../../gen/bos/v1/incident_pb.js');
    await this.watch(
      flags,
      ({ incidents }, cursor, options) => incidents.watchIncidents({ filter, cursor }, options),
      ({ incident }) =>
        incident && { text: incidentLine(incident), data: messageJson(StoredIncidentSchema, incident) },
    );
  }
}
