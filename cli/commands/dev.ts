import { Command, Flags } from '@oclif/core';
import { configOf, PROCESS_FLAGS } from '../base/settings.ts';

/** Of the settings, those that are not given by the chain. */
const SETTINGS = ['config', 'data-dir', 'host', 'port'];

export default class Dev extends Command {
  static override summary =
    'Run a simulated chain with one witness, and our witness for it, with sports data synced.';
  static override description =
    'Everything in one process, to try things out. The chain starts from nothing each time, so what an earlier run left in the data folder is put aside in it.';
  static override flags = {
    ...Object.fromEntries(Object.entries(PROCESS_FLAGS).filter(([name]) => SETTINGS.includes(name))),
    'devnet-port': Flags.integer({
      description: 'Port of the chain; 0 = any free one.',
      helpValue: 'PORT',
      default: 8090,
      min: 0,
    }),
    'block-interval': Flags.string({
      description: 'Time between blocks, in whole seconds.',
      helpValue: 'TIME',
      default: '1s',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Dev);
    const settings = await configOf(flags);
    const { blockInterval } = await import('../base/duration.ts');
    const { runDev } = await import('../../app/foreground.ts');
    await runDev(settings, {
      port: flags['devnet-port'],
      blockIntervalMs: blockInterval(flags['block-interval']),
    });
  }
}
