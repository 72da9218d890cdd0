import { eventIdOf } from '../client/index.ts';
import type { Call, Json, JsonObject } from '../core/incidents/types.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const SPORT = 'Ice Hockey';
const LEAGUE = 'NHL Regular Season';

/** One match of the demo's evening. */
export interface Match {
  /** Its name in the story. */
  readonly letter: 'A' | 'B' | 'C';
  readonly home: string;
  readonly away: string;
  /** What one of the feeds calls the teams. */
  readonly nicknames: { readonly home: string; readonly away: string };
  readonly start: Date;
  /** Its identity at every witness. */
  readonly eventId: string;
  /** Its name on chain, as the league writes it. */
  readonly nameOnChain: string;
}

/** Goals: home, away. */
export type Score = readonly [home: number, away: number];

/** A data proxy that reports what one provider says. */
export interface Feed {
  /** The provider, as incidents name it. Real data proxies put a hash here, so that nobody can tell feeds apart. */
  readonly name: string;
  /** By which of the two ways it reports: plain JSON to `/trigger`, or ReportIncident of the typed API. */
  readonly road: '/trigger' | 'typed API';
  /** How it writes league, teams and start: feeds differ, and it is one match all the same. */
  idOf(match: Match): Names;
}

interface Names {
  readonly sport: string;
  readonly event_group_name: string;
  readonly start_time: string;
  readonly home: string;
  readonly away: string;
}

/** Whole seconds, as data proxies write times. */
function rfc3339(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}

function properNames({ home, away, start }: Pick<Match, 'home' | 'away' | 'start'>): Names {
  return { sport: SPORT, event_group_name: LEAGUE, start_time: rfc3339(start), home, away };
}

/** Uses the proper names. */
export const NORTH: Feed = { name: 'north-feed', road: '/trigger', idOf: properNames };

/** Uses other names for the same league and teams, and starts that are two minutes off. */
export const SOUTH: Feed = {
  name: 'south-feed',
  road: 'typed API',
  idOf: ({ nicknames, start }) => ({
    sport: SPORT.toLowerCase(),
    event_group_name: 'NHL',
    start_time: rfc3339(new Date(start.getTime() + 2 * MINUTE)),
    ...nicknames,
  }),
};

/** Lies about a result. */
export const CROOKED: Feed = { name: 'crooked-feed', road: 'typed API', idOf: properNames };

/** The matches of the evening in two days: leagues open two weeks ahead. */
export function matches(now: Date): { readonly A: Match; readonly B: Match; readonly C: Match } {
  const start = new Date(Math.floor(now.getTime() / DAY) * DAY + 2 * DAY + 19 * 60 * MINUTE);
  const match = (
    letter: Match['letter'],
    home: string,
    away: string,
    nicknames: Match['nicknames'],
  ): Match => ({
    ...{ letter, home, away, nicknames, start },
    eventId: eventIdOf(properNames({ home, away, start })),
    nameOnChain: `${away} @ ${home}`,
  });
  return {
    A: match('A', 'Washington Capitals', 'New York Islanders', { home: 'CAPITALS', away: 'NY Islanders' }),
    B: match('B', 'Boston Bruins', 'Montreal Canadiens', { home: 'bruins', away: 'habs' }),
    C: match('C', 'Toronto Maple Leafs', 'Ottawa Senators', { home: 'Leafs', away: 'Sens' }),
  };
}

/** The season that a match lies in, as the feeds of the demo name it. */
export function seasonOf({ start }: Match): string {
  return String(start.getUTCFullYear());
}

/**
 * One report of a feed, as data proxies write it.
 * @param saidAt when the feed said so
 */
export function incidentOf(
  feed: Feed,
  match: Match,
  call: Call,
  args: Readonly<Record<string, Json>>,
  saidAt: Date,
): JsonObject {
  return {
    id: { ...feed.idOf(match) },
    call,
    arguments: args,
    provider_info: { name: feed.name, pushed: rfc3339(saidAt) },
    timestamp: rfc3339(saidAt),
  };
}
