import assert from 'node:assert/strict';
import { Parser } from '@oclif/core';
import { COMMANDS } from '../../cli/commands.ts';
import { OTHER_VARIABLES, SETTINGS, variablesOf } from '../../core/config/settings.ts';

/** Fails unless `bos ...args` is a command line that the command line interface takes. */
export async function assertCommandLine(args: readonly string[]): Promise<void> {
  const [id = '', ...rest] = args;
  const load = COMMANDS.bos[id];
  assert.ok(load, `bos ${args.join(' ')}: there is no command "${id}"`);
  const command = await load();
  await Parser.parse([...rest], { flags: command.flags, args: command.args, strict: true });
}

/** Fails unless the environment may set something by that name. */
export function assertVariable(name: string): void {
  const known = [...SETTINGS.flatMap(variablesOf), ...Object.keys(OTHER_VARIABLES)];
  assert.ok(known.includes(name), `${name} sets nothing`);
}
