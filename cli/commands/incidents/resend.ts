import { Args, Flags } from '@oclif/core';
import { RemoteCommand } from '../../base/remote.ts';

export default class IncidentsResend extends RemoteCommand {
  static override summary = 'Have the call of a stored incident decided again.';
  static override args = {
    unique_string: Args.string({
      description: 'Canonical unique_string, or as it was sent.',
      required: true,
    }),
    provider: Args.string({ description: 'Provider; not given = all that sent it.' }),
  };
  static override flags = {
    url: Flags.string({
      description: 'Address of the server as the Python suite has it, e.g. http://localhost:8010/trigger.',
      helpValue: 'URL',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IncidentsResend);
    const { incidents } = await this.client({ ...flags, server: flags.url ?? flags.server }, 'changes');
    const key = { uniqueString: args.unique_string, provider: args.provider ?? '' };
    const { jobIds } = await incidents.resendIncidents({ incidents: [key] });
    if (flags.json) this.printJson({ job_ids: jobIds });
    else for (const id of jobIds) this.log(`decided again: ${id}`);
  }
}
