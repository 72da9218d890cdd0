import type { Call, JsonObject } from '../../../core/incidents/types.ts';
import { habitOf } from './plan-fixtures.ts';
import type { Draws } from './plan-random.ts';
import type { Fixture, Provider, Report } from './providers.ts';
import type { TrueScore } from './types.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Age of a dynamic_bmgs incident from which on it counts, by the configuration's default. */
const DYNAMIC_AGE_MS = HOUR_MS;

/** What providers say of one fixture, as it is put together. */
export interface Story {
  readonly fixture: Fixture;
  readonly tellers: readonly Provider[];
  readonly draws: Draws;
  readonly reports: Report[];
}

/** When things happen to the match of a story. */
export interface Times {
  /** From when on it is announced. */
  readonly created: Date;
  readonly start: Date;
  readonly end: Date;
}

/** The times of a fixture that is announced from `created` on. */
export function timesOf({ sport, startTime }: Fixture, created: Date): Times {
  return { created, start: startTime, end: later(startTime, habitOf(sport.identifier).minutes * MINUTE_MS) };
}

/** A time so much later. */
export function later(time: Date, ms: number): Date {
  return new Date(time.getTime() + ms);
}

/** Has one provider say something; `at` is exact, its habits do not delay it. */
export function say(
  { fixture, reports }: Pick<Story, 'fixture' | 'reports'>,
  provider: Provider,
  call: Call,
  args: JsonObject,
  at: Date,
  more: Partial<Report> = {},
): void {
  // Whole seconds: what is built at one time may reach us in any order, and times are told to the second.
  const time = new Date(Math.floor(at.getTime() / 1000) * 1000);
  reports.push({ provider, fixture, call, args, at: time, pushedAt: time, builtAt: time, ...more });
}

/** When a provider reports what happened at a time: within a minute, and as late as it usually is. */
export function told({ draws }: Story, provider: Provider, happened: Date): Date {
  return later(happened, draws.whole(0, 50_000) + draws.fraction() * provider.lateMs);
}

/** Everybody announces the match. */
export function announce(story: Story, { created }: Times, seasons: readonly string[] = ['2026']): void {
  for (const provider of story.tellers) {
    const season = story.draws.pick(seasons);
    const args = { season, ...(story.draws.chance(0.1) ? { unsure: true } : {}) };
    say(
      story,
      provider,
      'create',
      args,
      told(story, provider, later(created, story.draws.whole(0, 5) * MINUTE_MS)),
    );
  }
}

/** Some give values for dynamic markets, whether the league has such or not. Answers the types they speak of. */
export function handicap(story: Story, { created, start }: Times): readonly ('hc' | 'ou')[] {
  const { draws, fixture, tellers } = story;
  const { total, lead } = habitOf(fixture.sport.identifier);
  const types = draws.pick<readonly ('hc' | 'ou')[]>([['ou'], ['hc'], ['hc', 'ou']]);
  const favourite = draws.chance(0.5) ? fixture.home : fixture.away;
  // Young ones count an hour after they were built, which has to leave time before the start.
  const isYoung = start.getTime() - created.getTime() > 100 * MINUTE_MS && draws.chance(0.3);
  for (const provider of draws.shuffled(tellers).slice(0, draws.whole(1, tellers.length))) {
    const at = told(story, provider, later(created, draws.whole(4, 20) * MINUTE_MS));
    const builtAt = isYoung
      ? later(at, -draws.whole(0, 60) * 1000)
      : later(at, -DYNAMIC_AGE_MS - draws.whole(1, 60) * MINUTE_MS);
    // All values of a type are within one of each other, so that whoever sees only some of them sees nearly the same.
    const offset = draws.pick([0, 0.5, 1]);
    const entry = (type: 'hc' | 'ou'): JsonObject => {
      if (type === 'ou') return { type, value: String(total + offset) };
      const side = draws.chance(0.5) ? fixture.home : fixture.away;
      const value = side === favourite ? -(lead + offset) : lead + offset;
      return { type, value: String(value), participant: side.identifier };
    };
    if (draws.chance(0.5)) say(story, provider, 'dynamic_bmgs', { types: types.map(entry) }, at, { builtAt });
    else
      for (const type of types)
        say(story, provider, 'dynamic_bmgs', { types: [entry(type)] }, at, { builtAt });
  }
  return types;
}

/** Everybody says that it began, now and then with the time of the whistle. */
export function begin(story: Story, { start }: Times, tellers = story.tellers): void {
  for (const provider of tellers) {
    const whistle = later(start, story.draws.whole(0, 3) * MINUTE_MS);
    const args = story.draws.chance(0.5) ? { whistle_start_time: whistle.toISOString() } : {};
    say(story, provider, 'in_progress', args, told(story, provider, whistle));
  }
}

/** Those who do not forget say that it finished; at least one does. */
export function finish(story: Story, end: Date, tellers = story.tellers): void {
  const { draws } = story;
  const finishing = tellers.filter(({ forgetsFinish }) => !draws.chance(forgetsFinish));
  for (const provider of finishing.length > 0 ? finishing : tellers.slice(0, 1)) {
    const args = draws.chance(0.5) ? { whistle_end_time: end.toISOString() } : {};
    say(story, provider, 'finish', args, told(story, provider, end));
  }
}

/** When a provider gives a score: minutes after the end as usual, or just then. */
export type Pace = 'usual' | 'at_once';

/** A provider gives a score at its pace; some do so before they say finish. */
export function giveResult(
  story: Story,
  provider: Provider,
  end: Date,
  score: TrueScore,
  pace: Pace = 'usual',
): void {
  const { draws } = story;
  const isFirst = pace === 'at_once' || draws.chance(provider.resultsFirst);
  const after = isFirst ? 0 : draws.whole(5, 8) * MINUTE_MS;
  result(story, provider, told(story, provider, later(end, after)), score);
}

/** A provider gives a score at a time. */
export function result(
  story: Story,
  provider: Provider,
  at: Date,
  { home, away }: TrueScore,
  more: Partial<Report> = {},
): void {
  say(story, provider, 'result', { home_score: home, away_score: away }, at, more);
}

/** Some, at least one, say that it is canceled. */
export function cancel(story: Story, at: Date): void {
  const { draws, tellers } = story;
  for (const provider of draws.shuffled(tellers).slice(0, draws.whole(1, tellers.length))) {
    const args = draws.pick<JsonObject>([{}, { reason: 'fog' }, { reason: null }]);
    say(story, provider, 'canceled', args, told(story, provider, at));
  }
}
