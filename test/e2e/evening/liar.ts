import type { JsonObject } from '../../../core/incidents/types.ts';
import type { Draws } from './plan-random.ts';

const MINUTE_MS = 60_000;

/**
 * What the lying witness makes of an incident before it acts on it, now and then: another score, a cancel instead of a
 * finish, another start, teams swapped, values far off. It stays an incident that every entrance takes.
 */
export function falsified(incident: JsonObject, draws: Draws): JsonObject {
  if (draws.chance(0.5)) return incident;
  // An incident's own string would give the lie away; without it, it is computed.
  const { unique_string: _told, ...rest } = incident;
  // The plan makes both objects.
  const id = incident.id as JsonObject;
  const args = incident.arguments as JsonObject;
  switch (incident.call) {
    case 'create':
      return { ...rest, id: draws.chance(0.5) ? swapped(id) : moved(id, draws) };
    case 'in_progress':
      return { ...rest, call: 'finish', arguments: {} };
    case 'finish':
      return { ...rest, call: 'canceled', arguments: {} };
    case 'result':
      return {
        ...rest,
        arguments: { home_score: raised(args.home_score, draws), away_score: raised(args.away_score, draws) },
      };
    case 'canceled':
      return { ...rest, call: 'result', arguments: { home_score: '0', away_score: '9' } };
    case 'dynamic_bmgs':
      return { ...rest, arguments: { types: raisedTypes(args.types, draws) } };
    default:
      return incident;
  }
}

function swapped(id: JsonObject): JsonObject {
  return { ...id, home: id.away ?? '', away: id.home ?? '' };
}

function moved(id: JsonObject, draws: Draws): JsonObject {
  const start = new Date(Date.parse(String(id.start_time)) + draws.whole(2, 6) * 5 * MINUTE_MS);
  return { ...id, start_time: `${start.toISOString().slice(0, 19)}Z` };
}

function raised(score: unknown, draws: Draws): string {
  return String(Number(score) + draws.whole(1, 3));
}

function raisedTypes(types: unknown, draws: Draws): readonly JsonObject[] {
  // The plan makes a list of objects.
  return (types as readonly JsonObject[]).map((entry) => ({
    ...entry,
    value: String(Number(entry.value) + draws.whole(3, 9)),
  }));
}
