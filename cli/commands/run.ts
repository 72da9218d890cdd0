import { Command } from '@oclif/core';
import { configOf, PROCESS_FLAGS } from '../base/settings.ts';

export default class Run extends Command {
  static override summary = 'Run a witness in one process: API, worker and scheduler.';
  static override description =
    'Flags win over BOS_* variables, those over config.yaml. Prints "ready http://HOST:PORT" on stderr once it can be used; SIGTERM or SIGINT end it.';
  static override flags = PROCESS_FLAGS;
  static override examples = [
    '<%= config.bin %> run --network alice --sports-folder ./bookiesports --node ws://localhost:8090 --nobroadcast',
  ];

  async run(): Promise<void> {
    const { flags } = await this.parse(Run);
    const config = await configOf(flags);
    const { runWitness } = await import('../../app/foreground.ts');
    await runWitness(config);
  }
}
