import { defaultSportsFolder, loadSportsData } from '../core/sports/load.ts';
import { makeNormalizer } from '../core/sports/normalizer.ts';
import type { SportsData } from '../core/sports/types.ts';
import { scanMatch } from '../test/core/sports/linear-scan.ts';
import { against, median, type Result } from './results.ts';

const ROUNDS = 5;
const SCANS = 2_000;
const LOOKUPS = 200_000;
const START = new Date('2026-11-03T20:00:00Z');

/** Names of a match as incidents have them. */
interface Names {
  readonly sport: string;
  readonly eventGroupName: string;
  readonly home: string;
  readonly away: string;
}

/** Finding the match of an incident's names by index, against a scan of the same data for the same names. */
export async function benchNormalizer(): Promise<readonly Result[]> {
  const data = await loadSportsData(defaultSportsFolder(), 'devnet');
  const normalizer = makeNormalizer(data);
  const names = everyTeam(data);
  const rate = (count: number, find: (names: Names) => unknown): number => {
    const begin = performance.now();
    for (let at = 0; at < count; at += 1) {
      const one = names[at % names.length];
      if (one === undefined || !find(one)) throw new Error('expected every match to be found');
    }
    return count / ((performance.now() - begin) / 1000);
  };
  const byIndex = (one: Names) => normalizer.match({ ...one, startTime: START }).ok;
  const byScan = (one: Names) => scanMatch(data, one) !== undefined;
  // Both run warm, as in a process that has run for a while.
  rate(LOOKUPS, byIndex);
  rate(SCANS, byScan);
  const indexed: number[] = [];
  const scanned: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    indexed.push(rate(LOOKUPS, byIndex));
    scanned.push(rate(SCANS, byScan));
  }
  return [against('names to match', median(indexed), 'matches/s', median(scanned), { min: 50 })];
}

/** A match of each team of each league with the next one, by identifiers and by the last of the other names. */
function everyTeam(data: SportsData): readonly Names[] {
  return data.sports.flatMap((sport) =>
    sport.eventGroups.flatMap((league) => {
      const teams = sport.participants.get(league.participants) ?? [];
      return teams.flatMap((home, at) => {
        const away = teams[(at + 1) % teams.length] ?? home;
        const last = (named: { identifier: string; aliases: readonly string[] }) =>
          named.aliases.at(-1) ?? named.identifier;
        return [
          {
            sport: sport.identifier,
            eventGroupName: league.identifier,
            home: home.identifier,
            away: away.identifier,
          },
          { sport: last(sport), eventGroupName: last(league), home: last(home), away: last(away) },
        ];
      });
    }),
  );
}
