import { join } from 'node:path';
import { foldersWithIndex } from '../network-files.ts';
import type { SportFiles } from '../sport-files.ts';
import type { SportsProblem } from '../yaml-file.ts';

/** Leagues that the index does not list, and files that no league that is listed comes to. */
export async function unusedWarnings(
  networkFolder: string,
  { folder, index, eventGroups, participants, marketGroups, rules }: SportFiles,
): Promise<readonly SportsProblem[]> {
  if (!index) return [];
  const leagues = [...eventGroups.values()].flatMap((file) => (file ? [file.data] : []));
  const usedGroups = new Set(leagues.flatMap(({ bettingmarketgroups }) => bettingmarketgroups));
  const usedRules = new Set([...usedGroups].map((key) => marketGroups.get(key)?.data.rules));
  const usedTeams = new Set(leagues.map((league) => league.participants));
  const unused = (kind: string, files: ReadonlyMap<string, unknown>, used: ReadonlySet<string | undefined>) =>
    [...files.keys()]
      .filter((key) => !used.has(key))
      .map(
        (key): SportsProblem => ({
          file: `${folder}/${kind}/${key}.yaml`,
          path: '',
          message: 'expected a league in use to need this file, found none',
        }),
      );
  const found = await foldersWithIndex(join(networkFolder, folder));
  const drafts = found.filter((name) => !eventGroups.has(name));
  return [
    ...drafts.map(
      (name): SportsProblem => ({
        file: `${folder}/${name}/index.yaml`,
        path: '',
        message: `expected "${name}" in eventgroups of ${folder}/index.yaml: a league that is not listed is ignored`,
      }),
    ),
    ...unused('participants', participants, usedTeams),
    ...unused('bettingmarketgroups', marketGroups, usedGroups),
    // Rules go on chain whether a league needs them or not.
    ...unused('rules', rules, usedRules),
  ];
}
