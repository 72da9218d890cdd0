import { Flags } from '@oclif/core';
import { gather, LIST_FLAGS, moreHint } from '../../base/paging.ts';
import { RemoteCommand } from '../../base/remote.ts';
import { jobStateArgument } from '../../base/values.ts';
import { JOB_HEAD, jobRow } from '../../output/job.ts';
import { messageJson } from '../../output/json.ts';
import { aligned } from '../../output/text.ts';

export default class JobsList extends RemoteCommand {
  static override summary =
    'List calls that are due, wait or failed, in the order in which they will be taken.';
  static override flags = {
    ...LIST_FLAGS,
    event: Flags.string({ description: 'Only of this event (id).', helpValue: 'ID' }),
    state: Flags.string({
      description: 'Only in this state: due, running, delayed or failed.',
      multiple: true,
      helpValue: 'STATE',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(JobsList);
    const filter = { eventId: flags.event ?? '', states: (flags.state ?? []).map(jobStateArgument) };
    const { admin } = await this.client(flags);
    const found = await gather(flags, async (page) => {
      const answer = await admin.listJobs({ ...filter, ...page });
      return { items: answer.jobs, nextPageToken: answer.nextPageToken };
    });
    if (flags.json) {
      const { JobSchema } = await import('../../../gen/bos/v1/admin_pb.js');
      const data = found.items.map((job) => messageJson(JobSchema, job));
      this.printJson(data, found.nextPageToken);
      return;
    }
    this.log(aligned(JOB_HEAD, found.items.map(jobRow)));
    const more = moreHint(found);
    if (more !== undefined) this.logToStderr(more);
  }
}
