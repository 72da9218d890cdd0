import { Command } from '@oclif/core';
import { configOf, PROCESS_FLAGS } from '../base/settings.ts';

export default class Scheduler extends Command {
  static override summary = 'Run a scheduler as one of several processes.';
  static override description =
    'Needs MongoDB and Redis, which the processes share. Several may run: one leads, the others take over when it stops. Prints "ready scheduler" on stderr; SIGTERM or SIGINT end it.';
  static override flags = PROCESS_FLAGS;

  async run(): Promise<void> {
    const { flags } = await this.parse(Scheduler);
    // A configuration that keeps the scheduler out of the API's process is for this one as well.
    const config = await configOf(flags, { 'scheduler.enabled': true });
    const { runSeparate } = await import('../../app/foreground.ts');
    await runSeparate(config, 'scheduler');
  }
}
