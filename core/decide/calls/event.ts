import type { ObjectId } from '../../chain/types.ts';
import type { StoredIncident } from '../../incidents/types.ts';
import type { NormalizedMatch } from '../../sports/types.ts';
import { compareTexts } from '../counting.ts';
import { eventGroupObject, sportObject } from '../objects/sports-objects.ts';
import { needOf, type Standing, standingsOf } from '../objects/standing.ts';
import { inWords } from '../objects/texts.ts';
import type { DecideInput, Reason } from '../types.ts';

/** The match of the incidents of one event, found in the sports data. */
export type EventSubject =
  | { readonly ok: true; readonly match: NormalizedMatch; readonly startTime: Date }
  | {
      readonly ok: false;
      readonly status: 'insufficient_incidents' | 'not_normalizable' | 'event_group_closed';
      readonly reason: Reason;
      readonly startTime?: Date;
    };

/** Finds the match. All incidents of an event name the same one, so any will do; the smallest text is taken. */
export function subjectOf({ incidents, normalizer, eventId }: DecideInput): EventSubject {
  const incident = withSmallestNames(incidents);
  if (!incident) {
    const reason = { code: 'no_incidents', text: `no incident of ${eventId} is stored` };
    return { ok: false, status: 'insufficient_incidents', reason };
  }
  const { startTime } = incident;
  const { sport, event_group_name, home, away } = incident.body.id;
  const found = normalizer.match({ sport, eventGroupName: event_group_name, startTime, home, away });
  if (found.ok) {
    const { match } = found;
    if (match.home.identifier !== match.away.identifier) return { ok: true, match, startTime };
    const text = `"${home}" and "${away}" are both ${match.home.identifier}: a match has two teams`;
    return { ok: false, status: 'not_normalizable', reason: { code: 'same_team', text }, startTime };
  }
  const closed = found.unknown.find((name) => name.outOfSeason !== undefined);
  if (closed) {
    const text = `${closed.name} has no season at ${startTime.toISOString()}, only ${closed.outOfSeason}`;
    return { ok: false, status: 'event_group_closed', reason: { code: 'out_of_season', text }, startTime };
  }
  const names = found.unknown.map(({ kind, name }) => `${kind} "${name}"`).join(', ');
  const reason = { code: 'unknown_names', text: `the sports data do not know ${names}` };
  return { ok: false, status: 'not_normalizable', reason, startTime };
}

/** The sport and league of a match as they stand on chain. */
export interface League {
  readonly standings: readonly Standing[];
  readonly league: Standing;
  /** What is missing or differs, in words; absent when both are in sync. */
  readonly problem?: Reason;
  readonly objects: readonly ObjectId[];
}

/** Looks up sport and league on chain. */
export function leagueOf({ view }: DecideInput, match: NormalizedMatch): League {
  const sport = sportObject(match.sport);
  const standings = standingsOf(view, [sport, eventGroupObject(sport, match.eventGroup)]);
  const [, league] = standings;
  if (!league) throw new Error('a league has a standing');
  const problem = standings.map(relatedProblem).find((reason) => reason !== undefined);
  return {
    standings,
    league,
    ...(problem ? { problem } : {}),
    objects: standings.flatMap(({ id }) => (id === undefined ? [] : [id])),
  };
}

function relatedProblem(standing: Standing): Reason | undefined {
  const { kind, object, id, differences } = standing;
  switch (needOf(standing)) {
    case 'nothing':
      return undefined;
    case 'create':
      return {
        code: `${kind.name}_missing`,
        text: `${kind.name} "${object.label}" is not on chain: sync the sports data`,
      };
    case 'update':
      return {
        code: `${kind.name}_differs`,
        text: `${kind.name} "${object.label}" (${id}) differs: ${differences.map(inWords).join('; ')}: sync the sports data`,
      };
  }
}

function withSmallestNames(incidents: readonly StoredIncident[]): StoredIncident | undefined {
  let smallest: { readonly incident: StoredIncident; readonly names: string } | undefined;
  for (const incident of incidents) {
    const names = namesOf(incident);
    if (!smallest || compareTexts(names, smallest.names) < 0) smallest = { incident, names };
  }
  return smallest?.incident;
}

function namesOf({ body: { id } }: StoredIncident): string {
  return JSON.stringify([id.sport, id.event_group_name, id.start_time, id.home, id.away]);
}
