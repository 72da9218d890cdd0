import type { SportFiles } from '../sport-files.ts';
import type { CheckedFile, SportsProblem } from '../yaml-file.ts';

/** Names that refer to nothing, and numbers of markets that do not fit each other. */
export function referenceErrors(sport: SportFiles): readonly SportsProblem[] {
  return [...marketGroupErrors(sport), ...eventGroupErrors(sport)];
}

function marketGroupErrors({ marketGroups, rules }: SportFiles): readonly SportsProblem[] {
  const found: SportsProblem[] = [];
  for (const [key, file] of marketGroups) {
    if (!file) continue;
    const { data } = file;
    const count = data.bettingmarkets.length;
    if (data.number_betting_markets !== count) {
      found.push(
        file.problem(['number_betting_markets'], `expected ${count}, the number of markets in this file`),
      );
    }
    const itsRules = rules.get(data.rules);
    if (!rules.has(data.rules)) {
      found.push(file.problem(['rules'], `expected the name of a file in rules, got "${data.rules}"`));
    } else if (itsRules && itsRules.data.grading.resolutions.length !== count) {
      found.push(
        itsRules.problem(
          ['grading', 'resolutions'],
          `expected ${count}, one per market of market group ${key}`,
        ),
      );
    }
  }
  return found;
}

function eventGroupErrors(sport: SportFiles): readonly SportsProblem[] {
  const { folder, eventGroups, marketGroups, participants } = sport;
  const found: SportsProblem[] = [];
  for (const file of eventGroups.values()) {
    if (!file) continue;
    if (!participants.has(file.data.participants)) {
      found.push(missing(file, ['participants'], `${folder}/participants`, file.data.participants));
    }
    for (const [at, key] of file.data.bettingmarketgroups.entries()) {
      if (marketGroups.has(key)) continue;
      found.push(missing(file, ['bettingmarketgroups', at], `${folder}/bettingmarketgroups`, key));
    }
  }
  return found;
}

function missing<T>(
  file: CheckedFile<T>,
  path: readonly PropertyKey[],
  folder: string,
  key: string,
): SportsProblem {
  return file.problem(path, `expected the name of a file in ${folder}, got "${key}"`);
}
