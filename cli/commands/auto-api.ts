import { Command, Flags } from '@oclif/core';
import { configOf, PROCESS_FLAGS } from '../base/settings.ts';

export default class AutoApi extends Command {
  static override summary = 'Run a witness; without Redis and MongoDB the same as `bos run`.';
  static override flags = {
    ...PROCESS_FLAGS,
    debug: Flags.boolean({ description: 'Log everything.' }),
  };
  static override examples = ['<%= config.bin %> api --host 0.0.0.0 --port 8010'];

  async run(): Promise<void> {
    const { flags } = await this.parse(AutoApi);
    const config = await configOf(flags, flags.debug ? { 'logging.level': 'debug' } : {});
    this.logToStderr(
      'bos-auto api without Redis and MongoDB is bos run: API, worker and scheduler in this one process',
    );
    const { runWitness } = await import('../../app/foreground.ts');
    await runWitness(config);
  }
}
