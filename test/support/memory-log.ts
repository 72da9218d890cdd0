import type {
  AccountLogEntry,
  AccountLogStore,
  Lease,
  LeaseStore,
  LogOutcome,
} from '../../core/store/store.ts';

/** An account log and leases in memory, for tests of what is written and when. */
export function memoryLog(): {
  accountLog: AccountLogStore;
  leases: LeaseStore;
  entries: AccountLogEntry[];
  held: Map<string, Lease>;
} {
  const entries: AccountLogEntry[] = [];
  const held = new Map<string, Lease>();
  const accountLog: AccountLogStore = {
    insert: async (entry) => {
      if (entries.some(({ account, n }) => account === entry.account && n === entry.n)) return false;
      entries.push(entry);
      return true;
    },
    lastN: async (account) =>
      Math.max(0, ...entries.filter((entry) => entry.account === account).map(({ n }) => n)),
    unresolved: async (account) => entries.filter((entry) => entry.account === account && !entry.outcome),
    resolve: async (account, n, outcome: LogOutcome) => {
      const i = entries.findIndex((entry) => entry.account === account && entry.n === n);
      const entry = entries[i];
      if (entry && !entry.outcome) entries[i] = { ...entry, outcome };
    },
    list: async () => ({ items: entries, nextPageToken: undefined }) as never,
  };
  const leases: LeaseStore = {
    current: async (eventId) => held.get(eventId),
    insert: async ({ eventId, epoch, holder }) => {
      held.set(eventId, { eventId, epoch, holder, counter: 0, released: false });
      return true;
    },
    renew: async () => true,
    release: async (eventId) => {
      const lease = held.get(eventId);
      if (lease) held.set(eventId, { ...lease, released: true });
    },
  };
  return { accountLog, leases, entries, held };
}
