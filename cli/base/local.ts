import { Args, Command, Flags } from '@oclif/core';

/** A command that works on files here and talks to no server. */
export abstract class LocalCommand extends Command {
  static override baseFlags = {
    json: Flags.boolean({ description: 'Print JSON: {"data": ...}.', helpGroup: 'GLOBAL' }),
  };

  /** Prints `{"data": ..., "next_page_token": ""}`, as remote commands do. */
  protected printJson(data: unknown): void {
    this.log(JSON.stringify({ data, next_page_token: '' }, null, 2));
  }
}

/** The argument of every command on a data set. */
export const DATA_SET_ARG = Args.string({
  description: 'Folder of a network, or folder with a folder per network.',
  required: true,
});

/** The flag that goes with it. */
export const NETWORK_FLAG = Flags.string({
  description: 'Network, where the folder has several.',
  helpValue: 'NAME',
});
