import type { LeaseStore } from '../store.ts';
import { type Collections, documentKey } from './collections.ts';
import { insertIfNew } from './inserting.ts';

/** Leases of a MongoDB store: (event, epoch) is taken by an insert, and the row with the highest epoch counts. */
export function mongoLeases({ leases }: Collections): LeaseStore {
  const highest = (event: string) => leases.findOne({ event }, { sort: { epoch: -1 } });
  return {
    async current(eventId) {
      const lease = await highest(eventId);
      if (!lease) return undefined;
      const { epoch, holder, counter, released } = lease;
      return { eventId, epoch, holder, counter, released };
    },
    async insert({ eventId, epoch, holder }) {
      const before = await highest(eventId);
      if (before && before.epoch >= epoch) return false;
      const _id = documentKey(eventId, epoch);
      const row = { _id, event: eventId, epoch, holder, counter: 0, released: false };
      if (!(await insertIfNew(leases, row))) return false;
      // A process that slept since it looked may find itself behind: its row is no lease.
      const now = await highest(eventId);
      if (now?.epoch !== epoch) return false;
      await leases.deleteMany({ event: eventId, epoch: { $lt: epoch } });
      return true;
    },
    async renew(eventId, epoch) {
      const renewed = await leases.updateOne(
        { _id: documentKey(eventId, epoch), released: false },
        { $inc: { counter: 1 } },
      );
      return renewed.matchedCount > 0 && (await highest(eventId))?.epoch === epoch;
    },
    async release(eventId, epoch) {
      await leases.updateOne({ _id: documentKey(eventId, epoch) }, { $set: { released: true } });
    },
  };
}
