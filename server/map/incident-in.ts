import type { JsonObject } from '@bufbuild/protobuf';
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { BosError } from '../../core/errors.ts';
import type { Call } from '../../core/incidents/types.ts';
import { DynamicType, type DynamicValue, type Incident } from '../../gen/bos/v1/incident_pb.js';
import { textFromTimestamp } from './time.ts';

/** What the keys of an object are before those that are not set are left out. */
type Fields = Record<string, JsonObject[string] | undefined>;

/**
 * A typed incident as the JSON that data proxies send, so that there is one way in. What is missing stays missing:
 * the schema refuses it in words.
 * @throws BosError invalid when no arguments are set, or when `extra` repeats a field
 */
export function incidentJson(incident: Incident): JsonObject {
  const { id, providerInfo, timestamp, uniqueString } = incident;
  const { call, args } = argumentsJson(incident);
  return merged('incident', incident.extra, {
    id:
      id &&
      merged('incident.id', id.extra, {
        sport: id.sport,
        event_group_name: id.eventGroupName,
        start_time: time(id.startTime, 'incident.id.start_time'),
        home: id.home,
        away: id.away,
      }),
    call,
    arguments: args,
    provider_info:
      providerInfo &&
      merged('incident.provider_info', providerInfo.extra, {
        name: providerInfo.name,
        pushed: time(providerInfo.pushed, 'incident.provider_info.pushed'),
      }),
    unique_string: uniqueString === '' ? undefined : uniqueString,
    timestamp: time(timestamp, 'incident.timestamp'),
  });
}

function argumentsJson(incident: Incident): { call: Call; args: JsonObject } {
  const { arguments: sent } = incident;
  const field = `incident.${sent.case ?? 'arguments'}`;
  const build = (call: Call, fields: Fields) => ({ call, args: merged(field, sent.value?.extra, fields) });
  switch (sent.case) {
    case 'create': {
      const { season, unsure, whistleStartTime } = sent.value;
      const start = time(whistleStartTime, `${field}.whistle_start_time`);
      return build('create', { season, unsure: unsure || undefined, whistle_start_time: start });
    }
    case 'inProgress':
      return build('in_progress', {
        whistle_start_time: time(sent.value.whistleStartTime, `${field}.whistle_start_time`),
      });
    case 'finish':
      return build('finish', {
        whistle_end_time: time(sent.value.whistleEndTime, `${field}.whistle_end_time`),
      });
    case 'result':
      return build('result', {
        home_score: score(sent.value.homeScore),
        away_score: score(sent.value.awayScore),
      });
    case 'canceled':
      return build('canceled', { reason: sent.value.reason });
    case 'dynamicBmgs':
      return build('dynamic_bmgs', { types: sent.value.types.map(dynamicJson) });
    case 'unknown':
      return build('unknown', { received: time(sent.value.received, `${field}.received`) });
    case undefined:
      throw new BosError(
        'invalid',
        'expected one of create, in_progress, finish, result, canceled, dynamic_bmgs or unknown in incident, got none',
        { field },
      );
  }
}

function dynamicJson(value: DynamicValue, index: number): JsonObject {
  const field = `incident.dynamic_bmgs.types[${index}]`;
  const { sentType, participant } = value;
  const texts =
    value.type === DynamicType.OVER_UNDER
      ? ['ou']
      : value.type === DynamicType.HANDICAP
        ? ['hc', '1x2_hc']
        : [];
  const type = sentType === '' ? texts[0] : sentType;
  if (type === undefined || !texts.includes(type)) {
    throw new BosError(
      'invalid',
      `expected DYNAMIC_TYPE_OVER_UNDER or DYNAMIC_TYPE_HANDICAP (and a sent_type that means the same) in ${field}.type, got ${DynamicType[value.type] ?? value.type} and "${sentType}"`,
      { field },
    );
  }
  return merged(field, value.extra, {
    type,
    value: value.value,
    participant: participant === '' ? undefined : participant,
  });
}

function time(timestamp: Timestamp | undefined, field: string): string | undefined {
  return timestamp && textFromTimestamp(timestamp, field);
}

function score(points: number | undefined): string | undefined {
  return points === undefined ? undefined : String(points);
}

/** The fields that are set, then the further keys. */
function merged(path: string, extra: JsonObject | undefined, fields: Fields): JsonObject {
  const json: JsonObject = {};
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (extra && Object.hasOwn(extra, key)) {
      throw new BosError(
        'invalid',
        `expected "${key}" once, got it in ${path} and in its extra: leave it out of extra`,
        { field: `${path}.extra` },
      );
    }
    json[key] = value;
  }
  return extra ? { ...json, ...extra } : json;
}
