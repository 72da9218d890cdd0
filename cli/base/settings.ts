import { Flags } from '@oclif/core';
import type { FlagInput } from '@oclif/core/interfaces';
import { SETTINGS } from '../../core/config/settings.ts';
import type { Config } from '../../core/config/types.ts';

/** Flags of every command that starts a process here; those of the table of settings, by their names there. */
export const PROCESS_FLAGS: FlagInput = processFlags();

function processFlags(): FlagInput {
  const flags: FlagInput = {
    config: Flags.string({
      description: 'Configuration file (not given: BOS_CONFIG, else ./config.yaml if there is one).',
      helpValue: 'FILE',
    }),
  };
  for (const { flag, description, type, default: value } of SETTINGS) {
    if (flag === undefined) continue;
    if (type === 'yes_no') {
      flags[flag] = Flags.boolean({ description, allowNo: value === true });
    } else {
      const shown = value === undefined ? '' : ` [default: ${[value].flat().join(', ')}]`;
      flags[flag] = Flags.string({ description: `${description}${shown}`, helpValue: 'VALUE' });
    }
  }
  return flags;
}

/**
 * The configuration that flags, environment and file make; what there is to warn about and what was chosen
 * for reasons goes to stderr. `forced` wins over everything, by key of the table.
 */
export async function configOf(
  flags: Readonly<Record<string, unknown>>,
  forced: Readonly<Record<string, unknown>> = {},
): Promise<Config> {
  const { loadConfig } = await import('../../core/config/load.ts');
  const byKey = Object.fromEntries(
    SETTINGS.flatMap(({ key, flag }) => (flag === undefined ? [] : [[key, flags[flag]]])),
  );
  const file = typeof flags.config === 'string' ? flags.config : undefined;
  const { config, warnings, notes } = loadConfig({ file, env: process.env, flags: { ...byKey, ...forced } });
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  for (const note of notes) process.stderr.write(`${note}\n`);
  return config;
}
