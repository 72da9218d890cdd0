import { Args, Flags } from '@oclif/core';
import { CommandFailure } from '../../base/failure.ts';
import { gather, LIST_FLAGS, moreHint } from '../../base/paging.ts';
import { RemoteCommand } from '../../base/remote.ts';
import { incidentText } from '../../output/incident.ts';
import { messageJson } from '../../output/json.ts';

export default class IncidentsShow extends RemoteCommand {
  static override summary = 'Show incidents in full.';
  static override description =
    'Without arguments: all, newest first. The unique string may be the canonical one or the one that was sent.';
  static override args = {
    unique_string: Args.string({ description: 'Canonical unique_string, or as it was sent.' }),
    provider: Args.string({ description: 'Only of this provider.' }),
  };
  static override flags = {
    ...LIST_FLAGS,
    filter: Flags.string({
      description: 'Only those whose unique_string contains this text.',
      helpValue: 'TEXT',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IncidentsShow);
    if (args.unique_string !== undefined && flags.filter !== undefined) {
      throw new CommandFailure(2, 'expected either a unique string or --filter, got both: leave out one');
    }
    const { incidents } = await this.client(flags);
    const { unique_string: uniqueString, provider } = args;
    const found =
      uniqueString === undefined
        ? await gather(flags, async (page) => {
            const answer = await incidents.listIncidents({
              filter: { contains: flags.filter ?? '' },
              ...page,
            });
            return { items: answer.incidents, nextPageToken: answer.nextPageToken };
          })
        : {
            items: (
              await incidents.getIncident({ uniqueString, ...(provider === undefined ? {} : { provider }) })
            ).incidents,
            nextPageToken: '',
          };
    if (flags.json) {
      const { StoredIncidentSchema } = await import('../../../gen/bos/v1/incident_pb.js');
      this.printJson(
        found.items.map((incident) => messageJson(StoredIncidentSchema, incident)),
        found.nextPageToken,
      );
      return;
    }
    this.log(found.items.length === 0 ? '(none)' : found.items.map(incidentText).join('\n\n'));
    const more = moreHint(found);
    if (more !== undefined) this.logToStderr(more);
  }
}
