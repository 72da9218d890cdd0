import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { BosError } from '../errors.ts';
import { canonicalJson } from './canonical-json.ts';
import { errorsBetween } from './check/errors.ts';
import { makeSport } from './make-sport.ts';
import { foldersWithIndex, type NetworkFiles, readNetworkFiles } from './network-files.ts';
import type { SportsData } from './types.ts';
import type { ParsedYaml, SportsProblem } from './yaml-file.ts';

/** The data sets that come with the package. */
export function defaultSportsFolder(): string {
  return fileURLToPath(new URL('./data', import.meta.url));
}

/**
 * What the files of our own data sets hold, as the build of the package writes it down beside them; nothing in a
 * checkout, where all of them are parsed. Only for our own: the texts of others are what witnesses review.
 */
export async function parsedOwnFiles(): Promise<ParsedYaml> {
  try {
    const text = await readFile(new URL(PARSED_FILE, import.meta.url), 'utf8');
    // Written by script/parse-sports.ts.
    return new Map(Object.entries(JSON.parse(text) as Record<string, unknown>));
  } catch {
    // It only saves time: without it the files are parsed.
    return new Map();
  }
}

/** Where the build puts it, beside this file. */
export const PARSED_FILE = './data.json';

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
 * @param known contents of files that need no parsing
 * @throws BosError `configuration`; details: `problems`, all that is wrong, each with file, path, line and message
 */
export async function loadSportsData(
  folder: string,
  network: string,
  known?: ParsedYaml,
): Promise<SportsData> {
  const files = await readNetworkFiles(folder, network, known);
  const problems = [...files.problems, ...errorsBetween(files)];
  const data = makeSportsData(files);
  if (!data || problems.length > 0) throw broken(files.folder, problems);
  return data;
}

/** The data set that files describe, with its digest; broken files are left out. Undefined without an index. */
export function makeSportsData({ network, index, sports }: NetworkFiles): SportsData | undefined {
  if (!index) return undefined;
  const made = sports.flatMap((files) => makeSport(files) ?? []);
  const data = { network, chainId: index.data.chain_id, sports: made };
  return { ...data, digest: createHash('sha256').update(canonicalJson(data)).digest('hex') };
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
