import type { JsonObject, MessageInitShape } from '@bufbuild/protobuf';
import type { CallStatus } from '../../core/decide/types.ts';
import type { IncidentBody, Sighting, StoredIncident } from '../../core/incidents/types.ts';
import { DynamicType, type IncidentSchema, type StoredIncidentSchema } from '../../gen/bos/v1/incident_pb.js';
import { callOf, statusOf } from './calls.ts';
import { optionalTimestamp, timestamp, timestampFromText } from './time.ts';

type IncidentInit = MessageInitShape<typeof IncidentSchema>;
type Arguments = NonNullable<IncidentInit['arguments']>;

/**
 * An incident for the API. A key whose value does not fit its field (a season that is no text, a time that is null)
 * stays in `extra`, so that nothing is lost.
 */
export function incidentMessage(body: IncidentBody): IncidentInit {
  const keys = new Keys(body);
  const id = new Keys(body.id);
  const provider = new Keys(body.provider_info);
  keys.drop('id', 'call', 'arguments', 'provider_info');
  const time = keys.take('timestamp', timestampFromText);
  const uniqueString = keys.take('unique_string', text);
  return {
    id: {
      sport: id.take('sport', text) ?? '',
      eventGroupName: id.take('event_group_name', text) ?? '',
      startTime: id.take('start_time', timestampFromText),
      home: id.take('home', text) ?? '',
      away: id.take('away', text) ?? '',
      extra: id.rest(),
    },
    arguments: argumentsMessage(body),
    providerInfo: {
      name: provider.take('name', text) ?? '',
      pushed: provider.take('pushed', timestampFromText),
      extra: provider.rest(),
    },
    timestamp: time,
    uniqueString,
    extra: keys.rest(),
  };
}

/** A stored incident for the API; `status` is that of its call. */
export function storedIncidentMessage(
  incident: StoredIncident,
  status: CallStatus | undefined,
): MessageInitShape<typeof StoredIncidentSchema> {
  return {
    incident: incidentMessage(incident.body),
    uniqueString: incident.uniqueString,
    sentUniqueStrings: [...incident.sentUniqueStrings],
    eventId: incident.eventId,
    call: callOf(incident.call),
    sightings: incident.sightings.map(sightingMessage),
    receivedAt: timestamp(incident.receivedAt),
    // Both types describe JSON; only readonly differs.
    originalId: incident.originalId as JsonObject,
    seen: incident.seen,
    callStatus: statusOf(status ?? 'unknown'),
  };
}

function sightingMessage(sighting: Sighting) {
  return {
    pushed: optionalTimestamp(sighting.pushed),
    receivedAt: timestamp(sighting.receivedAt),
    sentUniqueString: sighting.sentUniqueString ?? '',
  };
}

function argumentsMessage(body: IncidentBody): Arguments {
  const keys = new Keys(body.arguments);
  switch (body.call) {
    case 'create': {
      const season = keys.take('season', text) ?? '';
      const unsure = keys.take('unsure', flag) ?? false;
      const whistleStartTime = keys.take('whistle_start_time', timestampFromText);
      return { case: 'create', value: { season, unsure, whistleStartTime, extra: keys.rest() } };
    }
    case 'in_progress': {
      const whistleStartTime = keys.take('whistle_start_time', timestampFromText);
      return { case: 'inProgress', value: { whistleStartTime, extra: keys.rest() } };
    }
    case 'finish': {
      const whistleEndTime = keys.take('whistle_end_time', timestampFromText);
      return { case: 'finish', value: { whistleEndTime, extra: keys.rest() } };
    }
    case 'result': {
      const homeScore = keys.take('home_score', points);
      const awayScore = keys.take('away_score', points);
      return { case: 'result', value: { homeScore, awayScore, extra: keys.rest() } };
    }
    case 'canceled': {
      const reason = keys.take('reason', text);
      return { case: 'canceled', value: { reason, extra: keys.rest() } };
    }
    case 'dynamic_bmgs': {
      const types = keys.take('types', dynamicValues) ?? [];
      return { case: 'dynamicBmgs', value: { types, extra: keys.rest() } };
    }
    case 'unknown': {
      const received = keys.take('received', timestampFromText);
      return { case: 'unknown', value: { received, extra: keys.rest() } };
    }
  }
}

function dynamicValues(value: unknown) {
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'object' && entry !== null))
    return undefined;
  return value.map((entry: object) => {
    const keys = new Keys(entry);
    const type = keys.take('type', text) ?? '';
    return {
      type: type === 'ou' ? DynamicType.OVER_UNDER : DynamicType.HANDICAP,
      value: keys.take('value', text) ?? '',
      participant: keys.take('participant', text) ?? '',
      sentType: type === 'ou' || type === 'hc' ? '' : type,
      extra: keys.rest(),
    };
  });
}

/** The keys of an object: taken one by one, the others are left over. */
class Keys {
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #taken = new Set<string>();

  constructor(object: object) {
    // Any object can be read by keys.
    this.#object = object as Readonly<Record<string, unknown>>;
  }

  /** The converted value; a key that cannot be converted stays. */
  take<T>(key: string, convert: (value: unknown) => T | undefined): T | undefined {
    const value = convert(this.#object[key]);
    if (value !== undefined) this.#taken.add(key);
    return value;
  }

  drop(...keys: readonly string[]): void {
    for (const key of keys) this.#taken.add(key);
  }

  /** What was not taken; undefined when that is nothing. */
  rest(): JsonObject | undefined {
    let rest: JsonObject | undefined;
    for (const [key, value] of Object.entries(this.#object)) {
      if (this.#taken.has(key) || value === undefined) continue;
      rest ??= {};
      // Bodies are parsed JSON, so what is left over is JSON.
      rest[key] = value as JsonObject[string];
    }
    return rest;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function points(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
  return number;
}
