import type { Lease, LeaseStore } from '../store.ts';
import type { Sql } from './sql.ts';
import type { StoreThread } from './thread.ts';

type LeaseRow = Omit<Lease, 'released'> & { readonly released: 0 | 1 };
type NewLease = { readonly eventId: string; readonly epoch: number; readonly holder: string };

const CURRENT = 'SELECT max(epoch) FROM lease WHERE event_id = :eventId';

/** What the store's thread does for leases. */
export function leaseOperations(sql: Sql) {
  return {
    reads: {
      currentLease: (eventId: string) =>
        sql.get<LeaseRow>(
          `SELECT event_id AS eventId, epoch, holder, counter, released FROM lease
           WHERE event_id = :eventId ORDER BY epoch DESC LIMIT 1`,
          { eventId },
        ),
    },
    writes: {
      insertLease: ({ eventId, epoch, holder }: NewLease): boolean => {
        const inserted = sql.run(
          `INSERT INTO lease (event_id, epoch, holder)
           SELECT :eventId, :epoch, :holder
           WHERE NOT EXISTS (SELECT 1 FROM lease WHERE event_id = :eventId AND epoch >= :epoch)`,
          { eventId, epoch, holder },
        );
        // Only the highest epoch counts, and no lower one can be inserted again.
        sql.run('DELETE FROM lease WHERE event_id = :eventId AND epoch < :epoch', { eventId, epoch });
        return inserted > 0;
      },
      renewLease: (eventId: string, epoch: number): boolean =>
        sql.run(
          `UPDATE lease SET counter = counter + 1
           WHERE event_id = :eventId AND epoch = :epoch AND released = 0 AND epoch = (${CURRENT})`,
          { eventId, epoch },
        ) > 0,
      releaseLease: (eventId: string, epoch: number) => {
        sql.run('UPDATE lease SET released = 1 WHERE event_id = :eventId AND epoch = :epoch', {
          eventId,
          epoch,
        });
      },
    },
  };
}

/** Leases of a SQLite store. */
export function sqliteLeases(thread: StoreThread): LeaseStore {
  return {
    async current(eventId) {
      const row = await thread.call('currentLease', eventId);
      return row && { ...row, released: row.released === 1 };
    },
    insert: ({ eventId, epoch, holder }) => thread.call('insertLease', { eventId, epoch, holder }),
    renew: (eventId, epoch) => thread.call('renewLease', eventId, epoch),
    release: (eventId, epoch) => thread.call('releaseLease', eventId, epoch),
  };
}
