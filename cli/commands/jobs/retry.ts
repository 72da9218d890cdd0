import { Args, Flags } from '@oclif/core';
import { CommandFailure } from '../../base/failure.ts';
import { RemoteCommand } from '../../base/remote.ts';

export default class JobsRetry extends RemoteCommand {
  static override summary = 'Have delayed or failed calls decided again now.';
  static override strict = false;
  static override args = {
    id: Args.string({ description: 'Job, as bos jobs list names it; several may be given.' }),
  };
  static override flags = {
    'all-failed': Flags.boolean({ description: 'All that failed.' }),
  };
  static override examples = ['<%= config.bin %> jobs retry --all-failed'];

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(JobsRetry);
    const ids = argv.map(String);
    const allFailed = flags['all-failed'] ?? false;
    if (allFailed === ids.length > 0) {
      const got = allFailed ? 'both' : 'neither';
      throw new CommandFailure(
        2,
        `expected either ids of jobs or --all-failed, got ${got}: bos jobs list tells them`,
      );
    }
    const { admin } = await this.client(flags, 'changes');
    const { jobIds } = await admin.retryJobs({ jobIds: ids, allFailed });
    if (flags.json) this.printJson({ job_ids: jobIds });
    else if (jobIds.length === 0) this.log('(none)');
    else for (const id of jobIds) this.log(`decided again: ${id}`);
  }
}
