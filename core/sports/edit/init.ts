import { cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BosError } from '../../errors.ts';
import { jsonSchemas } from '../json-schema.ts';
import { defaultSportsFolder } from '../load.ts';

/**
 * Makes the folder of a new network from our template, and beside it the JSON Schemas for editors.
 * @param chainId 64 lower-case hexadecimal digits, or `*` for any chain
 * @returns the network's folder
 * @throws BosError `conflict` when the folder is there, `invalid` for a name or chain id that cannot be one
 */
export async function initNetwork(folder: string, network: string, chainId: string): Promise<string> {
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(network) || network === 'schema') {
    throw new BosError(
      'invalid',
      `expected the name of a network in small letters, digits, "-" and "_", got "${network}"`,
      { field: 'network' },
    );
  }
  if (!/^(\*|[0-9a-f]{64})$/.test(chainId)) {
    throw new BosError(
      'invalid',
      `expected a chain id of 64 lower-case hexadecimal digits, or "*", got "${chainId}"`,
      { field: 'chain_id' },
    );
  }
  const target = join(folder, network);
  const isThere = await stat(target).then(
    () => true,
    () => false,
  );
  if (isThere) throw new BosError('conflict', `${target} is there already: name another network or folder`);
  await mkdir(folder, { recursive: true });
  await cp(join(defaultSportsFolder(), 'template'), target, { recursive: true });
  const index = join(target, 'index.yaml');
  const text = await readFile(index, 'utf8');
  await writeFile(index, text.replace(/^chain_id:.*$/m, `chain_id: "${chainId}"`));
  await writeSchemas(join(folder, 'schema'));
  return target;
}

/** Writes a JSON Schema per kind of file, `<kind>.json`, into a folder, which is made where there is none. */
export async function writeSchemas(folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const files = Object.entries(jsonSchemas());
  for (const [kind, schema] of files) {
    await writeFile(join(folder, `${kind}.json`), `${JSON.stringify(schema, null, 2)}\n`);
  }
  return files.map(([kind]) => `${kind}.json`);
}
