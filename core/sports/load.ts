import { createHash } from 'node:crypto';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BosError } from '../errors.ts';
import { compareCodePoints } from '../incidents/code-points.ts';
import { canonicalJson } from './canonical-json.ts';
import { loadSport } from './load-sport.ts';
import { networkSchema } from './schema.ts';
import type { Sport, SportsData } from './types.ts';
import { readYaml, type SportsProblem } from './yaml-file.ts';

/** The data sets that come with the package. */
export function defaultSportsFolder(): string {
  return fileURLToPath(new URL('./data', import.meta.url));
}

/**
 * The networks that a folder in the bookiesports format holds: its sub-folders with an index.yaml, sorted.
 * @throws BosError `configuration` when the folder cannot be read
 */
export async function availableNetworks(folder: string): Promise<readonly string[]> {
  return foldersWithIndex(folder);
}

/**
 * Loads and checks the data set of one network. What the index files do not list is ignored. The same files give the
 * same value and digest, whatever the order in which the system lists them.
 * @param folder in the bookiesports format: a folder per network
 * @throws BosError `configuration`; details: `problems`, all that is wrong, each with file, path, line and message
 */
export async function loadSportsData(folder: string, network: string): Promise<SportsData> {
  const networks = await availableNetworks(folder);
  if (!networks.includes(network)) {
    throw new BosError(
      'configuration',
      `expected sports data of network "${network}" in ${folder}, found ${networks.join(', ') || 'no network'}: set "network" or "sports_folder"`,
      { network, networks },
    );
  }
  const networkFolder = join(folder, network);
  const problems: SportsProblem[] = [];
  const index = await readYaml(join(networkFolder, 'index.yaml'), 'index.yaml', networkSchema, problems);
  const sports: Sport[] = [];
  for (const name of await foldersWithIndex(networkFolder)) {
    const sport = await loadSport(networkFolder, name, problems);
    if (sport) sports.push(sport);
  }
  if (!index || problems.length > 0) throw broken(networkFolder, problems);
  const data = { network, chainId: index.data.chain_id, sports };
  return { ...data, digest: createHash('sha256').update(canonicalJson(data)).digest('hex') };
}

async function foldersWithIndex(folder: string): Promise<readonly string[]> {
  let names: string[];
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    names = entries.filter((entry) => !entry.isFile()).map((entry) => entry.name);
  } catch (error) {
    throw new BosError(
      'configuration',
      `expected a folder in the bookiesports format at ${folder}: ${String(error)}: set "sports_folder"`,
      { folder },
      { cause: error },
    );
  }
  const found: string[] = [];
  for (const name of names.sort(compareCodePoints)) {
    const hasIndex = await access(join(folder, name, 'index.yaml')).then(
      () => true,
      () => false,
    );
    if (hasIndex) found.push(name);
  }
  return found;
}

function broken(folder: string, problems: readonly SportsProblem[]): BosError {
  const lines = problems.map(({ file, line, path, message }) => {
    const place = line === undefined ? file : `${file}:${line}`;
    return `  ${place}: ${path === '' ? '' : `${path}: `}${message}`;
  });
  return new BosError('configuration', [`sports data in ${folder} cannot be used:`, ...lines].join('\n'), {
    problems,
  });
}
