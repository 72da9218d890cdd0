import type { Draws } from './plan-random.ts';
import type { Fixture } from './providers.ts';
import { sports } from './sports.ts';
import type { TrueScore } from './types.ts';

const MINUTE_MS = 60_000;
/** Between the begin of the evening and the first start: everything is created in this time. */
const BEFORE_FIRST_START_MIN = 70;
/** Between the first and the last start. */
const STARTS_SPREAD_MIN = 120;

/** What a sport's scores look like, and how long a match takes. */
interface Habit {
  readonly least: number;
  readonly most: number;
  readonly minutes: number;
  /** Around which the values of dynamic markets lie. */
  readonly total: number;
  readonly lead: number;
}

const HABITS: Readonly<Record<string, Habit>> = {
  'Ice Hockey': { least: 0, most: 6, minutes: 90, total: 5, lead: 2 },
  Basketball: { least: 85, most: 125, minutes: 100, total: 208, lead: 6 },
  'American Football': { least: 0, most: 42, minutes: 120, total: 44, lead: 4 },
  Baseball: { least: 0, most: 11, minutes: 110, total: 8, lead: 2 },
  Soccer: { least: 0, most: 4, minutes: 100, total: 2, lead: 2 },
};

/** The habits of a sport of the package's data. @throws RangeError for others */
export function habitOf(sport: string): Habit {
  const habit = HABITS[sport];
  if (!habit) throw new RangeError(`expected a sport of the package's data, got "${sport}"`);
  return habit;
}

/**
 * The matches of an evening: leagues are drawn evenly, a team plays once in its league.
 * @throws RangeError when the data have not enough teams
 */
export function fixturesOf(draws: Draws, count: number, startsAt: Date): readonly Fixture[] {
  const leagues = sports.sports
    .flatMap((sport) => sport.eventGroups.map((league) => ({ sport, league })))
    .map(({ sport, league }) => ({
      sport,
      league,
      teams: draws.shuffled(sport.participants.get(league.participants) ?? []),
    }));
  return Array.from({ length: count }, () => {
    const { sport, league, teams } = draws.pick(leagues.filter((each) => each.teams.length > 1));
    const [home, away] = teams.splice(0, 2);
    if (!home || !away) throw new RangeError('a league that is drawn has two teams');
    const minutes = BEFORE_FIRST_START_MIN + draws.whole(0, STARTS_SPREAD_MIN / 5) * 5;
    return { sport, league, home, away, startTime: new Date(startsAt.getTime() + minutes * MINUTE_MS) };
  });
}

/** How a match ends: draws are rare where somebody has to win, but happen. */
export function scoreOf(draws: Draws, sport: string): TrueScore {
  const { least, most } = habitOf(sport);
  const home = draws.whole(least, most);
  if (sport !== 'Soccer' && draws.chance(0.08)) return { home, away: home };
  return { home, away: draws.whole(least, most) };
}

/** So many scores that differ from each other and from the true one. */
export function wrongScores(draws: Draws, truth: TrueScore, count: number): readonly TrueScore[] {
  const { home, away } = truth;
  const candidates = [
    { home: home + 1, away },
    { home, away: away + 1 },
    { home: home + 2, away: away + 1 },
    { home: home + 10, away },
    ...(home === away ? [] : [{ home: away, away: home }]),
  ];
  const texts = (list: readonly TrueScore[]) =>
    new Map(list.map((score) => [`${score.home}:${score.away}`, score]));
  return draws.shuffled([...texts(candidates).values()]).slice(0, count);
}
