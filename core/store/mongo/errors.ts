import {
  MongoAPIError,
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoCompatibilityError,
  MongoError,
  MongoExpiredSessionError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoSystemError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
} from 'mongodb';
import { BosError } from '../../errors.ts';

const DUPLICATE_KEY = 11000;
const UNAUTHORIZED = [13, 8000];
const AUTHENTICATION_FAILED = [18];
/**
 * Answers of a server that is there but cannot write durably right now: shutting down, no primary, not enough members
 * for the write concern, out of disk space.
 */
const NOT_NOW: ReadonlyMap<unknown, string> = new Map([
  [6, 'HostUnreachable'],
  [7, 'HostNotFound'],
  [50, 'MaxTimeMSExpired'],
  [64, 'WriteConcernFailed'],
  [89, 'NetworkTimeout'],
  [91, 'ShutdownInProgress'],
  [100, 'UnsatisfiableWriteConcern'],
  [133, 'FailedToSatisfyReadPreference'],
  [134, 'ReadConcernMajorityNotAvailableYet'],
  [189, 'PrimarySteppedDown'],
  [262, 'ExceededTimeLimit'],
  [9001, 'SocketException'],
  [10107, 'NotWritablePrimary'],
  [11600, 'InterruptedAtShutdown'],
  [11602, 'InterruptedDueToReplStateChange'],
  [13435, 'NotPrimaryNoSecondaryOk'],
  [13436, 'NotPrimaryOrSecondary'],
  [14031, 'OutOfDiskSpace'],
]);
const SOCKET_ERRORS = [
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ERR_SOCKET_CLOSED',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'ETIMEDOUT',
];
/** No connection was free in the time that the address allows; the driver does not export its class. */
const POOL_EXHAUSTED = 'MongoWaitQueueTimeoutError';
const REACH_LABELS = ['RetryableWriteError', 'RetryableReadError', 'TransientTransactionError'];

/** Whether the server answered with this code. */
export function isServerError(error: unknown, code: number): boolean {
  return error instanceof MongoServerError && error.code === code;
}

/** Whether an insert or upsert met a document under the same unique key, and nothing else went wrong. */
export function isDuplicate(error: unknown): boolean {
  if (!(error instanceof MongoBulkWriteError)) return isServerError(error, DUPLICATE_KEY);
  const errors = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  return (
    errors.length > 0 &&
    errors.every(({ code }) => code === DUPLICATE_KEY) &&
    error.result.getWriteConcernError() === undefined
  );
}

/**
 * A failure of reach becomes `unavailable`, rights that were taken away meanwhile as well; anything else stays what it
 * is.
 */
export function translate(error: unknown, address: string): unknown {
  const isRefused = [...UNAUTHORIZED, ...AUTHENTICATION_FAILED].some((code) => isServerError(error, code));
  if (!isRefused && !isOutOfReach(error)) return error;
  return new BosError(
    'unavailable',
    `expected an answer of MongoDB at ${address}, got: ${messageOf(error)}; it is tried again with the next call`,
    { address },
    { cause: error },
  );
}

/**
 * The same in words for the start of a process, where settings may be wrong.
 * @param user name without password, when the address has one
 */
export function translateAtStart(
  error: unknown,
  address: string,
  database: string,
  user: string | undefined,
): unknown {
  const options = { cause: error };
  const details = { address, database };
  const reason = error instanceof MongoServerSelectionError ? error.cause : error;
  if (reason instanceof MongoCompatibilityError) {
    // The driver needs what we need, and says which versions it found.
    return new BosError(
      'configuration',
      `expected MongoDB 4.4 or newer at ${address}, got another one (${reason.message}): upgrade it`,
      details,
      options,
    );
  }
  if (AUTHENTICATION_FAILED.some((code) => isServerError(error, code))) {
    return new BosError(
      'configuration',
      `expected MongoDB at ${address} to know the user ${user ?? ''}, got: ${messageOf(error)}; correct name, password or authSource in "store"`,
      details,
      options,
    );
  }
  if (UNAUTHORIZED.some((code) => isServerError(error, code))) {
    return new BosError(
      'configuration',
      `expected ${user === undefined ? 'access without a user' : `the user ${user}`} to have the role readWrite on the database "${database}" of MongoDB at ${address}, got: ${messageOf(error)}; grant it with db.grantRolesToUser, or name another user in "store"`,
      details,
      options,
    );
  }
  if (isDuplicate(error)) {
    return new BosError(
      'configuration',
      `expected incidents to be unique by unique_string and provider in the database "${database}" of MongoDB at ${address}, got: ${messageOf(error)}; remove the doubles`,
      details,
      options,
    );
  }
  if (!isOutOfReach(error)) return error;
  return new BosError(
    'unavailable',
    `expected a MongoDB server at ${address}, got: ${messageOf(error)}; start it, or correct "store"`,
    details,
    options,
  );
}

function isOutOfReach(error: unknown): boolean {
  if (!(error instanceof MongoError)) return isSocketError(error);
  if (REACH_LABELS.some((label) => error.hasErrorLabel(label))) return true;
  if (error instanceof MongoBulkWriteError) {
    // A connection that breaks within a bulk comes wrapped in its error.
    if (isOutOfReach(error.errorResponse)) return true;
    return error.result.getWriteConcernError() !== undefined || NOT_NOW.has(error.code);
  }
  if (error instanceof MongoServerError) {
    return error instanceof MongoWriteConcernError || NOT_NOW.has(error.code);
  }
  if (error instanceof MongoAPIError) {
    return (
      error instanceof MongoNotConnectedError ||
      error instanceof MongoTopologyClosedError ||
      error instanceof MongoClientClosedError ||
      error instanceof MongoExpiredSessionError
    );
  }
  return (
    error.name === POOL_EXHAUSTED ||
    error instanceof MongoNetworkError ||
    error instanceof MongoSystemError ||
    error instanceof MongoOperationTimeoutError
  );
}

/** The driver lets some errors of sockets through as they are. */
function isSocketError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && SOCKET_ERRORS.includes(String(error.code));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
