import { legacyUniqueString } from '../../../core/incidents/identity.ts';
import type { Call, JsonObject } from '../../../core/incidents/types.ts';
import type { EventGroup, Participant, Sport } from '../../../core/sports/types.ts';
import type { Draws } from './plan-random.ts';
import { normalizer } from './sports.ts';

/** A match as it is planned: the names are those of the sports data. */
export interface Fixture {
  readonly sport: Sport;
  readonly league: EventGroup;
  readonly home: Participant;
  readonly away: Participant;
  /** On a mark of five minutes. */
  readonly startTime: Date;
}

/** A feed with its habits. */
export interface Provider {
  /** As data proxies mask it, so that the order of names says nothing about habits. */
  readonly name: string;
  /** How it spells names: as the sports data do, by their other names, or loudly and with blanks. */
  readonly spelling: 'plain' | 'aliases' | 'loud';
  /** How far its start times are off: whole minutes, because seconds count, and below five, so that they mean the same match. */
  readonly startOffMs: number;
  /** How long after the others it reports, at most. */
  readonly lateMs: number;
  /** Share of its reports that it sends again. */
  readonly repeats: number;
  /** Share of matches whose finish it does not report. */
  readonly forgetsFinish: number;
  /** Share of matches whose result it reports before their finish. */
  readonly resultsFirst: number;
  /** How it writes scores. */
  readonly scores: 'text' | 'numbers' | 'padded';
  /** Whether it computes unique strings, of the names and times that it uses. */
  readonly sendsUniqueString: boolean;
}

/** Something that a provider says once. */
export interface Report {
  readonly provider: Provider;
  readonly fixture: Fixture;
  readonly call: Call;
  /** Arguments by the names of the sports data, scores as numbers. */
  readonly args: JsonObject;
  /** When the data proxies push it. */
  readonly at: Date;
  /** What they say about when they pushed it; a repeat may keep the time of the first. */
  readonly pushedAt: Date;
  /** When it was built, by its own word. */
  readonly builtAt: Date;
  /** Each witness gets the reports of one key at the same time. */
  readonly together?: string;
}

const MINUTE_MS = 60_000;

/** The four feeds of an evening: which name has which habits is drawn. */
export function providersOf(draws: Draws): readonly Provider[] {
  const names = draws.shuffled([
    '2d1c5e0e8a6b4b30b9b7a2b7d6d4f3a1',
    '5f93f983524def3dca464469d2cf9f3e',
    '9375aeca3cbe6c2aba4b5c272d12231c',
    'c4ca4238a0b923820dcc509a6f75849b',
  ]);
  const usual: Omit<Provider, 'name'> = {
    spelling: 'plain',
    startOffMs: 0,
    lateMs: 0,
    repeats: 0.1,
    forgetsFinish: 0,
    resultsFirst: 0,
    scores: 'text',
    sendsUniqueString: true,
  };
  const habits: readonly Omit<Provider, 'name'>[] = [
    usual,
    { ...usual, spelling: 'aliases', lateMs: 4 * MINUTE_MS, sendsUniqueString: false },
    { ...usual, repeats: 0.7, resultsFirst: 0.3, scores: 'numbers' },
    {
      ...usual,
      spelling: 'loud',
      startOffMs: draws.whole(1, 4) * MINUTE_MS,
      forgetsFinish: 0.4,
      scores: 'padded',
    },
  ];
  return habits.map((habit, index) => ({ ...habit, name: names[index] ?? '' }));
}

/** The JSON that the data proxies make of a report. */
export function incidentOf(report: Report, draws: Draws): JsonObject {
  const { provider, fixture, call, builtAt, pushedAt } = report;
  const { sport, league, home, away, startTime } = fixture;
  const team = (participant: Participant) => spelled(provider, namesOf(sport, participant), draws);
  const id = {
    sport: spelled(provider, [sport.identifier, ...sport.aliases], draws),
    event_group_name: spelled(provider, [league.identifier, ...league.aliases], draws),
    start_time: timeText(new Date(startTime.getTime() + provider.startOffMs)),
    home: team(home),
    away: team(away),
  };
  const args = written(report, team);
  return {
    id,
    call,
    arguments: args,
    provider_info: { name: provider.name, pushed: pushedAt.toISOString() },
    ...(provider.sendsUniqueString
      ? { unique_string: legacyUniqueString({ id, call, arguments: args }) }
      : {}),
    timestamp: timeText(builtAt),
  };
}

function timeText(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

function written({ provider, fixture, call, args }: Report, team: (of: Participant) => string): JsonObject {
  if (call === 'result') {
    return {
      home_score: scoreText(provider, Number(args.home_score)),
      away_score: scoreText(provider, Number(args.away_score)),
    };
  }
  if (call !== 'dynamic_bmgs' || !Array.isArray(args.types)) return args;
  return {
    // Made by the plan, an object each.
    types: (args.types as readonly JsonObject[]).map(({ participant, ...entry }) => ({
      ...entry,
      ...(participant === undefined
        ? {}
        : { participant: team(participant === fixture.home.identifier ? fixture.home : fixture.away) }),
    })),
  };
}

function scoreText({ scores }: Provider, score: number): string | number {
  switch (scores) {
    case 'text':
      return String(score);
    case 'numbers':
      return score;
    case 'padded':
      return String(score).padStart(2, '0');
  }
}

function spelled({ spelling }: Provider, names: readonly string[], draws: Draws): string {
  switch (spelling) {
    case 'plain':
      return names[0] ?? '';
    case 'aliases':
      return draws.pick(names);
    case 'loud':
      return ` ${draws.pick(names).toUpperCase()} `;
  }
}

/** The names by which a team, and no other of its sport, is found; its identifier first. */
function namesOf(sport: Sport, { identifier, name, aliases }: Participant): readonly string[] {
  const isOurs = (text: string) => normalizer.participant(sport, text)?.identifier === identifier;
  return [identifier, ...[...Object.values(name), ...aliases].filter(isOurs)];
}
