import { Args, Flags } from '@oclif/core';
import { LocalCommand } from '../../base/local.ts';

export default class SportsInit extends LocalCommand {
  static override summary = 'Make the data folder of a new network from a small template.';
  static override description =
    'It holds one sport with one league to change, with comments that say what is what; JSON Schemas for editors are put beside it.';
  static override args = {
    folder: Args.string({
      description: 'Folder with a folder per network; made if missing.',
      required: true,
    }),
    network: Args.string({ description: 'Name of the network.', required: true }),
  };
  static override flags = {
    'chain-id': Flags.string({
      description: 'Id of its chain, or * for any.',
      default: '0'.repeat(64),
      helpValue: 'HEX',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SportsInit);
    const { initNetwork } = await import('../../../core/sports/edit/init.ts');
    const folder = await initNetwork(args.folder, args.network, flags['chain-id']);
    if (flags.json) this.printJson({ folder });
    else this.log(`made ${folder}: change it, then bos sports check ${folder}`);
  }
}
