import { dirname } from 'node:path';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { makeFolder } from '../folder.ts';
import type { Store } from '../store.ts';
import { sqliteAccountLog } from './account-log.ts';
import { sqliteChanges } from './changes.ts';
import { sqliteDecisions } from './decisions.ts';
import { sqliteEvents } from './events.ts';
import { sqliteIncidents } from './incidents.ts';
import { sqliteLeases } from './leases.ts';
import { sqlitePresence, sqliteSwitches } from './presence.ts';
import type { CommitStatistics } from './protocol.ts';
import { sqliteRefused } from './refused.ts';
import { type StoreThread, startStoreThread } from './thread.ts';
import { sqliteWork } from './work.ts';

/** The embedded store: one SQLite file, used by one process (the data folder's lock sees to that). */
export interface SqliteStore extends Store {
  readonly kind: 'sqlite';
  /** How writes were grouped into commits since the store was opened. */
  readonly statistics: CommitStatistics;
}

/**
 * Opens or creates the store at `path` (the folder is made if missing), on a thread of its own. The caller holds the
 * lock of the data folder: leases and heartbeats left from before are void (agreement rule J).
 *
 * @throws BosError `configuration` when newer software wrote the file or its folder cannot be made, `unavailable`
 *   when it cannot be opened.
 */
export async function openSqliteStore(options: {
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<SqliteStore> {
  await makeFolder(dirname(options.path));
  const thread = await startStoreThread(options.path, options.log);
  return storeOn(thread, options.clock);
}

/** The store whose statements are run by `thread`. */
export function storeOn(thread: StoreThread, clock: Clock): SqliteStore {
  return {
    kind: 'sqlite',
    incidents: sqliteIncidents(thread),
    refused: sqliteRefused(thread, clock),
    work: sqliteWork(thread),
    decisions: sqliteDecisions(thread),
    events: sqliteEvents(thread),
    leases: sqliteLeases(thread),
    accountLog: sqliteAccountLog(thread),
    presence: sqlitePresence(thread),
    switches: sqliteSwitches(thread),
    changes: sqliteChanges(thread),
    get statistics() {
      return thread.statistics;
    },
    check: () => thread.call('probe'),
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}
