import type { Heartbeat, PresenceStore, SwitchStore } from '../store.ts';
import type { Collections } from './collections.ts';
import { upsert } from './inserting.ts';

const FORGOTTEN_AFTER_MS = 24 * 3600 * 1000;

/** Heartbeats of a MongoDB store. */
export function mongoPresence({ presence }: Collections): PresenceStore {
  return {
    async beat(heartbeat) {
      const { id, at } = heartbeat;
      const row = { at, heartbeat: JSON.stringify(heartbeat) };
      await upsert(() => presence.replaceOne({ _id: id }, row, { upsert: true }));
    },
    async leave(id) {
      await presence.deleteOne({ _id: id });
    },
    async list() {
      const rows = await presence.find().sort({ _id: 1 }).toArray();
      return rows.map(({ heartbeat }): Heartbeat => {
        const parsed = JSON.parse(heartbeat);
        return { ...parsed, startedAt: new Date(parsed.startedAt), at: new Date(parsed.at) };
      });
    },
  };
}

/** Forgets processes that have given no sign for a day: they were killed and will never leave. */
export async function forgetTheDead({ presence }: Collections, now: Date): Promise<void> {
  await presence.deleteMany({ at: { $lt: new Date(now.getTime() - FORGOTTEN_AFTER_MS) } });
}

/** Switches of a MongoDB store. */
export function mongoSwitches({ switches }: Collections): SwitchStore {
  return {
    async get(name) {
      return (await switches.findOne({ _id: name }))?.value;
    },
    async set(name, value) {
      await upsert(() => switches.replaceOne({ _id: name }, { value }, { upsert: true }));
    },
  };
}
