import type { Command } from '@oclif/core';
import { COMMANDS, type CommandLoader } from './commands.ts';

/** What oclif wants where it has to know all commands: for help, and for what is no command. */
async function loaded(
  loaders: Readonly<Record<string, CommandLoader>>,
): Promise<Record<string, Command.Class>> {
  const entries = Object.entries(loaders).map(async ([id, load]) => [id, await load()] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** All commands of `bos`. */
export const BOS = await loaded(COMMANDS.bos);
/** All commands of `bos-auto`. */
export const BOS_AUTO = await loaded(COMMANDS['bos-auto']);
