import type { ChangeStore } from '../store.ts';
import { parseDecision } from './decisions.ts';
import type { Sql } from './sql.ts';
import type { StoreThread } from './thread.ts';

/**
 * What the store's thread does for those who follow it. Both tables count with AUTOINCREMENT and all writes go through
 * one connection, one transaction after another: positions are in the order of the commits.
 */
export function changeOperations(sql: Sql) {
  return {
    reads: {
      lastPositions: () =>
        sql.all<{ name: string; seq: number }>(
          `SELECT name, seq FROM sqlite_sequence WHERE name IN ('incident', 'decision')`,
        ),
      decisionsAfter: (after: number, limit: number) =>
        sql.all<{ n: number; record: string }>(
          'SELECT n, record FROM decision WHERE n > :after ORDER BY n LIMIT :limit',
          { after, limit },
        ),
    },
    writes: {},
  };
}

/** The order of what was added to a SQLite store. */
export function sqliteChanges(thread: StoreThread): ChangeStore {
  return {
    async last() {
      const rows = await thread.call('lastPositions');
      const of = (table: string) => rows.find(({ name }) => name === table)?.seq ?? 0;
      return { incidents: of('incident'), decisions: of('decision') };
    },
    async decisionsAfter(position, limit) {
      const rows = await thread.call('decisionsAfter', position, limit);
      return rows.map(({ n, record }) => ({ position: n, record: parseDecision(record) }));
    },
  };
}
