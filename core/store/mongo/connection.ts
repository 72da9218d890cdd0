import { type Db, MongoClient, ReadConcern, WriteConcern } from 'mongodb';
import { BosError } from '../../errors.ts';
import { translate, translateAtStart } from './errors.ts';

const SELECTION_TIMEOUT_MS = 2_000;
/** Of one process, unless the address says something else: inserts come in batches, so a few do. */
const MAX_CONNECTIONS = 20;
/** Whoever holds a connection ends by then, so that those who wait for one get it in the end: their wait has no bound. */
const SOCKET_TIMEOUT_MS = 15_000;
const WRITE_CONCERN_TIMEOUT_MS = 10_000;

/** Majority and journaled, whatever the address says: acknowledged means durable (design decision 1). */
const DURABLE = new WriteConcern('majority', WRITE_CONCERN_TIMEOUT_MS, true);

/** A connection that was tried out. The driver connects again by itself after failures. */
export interface MongoConnection {
  readonly db: Db;
  /** Runs something that happens at start, with errors in words that name the setting. */
  starting<T>(body: () => Promise<T>): Promise<T>;
  /** The room with every method refusing when closed, and failing with `unavailable` when the server is out of reach. */
  guard<T extends object>(room: T): T;
  /** Lets running calls end, then closes. */
  close(): Promise<void>;
}

/**
 * Connects; the driver refuses servers that are too old.
 * @param url `mongodb://...` or `mongodb+srv://...`
 * @param database name of the database; that of the address, else `fallback`
 * @throws BosError `configuration` for an address that cannot be read, a refused user or a server older than 4.4,
 * `unavailable` when there is no server
 */
export async function connectMongo(
  url: string,
  database: string | undefined,
  fallback: string,
): Promise<MongoConnection> {
  const client = makeClient(url);
  const { hosts, srvHost, credentials } = client.options;
  const address = srvHost ?? hosts.map(String).join(',');
  const name = database ?? (pathOf(url) || fallback);
  const db = client.db(name, {
    writeConcern: DURABLE,
    readConcern: new ReadConcern('majority'),
    readPreference: 'primary',
  });
  const starting = async <T>(body: () => Promise<T>): Promise<T> => {
    try {
      return await body();
    } catch (error) {
      await client.close();
      throw translateAtStart(error, address, name, credentials?.username || undefined);
    }
  };
  await starting(() => client.connect());

  const running = new Set<Promise<unknown>>();
  let closed: Promise<void> | undefined;
  const guarded = async <T>(body: () => Promise<T>): Promise<T> => {
    if (closed) throw new BosError('unavailable', 'expected an open store, got one that was closed');
    const call = body();
    running.add(call);
    try {
      return await call;
    } catch (error) {
      throw translate(error, address);
    } finally {
      running.delete(call);
    }
  };
  return {
    db,
    starting,
    guard(room) {
      const methods = Object.entries(room).map(([key, method]) => [
        key,
        (...args: unknown[]) => guarded(async () => method(...args)),
      ]);
      // The same methods with the same arguments and results.
      return Object.fromEntries(methods) as typeof room;
    },
    close() {
      closed ??= Promise.allSettled(running).then(() => client.close());
      return closed;
    },
  };
}

function makeClient(url: string): MongoClient {
  try {
    return new MongoClient(url, {
      appName: 'bos',
      serverSelectionTimeoutMS: SELECTION_TIMEOUT_MS,
      connectTimeoutMS: SELECTION_TIMEOUT_MS,
      socketTimeoutMS: SOCKET_TIMEOUT_MS,
      retryReads: true,
      retryWrites: true,
      ...(!/[?&]maxPoolSize=/i.test(url) && { maxPoolSize: MAX_CONNECTIONS }),
    });
  } catch (error) {
    throw new BosError(
      'configuration',
      `expected "store" to be an address like mongodb://user:password@host:27017/, got one that cannot be read (${error instanceof Error ? error.message : error}): special characters in the password have to be percent-encoded`,
      // No cause: errors about addresses carry the whole address, password included.
    );
  }
}

/** The database that the address names after its hosts, or nothing. */
function pathOf(url: string): string {
  return decodeURIComponent(/^[^/]+\/\/[^/?]*\/([^/?]*)/.exec(url)?.[1] ?? '');
}
