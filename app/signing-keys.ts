import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DEVNET_CHAIN_ID } from '../core/chain/devnet-chain.ts';
import { type Keys, loadKeyFile } from '../core/chain/key-file.ts';
import type { Config } from '../core/config/types.ts';
import { BosError } from '../core/errors.ts';

/** Name of the key file in the data folder: `{account: wif}`, mode 0600, for development chains only. */
export const KEY_FILE = 'keys.json';

const OR_NOBROADCAST = 'or set nobroadcast to do everything but send nothing';

/**
 * The keys that this process signs with, or undefined where it signs nothing. A process that is to work must be able to
 * sign for proposer and approver, unless `nobroadcast` is set: `mustSign` refuses everything else, by `configuration`.
 * @param chainId of the sports data in use
 */
export async function signingKeys(
  config: Config,
  chainId: string,
  mustSign: boolean,
): Promise<Keys | undefined> {
  const path = join(config.dataDir, KEY_FILE);
  const there = existsSync(path);
  const required = mustSign && !config.nobroadcast;
  if (required && chainId !== DEVNET_CHAIN_ID) {
    throw new BosError(
      'configuration',
      `expected a wallet to sign with on network "${config.network}", got none, for the encrypted wallet is not built yet: set nobroadcast to do everything but send nothing, or use a devnet`,
    );
  }
  if (!there) {
    if (!required) return undefined;
    throw new BosError(
      'configuration',
      `expected the keys of proposer and approver in ${path}, got no such file: have bos devnet write it, ${OR_NOBROADCAST}`,
    );
  }
  if (chainId !== DEVNET_CHAIN_ID) return undefined;
  const keys = await loadKeyFile(path, chainId);
  if (required) requireAccounts(config, keys, path);
  return keys;
}

function requireAccounts(config: Config, keys: Keys, path: string): void {
  for (const role of ['proposer', 'approver'] as const) {
    const name = config[role];
    if (name === undefined) {
      throw new BosError(
        'configuration',
        `expected the name of an account for "${role}", got none: set it to one of ${[...keys.keys()].join(', ')}, ${OR_NOBROADCAST}`,
        { key: role },
      );
    }
    if (!keys.has(name)) {
      throw new BosError(
        'configuration',
        `expected the key of ${role} "${name}" in ${path}, got keys of ${[...keys.keys()].join(', ')}: add it, ${OR_NOBROADCAST}`,
        { key: role },
      );
    }
  }
}
