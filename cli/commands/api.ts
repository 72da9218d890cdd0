import { Command } from '@oclif/core';
import { configOf, PROCESS_FLAGS } from '../base/settings.ts';

export default class Api extends Command {
  static override summary = 'Run the API, and a scheduler beside it, as one of several processes.';
  static override description =
    'Needs MongoDB and Redis, which the processes share. Of several schedulers one leads; --no-scheduler runs none here. Prints "ready http://HOST:PORT" on stderr once it can be used; SIGTERM or SIGINT end it.';
  static override flags = PROCESS_FLAGS;
  static override examples = ['<%= config.bin %> api --host 0.0.0.0 --port 8010'];

  async run(): Promise<void> {
    const { flags } = await this.parse(Api);
    const config = await configOf(flags);
    const { runSeparate } = await import('../../app/foreground.ts');
    await runSeparate(config, 'api');
  }
}
