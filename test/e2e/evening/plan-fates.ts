import { scoreOf, wrongScores } from './plan-fixtures.ts';
import type { Draws } from './plan-random.ts';
import {
  announce,
  begin,
  cancel,
  finish,
  giveResult,
  handicap,
  later,
  result,
  type Story,
  type Times,
  timesOf,
} from './plan-story.ts';
import type { Fixture, Provider, Report } from './providers.ts';
import type { Expected, Fate, Match, TrueScore } from './types.ts';

const MINUTE_MS = 60_000;

/** What a fate makes of a fixture: the matches as the chain should know them, and all that is said. */
export interface Told {
  readonly matches: readonly (Omit<Match, 'eventId'> & { readonly fixture: Fixture })[];
  readonly reports: readonly Report[];
}

/**
 * Tells one fixture. How it has to end follows from the fate alone, whichever part of the reports a witness has got so
 * far and in whatever order: at no time do witnesses enough for a majority agree on anything else.
 * @param announcedAt from when on providers announce it
 */
export function tell(
  fate: Fate,
  fixture: Fixture,
  providers: readonly Provider[],
  announcedAt: Date,
  draws: Draws,
): Told {
  const count = fate === 'one_provider' ? 1 : draws.whole(3, 4);
  const tellers = fate === 'half' ? draws.shuffled(providers) : draws.shuffled(providers).slice(0, count);
  const stray = fate === 'normal' && tellers.length === 4 && draws.chance(0.4) ? tellers.at(-1) : undefined;
  const story: Story = {
    fixture,
    tellers: tellers.filter((provider) => provider !== stray),
    draws,
    reports: [],
  };
  const times = timesOf(fixture, announcedAt);
  const truth = scoreOf(draws, fixture.sport.identifier);
  announce(story, times, fate === 'season_differs' ? ['2026', '2026/2027'] : undefined);
  const said = draws.chance(0.6) ? handicap(story, times) : [];
  const { expected, further } = ending(fate, story, times, truth);
  const astray = stray ? goAstray(story, stray, times, truth) : undefined;
  const match = (
    of: Fixture,
    its: Fate,
    end: Expected,
    types: Match['dynamic'],
  ): Told['matches'][number] => ({
    fixture: of,
    sport: of.sport.identifier,
    league: of.league.identifier,
    home: of.home.identifier,
    away: of.away.identifier,
    startTime: of.startTime,
    fate: its,
    ...(end.kind === 'settled' || end.kind === 'undecided' ? { truth } : {}),
    expected: end,
    dynamic: types.filter((type) => hasDynamic(of, type)),
  });
  return {
    matches: [
      match(fixture, fate, expected, said),
      ...(further ? [match(further.fixture, 'normal', further.expected, [])] : []),
      ...(astray ? [match(astray, 'stray', { kind: 'absent' }, [])] : []),
    ],
    reports: story.reports,
  };
}

interface Ending {
  readonly expected: Expected;
  /** The match that a moved one becomes. */
  readonly further?: { readonly fixture: Fixture; readonly expected: Expected };
}

/** Tells everything after the announcement. */
function ending(fate: Fate, story: Story, times: Times, truth: TrueScore): Ending {
  const { draws, tellers } = story;
  const { start, end } = times;
  const settled = (scoresAreKnown = false): Ending => ({
    expected: { kind: 'settled', score: truth, scoresAreKnown },
  });
  // Results that come with the finish race it.
  const pace = draws.chance(0.3) ? 'at_once' : 'usual';
  const results = (): void => {
    for (const provider of tellers) giveResult(story, provider, end, truth, pace);
  };
  switch (fate) {
    case 'normal':
    case 'storm':
    case 'season_differs':
    case 'stray':
      begin(story, times);
      finish(story, end);
      results();
      return settled();
    case 'one_provider':
      begin(story, times);
      finish(story, end);
      results();
      return { expected: { kind: 'absent' } };
    case 'never_started':
      finish(story, end);
      results();
      return settled();
    case 'never_finished':
      begin(story, times);
      results();
      return settled(true);
    case 'result_first':
      begin(story, times);
      for (const provider of tellers) result(story, provider, later(end, draws.whole(0, 90_000)), truth);
      finish(story, later(end, draws.whole(10, 20) * MINUTE_MS));
      return settled(true);
    case 'one_liar':
      begin(story, times);
      finish(story, end);
      oneLies(story, end, truth);
      return settled();
    case 'corrected':
      begin(story, times);
      finish(story, end);
      oneCorrects(story, end, truth);
      return settled();
    case 'split':
      begin(story, times);
      finish(story, end);
      disagree(story, end, truth);
      return { expected: { kind: 'undecided' } };
    case 'half':
      begin(story, times);
      finish(story, end);
      halfAgree(story, end, truth);
      return { expected: { kind: 'undecided' } };
    case 'canceled_before':
      cancel(story, later(start, -draws.whole(5, 20) * MINUTE_MS));
      if (draws.chance(0.5)) goOn(story, times, truth);
      return { expected: { kind: 'canceled' } };
    case 'canceled_in_play': {
      // Now and then just when everybody says that it begins.
      const isSudden = draws.chance(0.4);
      const at = later(start, (isSudden ? draws.whole(0, 3) : draws.whole(10, 60)) * MINUTE_MS);
      begin(story, isSudden ? { ...times, start: at } : times);
      cancel(story, at);
      if (draws.chance(0.5)) goOn(story, { ...times, start: later(start, 65 * MINUTE_MS) }, truth);
      return { expected: { kind: 'canceled' } };
    }
    case 'moved':
      return { expected: { kind: 'canceled' }, further: move(story, times, truth) };
  }
}

/** One gives a wrong score, the others the true one: at no time are there two votes for the wrong one. */
function oneLies(story: Story, end: Date, truth: TrueScore): void {
  const [wrong = truth] = wrongScores(story.draws, truth, 1);
  const liar = story.draws.pick(story.tellers);
  for (const provider of story.tellers) giveResult(story, provider, end, provider === liar ? wrong : truth);
}

/** One gives a wrong score first, and corrects it when one other has given the true one. */
function oneCorrects(story: Story, end: Date, truth: TrueScore): void {
  const [wrong = truth] = wrongScores(story.draws, truth, 1);
  const [first, second, ...others] = story.draws.shuffled(story.tellers);
  if (!first || !second) throw new RangeError('expected at least two providers of a corrected result');
  const at = (minutes: number) => later(end, (minutes + story.draws.fraction()) * MINUTE_MS);
  result(story, first, at(5), wrong);
  result(story, second, at(7), truth);
  result(story, first, at(10), truth);
  // Where nobody else gives one, it takes the correction to agree.
  if (story.draws.chance(0.5)) for (const provider of others) result(story, provider, at(13), truth);
}

/**
 * No score has more than half: each provider has its own, or two stand against two. The second two come at one time
 * everywhere, since a third vote alone would make a majority.
 */
function disagree(story: Story, end: Date, truth: TrueScore): void {
  const { draws, tellers } = story;
  const wrong = wrongScores(draws, truth, 3);
  const scores = [truth, ...wrong];
  const at = (minutes: number) => later(end, (minutes + draws.fraction()) * MINUTE_MS);
  if (tellers.length === 4 && draws.chance(0.6)) {
    const both = at(8);
    for (const [index, provider] of tellers.entries()) {
      const score = scores[index % 2] ?? truth;
      if (index < 2) result(story, provider, at(5), score);
      else result(story, provider, both, score, { together: 'second pair' });
    }
    return;
  }
  for (const [index, provider] of tellers.slice(0, draws.whole(2, 4)).entries()) {
    result(story, provider, at(5), scores[index] ?? truth);
  }
}

/** Two for the true score, one each for two others; the second vote for the true one comes last, long after the others. */
function halfAgree(story: Story, end: Date, truth: TrueScore): void {
  const { draws, tellers } = story;
  const [one = truth, other = truth] = wrongScores(draws, truth, 2);
  const at = (minutes: number) => later(end, (minutes + draws.fraction()) * MINUTE_MS);
  const [first, ...three] = tellers;
  for (const [index, provider] of three.entries()) {
    result(story, provider, at(5), [truth, one, other][index] ?? truth);
  }
  if (first) result(story, first, at(11), truth);
}

/** One provider, and one only, goes on as if nothing had happened. */
function goOn(story: Story, times: Times, truth: TrueScore): void {
  const unaware = story.draws.pick(story.tellers);
  begin(story, times, [unaware]);
  finish(story, times.end, [unaware]);
  giveResult(story, unaware, times.end, truth);
}

/** The match is canceled and announced again with another start, in whatever order. */
function move(story: Story, { created, start }: Times, truth: TrueScore): NonNullable<Ending['further']> {
  const { draws } = story;
  const movedAt = later(created, draws.whole(12, 25) * MINUTE_MS);
  cancel(story, movedAt);
  const fixture = { ...story.fixture, startTime: later(start, draws.whole(2, 12) * 5 * MINUTE_MS) };
  const moved: Story = { ...story, fixture };
  const times = timesOf(fixture, later(movedAt, draws.whole(-3, 5) * MINUTE_MS));
  announce(moved, times);
  begin(moved, times);
  finish(moved, times.end);
  for (const provider of moved.tellers) giveResult(moved, provider, times.end, truth);
  return { fixture, expected: { kind: 'settled', score: truth, scoresAreKnown: false } };
}

/** A provider takes the match for another one: its teams swapped, its start off by seconds or beyond the next five minutes. */
function goAstray(story: Story, provider: Provider, times: Times, truth: TrueScore): Fixture {
  const { draws, fixture, reports } = story;
  const astray: Fixture = draws.chance(0.5)
    ? { ...fixture, home: fixture.away, away: fixture.home }
    : { ...fixture, startTime: later(fixture.startTime, draws.pick([-5, 0.5, 5, 10]) * MINUTE_MS) };
  const alone: Story = { fixture: astray, tellers: [provider], draws, reports };
  announce(alone, times);
  begin(alone, times);
  finish(alone, times.end);
  giveResult(alone, provider, times.end, truth);
  return astray;
}

function hasDynamic({ sport, league }: Fixture, type: 'hc' | 'ou'): boolean {
  return league.marketGroups.some((key) => sport.marketGroups.get(key)?.dynamic === type);
}
