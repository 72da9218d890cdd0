/**
 * What a caller can act on. The server maps each kind once to a Connect code and an HTTP status; anything that is
 * not a BosError becomes a masked `internal` with an id that finds it in the log.
 */
export type ErrorKind =
  /** The input is malformed: 400, `Invalid data format` on /trigger. */
  | 'invalid'
  /** A sport, league or participant is not known: 400, `Not normalized incident` on /trigger. */
  | 'not_normalized'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  /** The object is in a state that does not allow what was asked, or another process holds it. */
  | 'conflict'
  | 'too_large'
  /** Store, queue or node cannot be reached right now; the same call may work later. */
  | 'unavailable'
  /** A setting is missing or contradicts another; the process does not start. */
  | 'configuration'
  | 'unimplemented';

/** An error whose message says what was expected, what came, and what to do. */
export class BosError extends Error {
  readonly kind: ErrorKind;
  /** Machine-readable particulars, e.g. `{ field: 'id.home', got: 'Foo' }`; never secrets. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    kind: ErrorKind,
    message: string,
    details: Record<string, unknown> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'BosError';
    this.kind = kind;
    this.details = details;
  }
}

/** Makes an exhaustive `switch` fail to compile when a case is missing. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
