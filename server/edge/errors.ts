import { randomUUID } from 'node:crypto';
import type { JsonObject, MessageInitShape } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { BosError, type ErrorKind as Kind } from '../../core/errors.ts';
import type { UnknownName } from '../../core/incidents/types.ts';
import type { Log } from '../../core/log.ts';
import { ErrorDetailSchema, ErrorKind } from '../../gen/bos/v1/common_pb.js';
import { unknownNameHint } from '../map/names.ts';

/** How one kind of refusal shows on each wire. */
interface Mapping {
  readonly kind: ErrorKind;
  readonly code: Code;
  readonly status: number;
}

/** The one table from what went wrong to what callers see. */
const MAPPINGS: Readonly<Record<Kind, Mapping>> = {
  invalid: { kind: ErrorKind.INVALID, code: Code.InvalidArgument, status: 400 },
  not_normalized: { kind: ErrorKind.NOT_NORMALIZED, code: Code.InvalidArgument, status: 400 },
  unauthenticated: { kind: ErrorKind.UNAUTHENTICATED, code: Code.Unauthenticated, status: 401 },
  forbidden: { kind: ErrorKind.FORBIDDEN, code: Code.PermissionDenied, status: 403 },
  not_found: { kind: ErrorKind.NOT_FOUND, code: Code.NotFound, status: 404 },
  conflict: { kind: ErrorKind.CONFLICT, code: Code.FailedPrecondition, status: 409 },
  too_large: { kind: ErrorKind.TOO_LARGE, code: Code.ResourceExhausted, status: 413 },
  unavailable: { kind: ErrorKind.UNAVAILABLE, code: Code.Unavailable, status: 503 },
  configuration: { kind: ErrorKind.CONFIGURATION, code: Code.FailedPrecondition, status: 500 },
  unimplemented: { kind: ErrorKind.UNIMPLEMENTED, code: Code.Unimplemented, status: 501 },
};

/** An error as a caller sees it: a refusal in words, or a defect that only names its entry in the log. */
export type Failure =
  | { readonly masked: false; readonly error: BosError; readonly status: number; readonly message: string }
  | { readonly masked: true; readonly logId: string; readonly status: 500; readonly message: string };

/**
 * Sorts an error once, at the edge. Whatever is not a BosError is a defect of ours: it goes to the log under a new id
 * and callers get that id instead of its text.
 */
export function failureOf(error: unknown, log: Log): Failure {
  if (error instanceof BosError) {
    return { masked: false, error, status: MAPPINGS[error.kind].status, message: error.message };
  }
  const logId = randomUUID();
  log.error({ err: error, logId }, 'unexpected error');
  return {
    masked: true,
    logId,
    status: 500,
    message: `internal error, find ${logId} in the log of the server`,
  };
}

/** The failure as the message that RPC errors carry and that batches have per item. */
export function errorDetail(failure: Failure): MessageInitShape<typeof ErrorDetailSchema> {
  if (failure.masked) {
    const { message, logId } = failure;
    return { kind: ErrorKind.INTERNAL, message, field: '', unknownNames: [], logId };
  }
  const { kind, message, details } = failure.error;
  const { field, unknown, ...rest } = details;
  return {
    kind: MAPPINGS[kind].kind,
    message,
    field: typeof field === 'string' ? field : '',
    unknownNames:
      kind === 'not_normalized' ? unknownNamesOf(unknown).map((name) => unknownNameHint(name)) : [],
    details: jsonObject(rest),
    logId: '',
  };
}

/** What an RPC throws for an error from below. ConnectErrors (from the protocol itself) stay as they are. */
export function toConnectError(error: unknown, log: Log): ConnectError {
  if (error instanceof ConnectError) return error;
  const failure = failureOf(error, log);
  const code = failure.masked ? Code.Internal : MAPPINGS[failure.error.kind].code;
  const detail = { desc: ErrorDetailSchema, value: errorDetail(failure) };
  return new ConnectError(failure.message, code, undefined, [detail]);
}

/** The names in a `not_normalized` error, as `acceptIncident` leaves them in its details. */
export function unknownNamesOf(unknown: unknown): readonly UnknownName[] {
  // Only our own acceptIncident makes these errors; anything else there is dropped.
  return Array.isArray(unknown) ? (unknown as UnknownName[]) : [];
}

function jsonObject(details: object): JsonObject {
  // Through JSON, so that dates, undefined and bigints can't break the answer.
  const text = JSON.stringify(details, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
  return JSON.parse(text) as JsonObject;
}
