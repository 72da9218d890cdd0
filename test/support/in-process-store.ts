import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../core/clock.ts';
import { BosError } from '../../core/errors.ts';
import { errorOf, sendableError } from '../../core/store/sqlite/group-commit.ts';
import { type SqliteStore, storeOn } from '../../core/store/sqlite/open.ts';
import { makeOperations, type Operations } from '../../core/store/sqlite/operations.ts';
import { migrate } from '../../core/store/sqlite/schema.ts';
import type { StoreThread } from '../../core/store/sqlite/thread.ts';

/**
 * The embedded store in memory and without its thread: every answer is there in the same turn of the event loop, so
 * that a test with many witnesses needs no waiting. The same statements as the real one, nothing durable.
 * @param options.database kept open when the store is closed, for a store that is opened again; a new one unless given
 */
export function openInProcessStore(options: {
  readonly clock: Clock;
  readonly database?: DatabaseSync;
}): SqliteStore {
  return storeOn(startInProcessThread(options.database), options.clock);
}

/** Runs each operation at once; a write is a transaction of its own. */
function startInProcessThread(given: DatabaseSync | undefined): StoreThread {
  const db = given ?? new DatabaseSync(':memory:');
  db.exec('PRAGMA foreign_keys = ON');
  migrate(db, ':memory:');
  const { reads, writes } = makeOperations(db);
  const [begin, commit] = [db.prepare('BEGIN'), db.prepare('COMMIT')];
  let commits = 0;
  let isClosed = false;

  const run = (operation: (...args: never[]) => unknown, args: readonly unknown[], isWrite: boolean) => {
    if (isWrite) begin.run();
    try {
      // The caller's arguments were checked by the compiler against the operation of this name.
      const value = operation(...(args as never[]));
      if (isWrite) commit.run();
      return value;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw errorOf(sendableError(error));
    }
  };
  return {
    async call<Name extends keyof Operations>(name: Name, ...args: Parameters<Operations[Name]>) {
      if (isClosed) throw new BosError('unavailable', 'the store takes nothing any more: it is closed');
      const isWrite = name in writes;
      if (isWrite) commits += 1;
      const table: Readonly<Record<string, (...args: never[]) => unknown>> = isWrite ? writes : reads;
      const operation = table[name];
      if (!operation) throw new Error(`no operation of the store is called ${name}`);
      // The table holds the operation of this name.
      return run(operation, args, isWrite) as ReturnType<Operations[Name]>;
    },
    get statistics() {
      return { commits, writes: commits };
    },
    async [Symbol.asyncDispose]() {
      if (!given && !isClosed) db.close();
      isClosed = true;
    },
  };
}
