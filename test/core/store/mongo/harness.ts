import type { Db, Document } from 'mongodb';
import { MongoClient } from 'mongodb';
import { type Log, silentLog } from '../../../../core/log.ts';
import { type MongoStore, openMongoStore } from '../../../../core/store/mongo/open.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { type MongoServer, startMongo } from '../../../support/mongo-server.ts';
import { recordMongo } from '../../../support/recording-mongo.ts';

/** A database of its own, with a bare driver beside the stores. */
export interface Database extends AsyncDisposable {
  readonly db: Db;
  /** Opens a store on it; each is like a process of its own. All are closed in the end. */
  open(options?: { readonly log?: Log; readonly signal?: AbortSignal }): Promise<MongoStore>;
}

/** A server on which everything is written down that stores ask. */
interface RecordedMongo extends MongoServer {
  readonly recordedUrl: string;
  readonly commands: readonly Document[];
}

/** Starts one. */
export async function startRecordedMongo(): Promise<RecordedMongo> {
  const server = await startMongo();
  const recording = await recordMongo(server.url);
  return {
    ...server,
    recordedUrl: recording.url,
    commands: recording.commands,
    async [Symbol.asyncDispose]() {
      await recording[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Makes an empty database on the server. */
export async function openDatabase(server: MongoServer & { recordedUrl?: string }): Promise<Database> {
  const database = server.freshDatabase();
  const client = await MongoClient.connect(server.url);
  const stores: MongoStore[] = [];
  return {
    db: client.db(database),
    async open(options = {}) {
      const store = await openMongoStore({
        url: server.recordedUrl ?? server.url,
        names: { database },
        clock: manualClock(),
        log: silentLog,
        ...options,
      });
      stores.push(store);
      return store;
    },
    async [Symbol.asyncDispose]() {
      for (const store of stores) await store[Symbol.asyncDispose]();
      await client.close();
    },
  };
}

/** A log that keeps what it is told. */
export function keepingLog(): Log & {
  readonly lines: { level: string; details: object; message: string }[];
} {
  const lines: { level: string; details: object; message: string }[] = [];
  const at = (level: string) => (details: object, message: string) => {
    lines.push({ level, details, message });
  };
  const log = { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { ...log, child: () => keepingLog() };
}
