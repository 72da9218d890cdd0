import { readFile, stat } from 'node:fs/promises';
import { BosError } from '../errors.ts';
import { DEVNET_CHAIN_ID } from './devnet-chain.ts';
import { PrivateKey } from './keys.ts';

/** Keys by the name of the account whose active authority they satisfy. */
export type Keys = ReadonlyMap<string, PrivateKey>;

/**
 * Reads a plain key file: a JSON object of account names and WIF texts, of mode 0600. Throws `configuration` for a
 * chain that is not a devnet (a plain file is no place for keys worth money), for a file that others can read, and for
 * what is not such an object.
 */
export async function loadKeyFile(path: string, chainId: string): Promise<Keys> {
  if (chainId !== DEVNET_CHAIN_ID) {
    throw new BosError(
      'configuration',
      `${path}: keys from a plain file are for devnets only, the chain is ${chainId}`,
    );
  }
  const { mode } = await stat(path).catch((error: Error) => {
    throw new BosError('configuration', `${path}: cannot be read: ${error.message}`, {}, { cause: error });
  });
  const permissions = (mode & 0o777).toString(8).padStart(4, '0');
  if (permissions !== '0600') {
    throw new BosError('configuration', `${path}: expected mode 0600, got ${permissions}: chmod 600 ${path}`);
  }
  const entries = parse(path, await readFile(path, 'utf8'));
  return new Map(
    entries.map(([account, wif]) => {
      if (typeof wif !== 'string')
        throw new BosError('configuration', `${path}: expected a WIF text for ${account}`);
      try {
        return [account, PrivateKey.fromWif(wif)];
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new BosError('configuration', `${path}: the key of ${account}: ${reason}`);
      }
    }),
  );
}

function parse(path: string, text: string): [string, unknown][] {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  } catch {
    // The parser's message would quote the text, that is, keys.
  }
  throw new BosError('configuration', `${path}: expected a JSON object like {"account": "5..."}`);
}
