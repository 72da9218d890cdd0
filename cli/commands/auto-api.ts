import { Command, Flags } from '@oclif/core';
import { configOf, PROCESS_FLAGS } from '../base/settings.ts';

export default class AutoApi extends Command {
  static override summary = 'Run the API and the scheduler; without Redis and MongoDB the same as `bos run`.';
  static override flags = {
    ...PROCESS_FLAGS,
    debug: Flags.boolean({ description: 'Log everything.' }),
  };
  static override examples = ['<%= config.bin %> api --host 0.0.0.0 --port 8010'];

  async run(): Promise<void> {
    const { flags } = await this.parse(AutoApi);
    const config = await configOf(flags, flags.debug ? { 'logging.level': 'debug' } : {});
    const [{ isShared }, { runSeparate, runWitness }] = await Promise.all([
      import('../../core/config/backends.ts'),
      import('../../app/foreground.ts'),
    ]);
    if (isShared(config)) return runSeparate(config, 'api');
    this.logToStderr(
      'bos-auto api without Redis and MongoDB is bos run: API, worker and scheduler in this one process',
    );
    await runWitness(config);
  }
}
