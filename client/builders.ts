import { create, type JsonObject, type MessageInitShape } from '@bufbuild/protobuf';
import { type Timestamp, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { BosError } from '../core/errors.ts';
import { DynamicType, type Incident, IncidentSchema } from '../gen/bos/v1/incident_pb.js';

/** What every incident says. */
export interface IncidentInput {
  /** The match, by any names or aliases that bookiesports has. */
  readonly id: {
    readonly sport: string;
    readonly eventGroupName: string;
    /** Scheduled start. */
    readonly startTime: Date;
    readonly home: string;
    readonly away: string;
  };
  /** The feed; see `maskProvider` for its name. */
  readonly provider: { readonly name: string; readonly pushed?: Date };
  /** When the incident was built. */
  readonly timestamp?: Date;
  /** The sender's own string, kept as an alias. */
  readonly uniqueString?: string;
  /** Further keys at the top level. */
  readonly extra?: JsonObject;
}

/** A value for a handicap or over/under market. */
export type DynamicInput =
  | { readonly type: 'over_under'; readonly value: number }
  /** `value` -2 means that `participant` (home or away) gives two points. */
  | { readonly type: 'handicap'; readonly value: number; readonly participant: string };

/** A match is announced. */
export function createIncident(
  input: IncidentInput & { readonly season?: string; readonly unsure?: boolean },
): Incident {
  const { season = '', unsure = false } = input;
  return build(input, { case: 'create', value: { season, unsure } });
}

/** A match has begun, at `whistleStartTime` if the feed tells. */
export function inProgressIncident(input: IncidentInput & { readonly whistleStartTime?: Date }): Incident {
  return build(input, { case: 'inProgress', value: { whistleStartTime: time(input.whistleStartTime) } });
}

/** A match has ended, at `whistleEndTime` if the feed tells; the score comes with `resultIncident`. */
export function finishIncident(input: IncidentInput & { readonly whistleEndTime?: Date }): Incident {
  return build(input, { case: 'finish', value: { whistleEndTime: time(input.whistleEndTime) } });
}

/**
 * The final score. Soccer: after 90 minutes and stoppage time.
 * @throws BosError invalid for a score that is no integer from 0 up
 */
export function resultIncident(
  input: IncidentInput & { readonly homeScore: number; readonly awayScore: number },
): Incident {
  const homeScore = score(input.homeScore, 'homeScore');
  const awayScore = score(input.awayScore, 'awayScore');
  return build(input, { case: 'result', value: { homeScore, awayScore } });
}

/** A match is postponed, cancelled, abandoned or interrupted. */
export function canceledIncident(input: IncidentInput & { readonly reason?: string }): Incident {
  return build(input, {
    case: 'canceled',
    value: input.reason === undefined ? {} : { reason: input.reason },
  });
}

/**
 * Values for handicap and over/under markets.
 * @throws BosError invalid without a value, or for one that is no finite number
 */
export function dynamicIncident(
  input: IncidentInput & { readonly types: readonly DynamicInput[] },
): Incident {
  if (input.types.length === 0) {
    throw new BosError('invalid', 'expected at least one value, got none', { field: 'types' });
  }
  return build(input, { case: 'dynamicBmgs', value: { types: input.types.map(dynamicValue) } });
}

function build(
  { id, provider, timestamp, uniqueString, extra }: IncidentInput,
  args: NonNullable<MessageInitShape<typeof IncidentSchema>['arguments']>,
): Incident {
  return create(IncidentSchema, {
    id: { ...id, startTime: timestampFromDate(id.startTime) },
    arguments: args,
    providerInfo: { name: provider.name, pushed: time(provider.pushed) },
    timestamp: time(timestamp),
    uniqueString,
    extra,
  });
}

function dynamicValue(input: DynamicInput, index: number) {
  if (!Number.isFinite(input.value)) {
    throw new BosError('invalid', `expected a number in types[${index}].value, got ${input.value}`, {
      field: 'types',
    });
  }
  // Never in the form 1e-7: values are decimal numbers as text.
  const value = input.value.toFixed(3).replace(/\.?0+$/, '');
  return input.type === 'over_under'
    ? { type: DynamicType.OVER_UNDER, value }
    : { type: DynamicType.HANDICAP, value, participant: input.participant };
}

function time(date: Date | undefined): Timestamp | undefined {
  return date && timestampFromDate(date);
}

function score(points: number, field: string): number {
  if (Number.isInteger(points) && points >= 0) return points;
  throw new BosError('invalid', `expected an integer from 0 up in ${field}, got ${points}`, { field });
}
