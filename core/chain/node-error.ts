import { isRecord } from './json.ts';

/** A node's refusal of a call. Of three generations of nodes, only the human text is common (chain reference 2.3, 12). */
export class NodeError extends Error {
  readonly method: string;
  /** The real code (`data.code`); the outer one always is 1. */
  readonly code: number | undefined;

  /** @param error the `error` member of the reply, whatever it holds */
  constructor(method: string, error: unknown) {
    const message =
      isRecord(error) && typeof error.message === 'string' ? error.message : JSON.stringify(error);
    super(message || 'the node gave no reason');
    this.name = 'NodeError';
    this.method = method;
    const data = isRecord(error) ? error.data : undefined;
    this.code = isRecord(data) && typeof data.code === 'number' ? data.code : codeOfDump(message);
  }

  /** The reason on one line, without the trace that nodes of 2018 put below it. */
  get reason(): string {
    const lines = this.message.split('\n').map((line) => line.trim());
    const text = codeOfDump(this.message) === undefined ? lines[0] : (lines[1] ?? lines[0]);
    return text?.replace(/:\s*$/, '') ?? this.message;
  }
}

/** Nodes of 2018 begin with `10 assert_exception: Assert Exception` and go on below. */
function codeOfDump(message: string): number | undefined {
  const match = /^(\d+) \w+: /.exec(message);
  return match ? Number(match[1]) : undefined;
}

/** A call that got no answer: the connection is gone, or it took too long. */
export class ConnectionError extends Error {
  /** False when the request surely never left this process. */
  readonly sent: boolean;

  constructor(message: string, sent: boolean) {
    super(message);
    this.name = 'ConnectionError';
    this.sent = sent;
  }
}

function says(error: unknown, text: string): boolean {
  return error instanceof NodeError && error.message.includes(text);
}

/** An equal operation is in a transaction that waits for its block: look again after the next one. */
export function isAlreadyPending(error: unknown): boolean {
  return says(error, 'Proposed operation is already pending for approval.');
}

/** A key is missing or wrong, or the node saw other bytes than were signed. */
export function isMissingAuthority(error: unknown): boolean {
  return /missing (required )?(active|owner|other) authority/i.test(
    error instanceof NodeError ? error.message : '',
  );
}

/** The very same transaction was taken before. */
export function isKnownTransaction(error: unknown): boolean {
  return says(error, 'find(trx_id) ==') || says(error, 'by_trx_id');
}
