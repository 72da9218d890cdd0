import type { Lease, LeaseStore } from '../../core/store/store.ts';

/** Rows under the unique key (event, epoch), as every store keeps them. */
export function makeLeaseRows(): LeaseStore & { readonly rows: Lease[] } {
  const rows: Lease[] = [];
  const currentOf = (eventId: string): Lease | undefined =>
    rows.filter((row) => row.eventId === eventId).sort((a, b) => b.epoch - a.epoch)[0];
  const change = (eventId: string, epoch: number, fields: (row: Lease) => Partial<Lease>): boolean => {
    const row = currentOf(eventId);
    if (row?.epoch !== epoch || row.released) return false;
    rows[rows.indexOf(row)] = { ...row, ...fields(row) };
    return true;
  };
  return {
    rows,
    current: async (eventId) => currentOf(eventId),
    async insert(lease) {
      if (rows.some((row) => row.eventId === lease.eventId && row.epoch === lease.epoch)) return false;
      rows.push({ ...lease, counter: 0, released: false });
      return true;
    },
    renew: async (eventId, epoch) => change(eventId, epoch, (row) => ({ counter: row.counter + 1 })),
    release: async (eventId, epoch) => {
      change(eventId, epoch, () => ({ released: true }));
    },
  };
}
