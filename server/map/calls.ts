import type { DecisionCall, CallStatus as Status } from '../../core/decide/types.ts';
import { BosError } from '../../core/errors.ts';
import type { Call as IncidentCall } from '../../core/incidents/types.ts';
import { Call, CallStatus } from '../../gen/bos/v1/call_pb.js';

const CALLS: Readonly<Record<DecisionCall, Call>> = {
  create: Call.CREATE,
  in_progress: Call.IN_PROGRESS,
  finish: Call.FINISH,
  result: Call.RESULT,
  canceled: Call.CANCELED,
  dynamic_bmgs: Call.DYNAMIC_BMGS,
  unknown: Call.UNKNOWN,
  sync: Call.SYNC,
};

const STATUSES: Readonly<Record<Status, CallStatus>> = {
  unknown: CallStatus.UNKNOWN,
  waiting: CallStatus.WAITING,
  done: CallStatus.DONE,
  not_normalizable: CallStatus.NOT_NORMALIZABLE,
  insufficient_incidents: CallStatus.INSUFFICIENT_INCIDENTS,
  undecided: CallStatus.UNDECIDED,
  event_missing: CallStatus.EVENT_MISSING,
  event_group_closed: CallStatus.EVENT_GROUP_CLOSED,
  postponed: CallStatus.POSTPONED,
  create_too_old: CallStatus.CREATE_TOO_OLD,
  related_object_not_found: CallStatus.RELATED_OBJECT_NOT_FOUND,
  connection_lost: CallStatus.CONNECTION_LOST,
  midway: CallStatus.MIDWAY,
  unhandled_exception_retrying_soon: CallStatus.UNHANDLED_EXCEPTION_RETRYING_SOON,
  unhandled_exception: CallStatus.UNHANDLED_EXCEPTION,
  manually_finalized: CallStatus.MANUALLY_FINALIZED,
};

const TEXTS = inverse(CALLS);
const STATUS_TEXTS = inverse(STATUSES);

/** A call for the API. */
export function callOf(call: DecisionCall): Call {
  return CALLS[call];
}

/** A status for the API. */
export function statusOf(status: Status): CallStatus {
  return STATUSES[status];
}

/**
 * A call from the API.
 * @throws BosError invalid when it is not said or not known
 */
export function callText(call: Call, field: string): DecisionCall {
  const text = TEXTS.get(call);
  if (text === undefined)
    throw new BosError('invalid', `expected a call in ${field}, got ${Call[call] ?? call}`, { field });
  return text;
}

/**
 * A call that incidents make, from the API.
 * @throws BosError invalid for anything else
 */
export function incidentCallText(call: Call, field: string): IncidentCall {
  const text = callText(call, field);
  if (text === 'sync')
    throw new BosError('invalid', `expected a call of incidents in ${field}, got sync`, { field });
  return text;
}

/**
 * A call that incidents make and that is acted on, from the API.
 * @throws BosError invalid for anything else
 */
export function decidedCallText(call: Call, field: string): Exclude<IncidentCall, 'unknown'> {
  const text = incidentCallText(call, field);
  if (text === 'unknown')
    throw new BosError(
      'invalid',
      `expected a call that is decided in ${field}, got unknown: its incidents are only stored`,
      { field },
    );
  return text;
}

/**
 * A status from the API.
 * @throws BosError invalid when it is not said or not known
 */
export function statusText(status: CallStatus, field: string): Status {
  const text = STATUS_TEXTS.get(status);
  if (text === undefined) {
    throw new BosError('invalid', `expected a status in ${field}, got ${CallStatus[status] ?? status}`, {
      field,
    });
  }
  return text;
}

function inverse<K extends string, V>(record: Readonly<Record<K, V>>): ReadonlyMap<V, K> {
  // Object.entries widens the keys of an exact record.
  return new Map((Object.entries(record) as [K, V][]).map(([key, value]) => [value, key]));
}
