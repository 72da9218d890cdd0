import { type Document, ObjectId } from 'mongodb';
import { BosError } from '../../errors.ts';
import { sentAtOf } from '../../incidents/accept.ts';
import { canonicalUniqueString, eventIdOf, snapToFiveMinutes } from '../../incidents/identity.ts';
import { formatSeconds, instantDate, parseInstant } from '../../incidents/instant.ts';
import { parseIncident } from '../../incidents/parse.ts';
import type { Incident, IncidentBody, Json, JsonObject, ParsedIncident } from '../../incidents/types.ts';

/** A document of the Python suite as an incident, or why it is none. */
export type LegacyReading =
  | {
      readonly incident: Incident;
      /** Why the call is shown as `unknown`, which is never acted on: our validation refuses its arguments. */
      readonly doubt?: string;
    }
  | { readonly problem: string };

/**
 * Reads an incident document as the Python suite wrote it: names are normalized already; the start is snapped, the
 * canonical unique_string computed. The time of receipt is that of the document's id.
 */
export function readLegacyIncident(document: Document): LegacyReading {
  const { _id, id_string: _idString, bos: _bos, ...fields } = document;
  if (!(_id instanceof ObjectId)) return { problem: 'its _id is no ObjectId' };
  const sent = toJson(fields);
  const receivedAt = _id.getTimestamp();
  try {
    return { incident: toIncident(parseIncident(sent, receivedAt)) };
  } catch (error) {
    const doubt = refusal(error);
    try {
      const { call, ...rest } = sent;
      const asUnknown = { ...rest, call: 'unknown', original_call: call ?? null };
      return { incident: toDoubtful(toIncident(parseIncident(asUnknown, receivedAt))), doubt };
    } catch (again) {
      return { problem: refusal(again) };
    }
  }
}

function toIncident({
  body: { unique_string: sentUniqueString, ...rest },
  receivedAt,
}: ParsedIncident): Incident {
  const startTime = snapToFiveMinutes(new Date(rest.id.start_time));
  // Spelled out, because the loose keys of a body hide what it has.
  const named = {
    ...rest,
    call: rest.call,
    id: { ...rest.id, start_time: formatSeconds(startTime) },
    arguments: rest.arguments,
  };
  const uniqueString = canonicalUniqueString(named);
  const body: IncidentBody = {
    ...named,
    provider_info: rest.provider_info,
    timestamp: rest.timestamp,
    unique_string: uniqueString,
  };
  const pushed = parseInstant(rest.provider_info.pushed ?? '');
  return {
    body,
    eventId: eventIdOf(body.id),
    call: body.call,
    provider: body.provider_info.name,
    startTime,
    uniqueString,
    ...(sentUniqueString !== undefined && { sentUniqueString }),
    originalId: rest.id,
    ...(pushed && { pushed: instantDate(pushed) }),
    ...sentAtOf(body.timestamp, receivedAt),
    receivedAt,
  };
}

/** Its arguments say nothing, so the string it was sent under has to tell it from others. */
function toDoubtful(incident: Incident): Incident {
  const uniqueString = incident.sentUniqueString ?? incident.uniqueString;
  return { ...incident, uniqueString, body: { ...incident.body, unique_string: uniqueString } };
}

/** Documents can hold more kinds of values than JSON. */
function toJson(value: Document): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toJsonValue(part)]));
}

function toJsonValue(value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'number':
      return value;
    case 'object':
      if (value === null) return null;
      if (value instanceof Date) return value.toISOString();
      if (Array.isArray(value)) return value.map(toJsonValue);
      // Values of the driver's own classes (ids, long numbers) have a text; plain objects have a plain prototype.
      return Object.getPrototypeOf(value) === Object.prototype ? toJson(value) : String(value);
    default:
      return String(value);
  }
}

function refusal(error: unknown): string {
  if (error instanceof BosError) return error.message;
  throw error;
}
