import type { Heartbeat, PresenceStore, SwitchStore } from '../store.ts';
import type { Sql } from './sql.ts';
import type { StoreThread } from './thread.ts';

type SwitchName = Parameters<SwitchStore['get']>[0];

/** What the store's thread does for heartbeats and switches. */
export function presenceOperations(sql: Sql) {
  return {
    reads: {
      heartbeats: () =>
        sql
          .all<{ heartbeat: string }>('SELECT heartbeat FROM presence ORDER BY id')
          .map((row) => row.heartbeat),
      getSwitch: (name: SwitchName) =>
        sql.get<{ value: number }>('SELECT value FROM switch WHERE name = :name', { name })?.value,
    },
    writes: {
      beat: (id: string, heartbeat: string) => {
        sql.run('INSERT OR REPLACE INTO presence (id, heartbeat) VALUES (:id, :heartbeat)', {
          id,
          heartbeat,
        });
      },
      leave: (id: string) => {
        sql.run('DELETE FROM presence WHERE id = :id', { id });
      },
      setSwitch: (name: SwitchName, value: 0 | 1) => {
        sql.run('INSERT OR REPLACE INTO switch (name, value) VALUES (:name, :value)', { name, value });
      },
    },
  };
}

/** Heartbeats of a SQLite store. */
export function sqlitePresence(thread: StoreThread): PresenceStore {
  return {
    beat: async (heartbeat) => thread.call('beat', heartbeat.id, JSON.stringify(heartbeat)),
    leave: (id) => thread.call('leave', id),
    async list() {
      const texts = await thread.call('heartbeats');
      return texts.map((text): Heartbeat => {
        const parsed = JSON.parse(text);
        return { ...parsed, startedAt: new Date(parsed.startedAt), at: new Date(parsed.at) };
      });
    },
  };
}

/** Switches of a SQLite store. */
export function sqliteSwitches(thread: StoreThread): SwitchStore {
  return {
    async get(name) {
      const value = await thread.call('getSwitch', name);
      return value === undefined ? undefined : value === 1;
    },
    set: (name, value) => thread.call('setSwitch', name, value ? 1 : 0),
  };
}
