import type { NetworkFiles } from '../network-files.ts';
import type { SportsProblem } from '../yaml-file.ts';
import { assetWarnings } from './assets.ts';
import { gradingWarnings } from './gradings.ts';
import { nameWarnings, sportNameWarnings } from './names.ts';
import { schemeWarnings } from './schemes.ts';
import { unreadWarnings } from './unread.ts';
import { unusedWarnings } from './unused.ts';

/** What is odd in a data set that can be used: most likely a mistake, and somebody should look at it. */
export async function warningsOf(files: NetworkFiles): Promise<readonly SportsProblem[]> {
  const checks = [unreadWarnings, nameWarnings, schemeWarnings, assetWarnings, gradingWarnings];
  const unused = await Promise.all(files.sports.map((sport) => unusedWarnings(files.folder, sport)));
  return [
    ...sportNameWarnings(files),
    ...files.sports.flatMap((sport) => checks.flatMap((check) => check(sport))),
    ...unused.flat(),
  ];
}
