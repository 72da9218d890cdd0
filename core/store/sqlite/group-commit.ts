import type { DatabaseSync } from 'node:sqlite';
import { BosError } from '../../errors.ts';
import type { CommitStatistics, Reply, Request, SentError } from './protocol.ts';

type Operation = (...args: never[]) => unknown;

/** Operations by name; the arguments are checked where they are asked for (`StoreThread.call`). */
export interface OperationTables {
  readonly reads: Readonly<Record<string, Operation>>;
  readonly writes: Readonly<Record<string, Operation>>;
}

/** Writes of one transaction at most, so that the first of a flood is not answered with the last. */
const MAX_GROUP = 1000;

/**
 * Runs requests. Reads are answered at once; they never wait for a commit. Writes go into one transaction together
 * and are answered after its commit, which is one flush of the disk for all of them. Each write is a savepoint, so
 * that one that fails leaves the others alone; when the transaction as a whole fails, all of its writes do.
 */
export class GroupCommit {
  #commits = 0;
  #writes = 0;
  readonly #db: DatabaseSync;
  readonly #operations: OperationTables;
  readonly #answer: (replies: readonly Reply[]) => void;

  constructor(db: DatabaseSync, operations: OperationTables, answer: (replies: readonly Reply[]) => void) {
    this.#db = db;
    this.#operations = operations;
    this.#answer = answer;
  }

  get statistics(): CommitStatistics {
    return { commits: this.#commits, writes: this.#writes };
  }

  /** Runs all requests and answers each of them exactly once, in one or more lots. */
  run(requests: readonly Request[]): void {
    const writes: Request[] = [];
    const replies: Reply[] = [];
    for (const request of requests) {
      const [id, name, args] = request;
      const read = this.#operations.reads[name];
      if (read) replies.push(attempt(id, read, args));
      else writes.push(request);
    }
    if (replies.length > 0) this.#answer(replies);
    for (let start = 0; start < writes.length; start += MAX_GROUP) {
      this.#answer(this.#commit(writes.slice(start, start + MAX_GROUP)));
    }
  }

  #commit(writes: readonly Request[]): readonly Reply[] {
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      const replies = writes.map((write) => this.#write(write));
      this.#db.exec('COMMIT');
      this.#commits += 1;
      this.#writes += writes.length;
      return replies;
    } catch (error) {
      this.#rollBack();
      const sent = sendableError(error);
      return writes.map(([id]) => ({ id, error: sent }));
    }
  }

  #write([id, name, args]: Request): Reply {
    const write = this.#operations.writes[name];
    if (!write) return { id, error: sendableError(new Error(`no operation of the store is called ${name}`)) };
    this.#db.exec('SAVEPOINT one');
    const reply = attempt(id, write, args);
    if ('error' in reply) {
      // A full disk rolls the whole transaction back by itself; what ran before is gone with it.
      if (!this.#db.isTransaction) throw errorOf(reply.error);
      this.#db.exec('ROLLBACK TO one');
    }
    this.#db.exec('RELEASE one');
    return reply;
  }

  #rollBack(): void {
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
  }
}

function attempt(id: number, operation: Operation, args: readonly unknown[]): Reply {
  try {
    // The caller's arguments were checked by the compiler against the operation of this name.
    return { id, value: operation(...(args as never[])) };
  } catch (error) {
    return { id, error: sendableError(error) };
  }
}

/** Primary result codes of SQLite that say that the file or the disk cannot be used now. */
const UNAVAILABLE_CODES = new Map([
  [3, 'permission denied'],
  [5, 'busy'],
  [6, 'locked'],
  [7, 'out of memory'],
  [8, 'read-only'],
  [10, 'disk error'],
  [11, 'damaged'],
  [13, 'disk full'],
  [14, 'cannot be opened'],
  [26, 'not a database'],
]);

/** Puts an error into a form that another thread can read; failures of file and disk become `unavailable`. */
export function sendableError(error: unknown): SentError {
  if (error instanceof BosError) return { kind: error.kind, message: error.message, details: error.details };
  if (!(error instanceof Error)) return { message: String(error), details: {} };
  const code = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined;
  const trouble = code === undefined ? undefined : UNAVAILABLE_CODES.get(code & 0xff);
  if (trouble === undefined) return { message: error.message, details: {} };
  return {
    kind: 'unavailable',
    message: `expected the store's disk to work, got "${error.message}" (${trouble}); free space or check the data folder`,
    details: { sqliteCode: code },
  };
}

/** The error that was sent. */
export function errorOf({ kind, message, details }: SentError): Error {
  return kind ? new BosError(kind, message, details) : new Error(message);
}
