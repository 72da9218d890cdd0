import { BosError } from '../errors.ts';
import type { NormalizedMatch, Normalizer } from '../sports/types.ts';
import { canonicalUniqueString, eventIdOf, snapToFiveMinutes } from './identity.ts';
import { formatSeconds, instantDate, parseInstant } from './instant.ts';
import { isHandicap } from './schema.ts';
import type { Incident, IncidentBody, Json, JsonObject, ParsedIncident, UnknownName } from './types.ts';

/**
 * Makes a validated incident ready to be stored: names become identifiers, the start is snapped to five minutes once,
 * identity is computed anew from both. Pure.
 * @throws BosError `not_normalized` with `unknown: UnknownName[]` in its details when a name is not known, `invalid`
 * when the teams are one and the same or a handicap speaks of a third one
 */
export function acceptIncident(parsed: ParsedIncident, normalizer: Normalizer): Incident {
  const { body: sent, receivedAt } = parsed;
  const start = snapToFiveMinutes(new Date(sent.id.start_time));
  const result = normalizer.match({
    sport: sent.id.sport,
    eventGroupName: sent.id.event_group_name,
    startTime: start,
    home: sent.id.home,
    away: sent.id.away,
  });
  if (!result.ok) throw notNormalized(result.unknown);
  const { match } = result;
  if (match.home.identifier === match.away.identifier) {
    throw new BosError(
      'invalid',
      `expected two teams, got "${sent.id.home}" and "${sent.id.away}", which are both ${match.home.identifier}: correct the names or their aliases`,
      { field: 'id.away', expected: 'another team than home', got: sent.id.away },
    );
  }

  const { unique_string: sentUniqueString, ...rest } = sent;
  const named = {
    ...rest,
    call: sent.call,
    id: {
      ...sent.id,
      sport: match.sport.identifier,
      event_group_name: match.eventGroup.identifier,
      start_time: formatSeconds(start),
      home: match.home.identifier,
      away: match.away.identifier,
    },
    arguments:
      sent.call === 'dynamic_bmgs' ? withIdentifiers(sent.arguments, match, normalizer) : sent.arguments,
  };
  const uniqueString = canonicalUniqueString(named);
  const body: IncidentBody = {
    ...named,
    provider_info: sent.provider_info,
    timestamp: sent.timestamp,
    unique_string: uniqueString,
  };
  const pushed = parseInstant(sent.provider_info.pushed ?? '');
  return {
    body,
    eventId: eventIdOf(body.id),
    call: body.call,
    provider: body.provider_info.name,
    startTime: start,
    uniqueString,
    ...(sentUniqueString === undefined ? {} : { sentUniqueString }),
    // `sent.id` has been validated as an object.
    originalId: parsed.sent.id as JsonObject,
    ...(pushed ? { pushed: instantDate(pushed) } : {}),
    ...sentAtOf(body.timestamp, receivedAt),
    receivedAt,
  };
}

/**
 * When the sender built the incident, by its own word. A timestamp that equals the time of receipt stands in for one
 * that was not sent.
 */
export function sentAtOf(timestamp: string, receivedAt: Date): { readonly sentAt?: Date } {
  const sentAt = new Date(timestamp);
  return Number.isNaN(sentAt.getTime()) || sentAt.getTime() === receivedAt.getTime() ? {} : { sentAt };
}

/** Handicaps speak of a team by any of its names; the identifier of home or away replaces it. */
function withIdentifiers(args: JsonObject, match: NormalizedMatch, normalizer: Normalizer): JsonObject {
  // The schema has made `types` a list of objects.
  const types = args.types as readonly JsonObject[];
  const replaced = types.map((entry, index): Json => {
    const { participant } = entry;
    if (!isHandicap(entry.type) || typeof participant !== 'string') return entry;
    const team = normalizer.participant(match.sport, participant);
    if (!team) {
      throw notNormalized([
        {
          kind: 'participant',
          name: participant.trim(),
          sport: match.sport.identifier,
          eventGroup: match.eventGroup.identifier,
        },
      ]);
    }
    const [home, away] = [match.home.identifier, match.away.identifier];
    if (team.identifier !== home && team.identifier !== away) {
      const field = `arguments.types[${index}].participant`;
      throw new BosError(
        'invalid',
        `${field}: expected ${home} or ${away}, got "${participant}" (${team.identifier})`,
        { field, expected: `${home} or ${away}`, got: participant },
      );
    }
    return { ...entry, participant: team.identifier };
  });
  return { ...args, types: replaced };
}

function notNormalized(unknown: readonly UnknownName[]): BosError {
  const message = `${unknown.map(inWords).join('; ')}: add it as an alias to the sports data, or correct the name`;
  return new BosError('not_normalized', message, { unknown });
}

function inWords(unknown: UnknownName): string {
  const { kind, name, sport, outOfSeason } = unknown;
  switch (kind) {
    case 'sport':
      return `no sport is called "${name}"`;
    case 'event_group':
      return outOfSeason === undefined
        ? `no league of ${sport} is called "${name}"`
        : `the league "${name}" of ${sport} has no season at that start time (${outOfSeason})`;
    case 'participant':
      return `no team of ${sport} is called "${name}"`;
    default:
      return kind satisfies never;
  }
}
