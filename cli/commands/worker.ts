import { Args, Command } from '@oclif/core';
import { configOf, PROCESS_FLAGS } from '../base/settings.ts';

export default class Worker extends Command {
  static override summary = 'Run a worker as one of several processes.';
  static override description =
    'Needs MongoDB and Redis, which the processes share. As many as wanted may run, on any machines. Prints "ready worker" on stderr once it takes work; SIGTERM or SIGINT end it.';
  static override args = {
    queue: Args.string({ description: 'Ignored: there is one queue for all calls.', hidden: true }),
  };
  static override flags = PROCESS_FLAGS;
  static override examples = ['<%= config.bin %> worker --concurrency 16'];

  async run(): Promise<void> {
    const { flags } = await this.parse(Worker);
    const config = await configOf(flags);
    const { runSeparate } = await import('../../app/foreground.ts');
    await runSeparate(config, 'worker');
  }
}
