import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { BosError } from '../core/errors.ts';
import { CALLS, type Json, type JsonObject } from '../core/incidents/types.ts';
import { DynamicType, type Incident, IncidentSchema } from '../gen/bos/v1/incident_pb.js';

type Arguments = NonNullable<MessageInitShape<typeof IncidentSchema>['arguments']>;
type DynamicValues = NonNullable<Extract<Arguments, { case: 'dynamicBmgs' }>['value']['types']>;

/**
 * An incident in the JSON form of data proxies as the typed one. Keys that have no typed field of the same form travel
 * in `extra`; the witness puts them back in their places and checks them.
 * @throws BosError invalid when a name is no text, or the call is none
 */
export function incidentFromJson(json: JsonObject): Incident {
  const { id, call, arguments: args, provider_info, ...extra } = json;
  const { sport, event_group_name, home, away, ...idExtra } = objectOf(id, 'id');
  const { name, ...providerExtra } = objectOf(provider_info, 'provider_info');
  return create(IncidentSchema, {
    id: {
      sport: textOf(sport, 'id.sport'),
      eventGroupName: textOf(event_group_name, 'id.event_group_name'),
      home: textOf(home, 'id.home'),
      away: textOf(away, 'id.away'),
      extra: mutable(idExtra),
    },
    arguments: argumentsOf(call, args),
    providerInfo: { name: textOf(name, 'provider_info.name'), extra: mutable(providerExtra) },
    extra: mutable(extra),
  });
}

function argumentsOf(sent: Json | undefined, args: Json | undefined): Arguments {
  const call = CALLS.find((known) => known === sent);
  const all = args === undefined ? {} : objectOf(args, 'arguments');
  switch (call) {
    case 'create': {
      const { season, ...extra } = all;
      const text = season === undefined ? '' : textOf(season, 'arguments.season');
      return { case: 'create', value: { season: text, extra: mutable(extra) } };
    }
    case 'in_progress':
      return { case: 'inProgress', value: { extra: mutable(all) } };
    case 'finish':
      return { case: 'finish', value: { extra: mutable(all) } };
    case 'result':
      return { case: 'result', value: { extra: mutable(all) } };
    case 'canceled':
      return { case: 'canceled', value: { extra: mutable(all) } };
    case 'dynamic_bmgs': {
      const { types, ...extra } = all;
      return { case: 'dynamicBmgs', value: { types: dynamicValues(types), extra: mutable(extra) } };
    }
    case 'unknown':
      return { case: 'unknown', value: { extra: mutable(all) } };
    case undefined:
      throw refusal('call', `one of ${CALLS.join(', ')}`, sent);
  }
}

/** How data proxies write the types that the typed API knows. */
const DYNAMIC_TYPES: ReadonlyMap<string, DynamicType> = new Map([
  ['ou', DynamicType.OVER_UNDER],
  ['hc', DynamicType.HANDICAP],
  ['1x2_hc', DynamicType.HANDICAP],
]);

function dynamicValues(types: Json | undefined): DynamicValues {
  if (!Array.isArray(types)) throw refusal('arguments.types', 'a list', types);
  return types.map((each: Json, index) => {
    const field = `arguments.types[${index}]`;
    const { type, value, participant, ...extra } = objectOf(each, field);
    const sentType = textOf(type, `${field}.type`);
    const known = DYNAMIC_TYPES.get(sentType);
    if (known === undefined) {
      throw refusal(`${field}.type`, `one of ${[...DYNAMIC_TYPES.keys()].join(', ')}`, sentType);
    }
    return {
      type: known,
      sentType,
      value: typeof value === 'number' ? String(value) : textOf(value, `${field}.value`),
      participant: participant === undefined ? '' : textOf(participant, `${field}.participant`),
      extra: mutable(extra),
    };
  });
}

function textOf(value: Json | undefined, field: string): string {
  if (typeof value === 'string') return value;
  throw refusal(field, 'text', value);
}

function objectOf(value: Json | undefined, field: string): JsonObject {
  // What is neither a list nor null is an object with JSON in it.
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw refusal(field, 'an object', value);
}

function refusal(field: string, expected: string, got: Json | undefined): BosError {
  return new BosError('invalid', `expected ${expected} in ${field}, got ${JSON.stringify(got) ?? 'none'}`, {
    field,
  });
}

/** Both types describe JSON; only readonly differs. */
function mutable(json: JsonObject): NonNullable<Incident['extra']> {
  return json as NonNullable<Incident['extra']>;
}
