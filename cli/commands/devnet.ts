import { Command, Flags } from '@oclif/core';
import { blockInterval } from '../base/duration.ts';

export default class Devnet extends Command {
  static override summary = 'Run a simulated Peerplays chain behind the JSON-RPC of a node.';
  static override description =
    'Prints "ready ws://HOST:PORT" on stderr once it can be used. Its accounts and their keys are written to the key file, mode 0600.';
  static override flags = {
    host: Flags.string({ description: 'Address to listen on.', helpValue: 'ADDRESS', default: '127.0.0.1' }),
    port: Flags.integer({
      description: 'Port to listen on; 0 = any free one.',
      helpValue: 'PORT',
      default: 8090,
      min: 0,
      max: 65535,
    }),
    witnesses: Flags.integer({
      description: 'How many active witnesses.',
      helpValue: 'N',
      default: 5,
      min: 1,
      max: 100,
    }),
    'block-interval': Flags.string({
      description: 'Time between blocks, in whole seconds.',
      helpValue: 'TIME',
      default: '1s',
    }),
    state: Flags.string({
      description: 'Keep the chain in this file; not given: it starts from nothing each time.',
      helpValue: 'FILE',
    }),
    keys: Flags.string({
      description: 'Where to write the keys of its accounts to.',
      default: './data/keys.json',
      helpValue: 'FILE',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Devnet);
    const { runDevnet } = await import('../../app/foreground.ts');
    await runDevnet({
      host: flags.host,
      port: flags.port,
      witnesses: flags.witnesses,
      blockIntervalMs: blockInterval(flags['block-interval']),
      keysFile: flags.keys,
      stateFile: flags.state,
    });
  }
}
