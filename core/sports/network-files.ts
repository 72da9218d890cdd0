import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { BosError } from '../errors.ts';
import { compareCodePoints } from '../incidents/code-points.ts';
import { networkSchema } from './schema.ts';
import { readSportFiles, type SportFiles } from './sport-files.ts';
import { type CheckedFile, type ParsedYaml, readYaml, type SportsProblem } from './yaml-file.ts';

/** The files of a network's data set, each checked by itself. */
export interface NetworkFiles {
  readonly network: string;
  /** The network's own folder. */
  readonly folder: string;
  readonly index: CheckedFile<z.output<typeof networkSchema>> | undefined;
  /** In the order of their folders' names. */
  readonly sports: readonly SportFiles[];
  /** What is wrong in single files. */
  readonly problems: readonly SportsProblem[];
}

/**
 * Reads the files of a network's data set.
 * @param folder in the bookiesports format: a folder per network
 * @param known contents of files that need no parsing
 * @throws BosError `configuration` when the folder cannot be read or does not hold the network
 */
export async function readNetworkFiles(
  folder: string,
  network: string,
  known?: ParsedYaml,
): Promise<NetworkFiles> {
  const networks = await foldersWithIndex(folder);
  if (!networks.includes(network)) {
    throw new BosError(
      'configuration',
      `expected sports data of network "${network}" in ${folder}, found ${networks.join(', ') || 'no network'}: set "network" or "sports_folder"`,
      { network, networks },
    );
  }
  const networkFolder = join(folder, network);
  const problems: SportsProblem[] = [];
  const index = await readYaml(
    join(networkFolder, 'index.yaml'),
    'index.yaml',
    networkSchema,
    problems,
    known,
  );
  const sports: SportFiles[] = [];
  for (const name of await foldersWithIndex(networkFolder)) {
    sports.push(await readSportFiles(networkFolder, name, problems, known));
  }
  return { network, folder: networkFolder, index, sports, problems };
}

/**
 * The sub-folders that have an index.yaml, sorted.
 * @throws BosError `configuration` when the folder cannot be read
 */
export async function foldersWithIndex(folder: string): Promise<readonly string[]> {
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
