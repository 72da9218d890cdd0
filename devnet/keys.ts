import { rename, writeFile } from 'node:fs/promises';
import { PrivateKey } from '../core/chain/keys.ts';
import { keyText } from './wire/keys.ts';

/** Every key of a devnet is the hash of this text, a blank and the account's name: published, so worth nothing. */
export const DEVNET_KEY_SEED = 'bookie-oracle-suite devnet key';

/** The published private key of an account on any devnet of ours. */
export function devnetKey(account: string): PrivateKey {
  return PrivateKey.fromSeed(`${DEVNET_KEY_SEED} ${account}`);
}

/** Text of the public key that belongs to `devnetKey`. */
export function devnetPublicKey(account: string): string {
  return keyText(devnetKey(account).publicKey());
}

/** Writes `{account: wif}` for the named accounts, readable by the owner only (mode 0600), replacing the file whole. */
export async function writeKeyFile(path: string, accounts: readonly string[]): Promise<void> {
  const keys = Object.fromEntries(accounts.map((name) => [name, devnetKey(name).toWif()]));
  const draft = `${path}.${process.pid}.new`;
  await writeFile(draft, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
}
