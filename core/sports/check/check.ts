import { compareCodePoints } from '../../incidents/code-points.ts';
import { makeSportsData } from '../load.ts';
import { readNetworkFiles } from '../network-files.ts';
import type { SportsProblem } from '../yaml-file.ts';
import { errorsBetween } from './errors.ts';
import { warningsOf } from './warnings.ts';

/** All that there is to say about a data set. */
export interface SportsReport {
  readonly network: string;
  /** Digest of the data set; absent when it cannot be used. */
  readonly digest?: string;
  /** With any of these the data set is refused. In the order of files and lines. */
  readonly errors: readonly SportsProblem[];
  /** What is odd and can be used all the same. In the order of files and lines. */
  readonly warnings: readonly SportsProblem[];
}

/**
 * Checks the data set of one network as its loader does, and looks for what is odd in it; tells everything at once.
 * Costs about a second: gradings are tried on every final score.
 * @param folder in the bookiesports format: a folder per network
 * @throws BosError `configuration` when the folder cannot be read or does not hold the network
 */
export async function checkSports(folder: string, network: string): Promise<SportsReport> {
  const files = await readNetworkFiles(folder, network);
  const errors = [...files.problems, ...errorsBetween(files)].sort(byPlace);
  const warnings = [...(await warningsOf(files))].sort(byPlace);
  const data = errors.length === 0 ? makeSportsData(files) : undefined;
  return { network, ...(data ? { digest: data.digest } : {}), errors, warnings };
}

function byPlace(a: SportsProblem, b: SportsProblem): number {
  return compareCodePoints(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0);
}
