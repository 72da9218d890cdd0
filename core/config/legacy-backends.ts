import { z } from 'zod';
import { BosError } from '../errors.ts';
import { legacyRedisUrl } from '../queue/redis/address.ts';
import type { Placed } from './file.ts';
import type { Config } from './types.ts';

/** What stands for the MongoDB and Redis keys of an old file. */
export interface LegacyBackends {
  /** Address with the database. */
  readonly store: string;
  readonly queue: string;
  /** Names that the file gives to collections; the others have their usual ones. */
  readonly collections: Partial<Config['collections']>;
}

const DEFAULT_SEED = 'localhost:27017';
/** Names of the entries that the Python suite brings along, with their databases. */
const DEFAULT_DATABASES: Readonly<Record<string, string>> = {
  mongodb: 'incident-storage',
  mongodbtest: 'incident-storage-test',
};
const DEFAULT_USE = 'mongodb';

const text = z.string().min(1);
const number = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);
const port = number.pipe(z.number().int().min(1).max(65535));
const databaseNumber = number.pipe(z.number().int().min(0));
/** What a key holds that stands there without a value. */
const unset = z.null().transform(() => undefined);
const maybe = <T extends z.ZodType>(type: T) => z.union([type, unset]).optional();

const seeds = z.union([z.array(text).min(1), text.transform((one) => [one])]);
/** Schema and indexes stand beside the name; they are what they have to be in any case. */
const collection = maybe(z.object({ name: maybe(text) }));
/** By what is kept in them: the Python suite knows these three. */
const collections = z.strictObject({ incident: collection, event: collection, status: collection });
const server = z.object({
  seeds: maybe(seeds),
  /** By name. The Python suite cannot work with several. */
  databases: maybe(z.record(text, maybe(z.object({ collections: maybe(collections) })))),
  database: maybe(text),
  collections: maybe(collections),
});

/** Where the old files have it: below `bos_incidents.database`, under the name that `use` says; or on its own. */
const nested = z.object({
  database: maybe(z.object({ use: maybe(text) }).catchall(z.unknown())),
});

/** The keys that this reads, with what they have to hold. */
const EXPECTED = {
  redis_host: [maybe(text), 'the name of a host'],
  redis_port: [maybe(port), 'a port number'],
  redis_password: [maybe(z.union([text, z.number().transform(String)])), 'a text'],
  redis_db: [maybe(databaseNumber), 'the number of a database'],
  mongodb: [maybe(server), 'a map with "seeds" and "databases"'],
  bos_incidents: [maybe(nested), 'a map with "database"'],
} as const;
/** What is expected below a key of that name, wherever it stands. */
const EXPECTED_BELOW: Readonly<Record<string, string>> = {
  seeds: 'a host like "localhost:27017" or a list of them',
  databases: 'the name of a database, with "collections" below it,',
  collections:
    '"incident", "event" and "status", each with nothing or a map that may hold the "name" of the collection,',
};

/** @param shown the key as the file has it, where it is not on its own there */
function read<K extends keyof typeof EXPECTED>(
  values: ReadonlyMap<string, Placed>,
  key: K,
  shown: string = key,
) {
  const placed = values.get(key);
  if (placed === undefined) return undefined;
  const [schema, expected] = EXPECTED[key];
  const parsed = schema.safeParse(placed.value);
  if (parsed.success) return parsed.data as z.output<(typeof EXPECTED)[K][0]>;
  const path = deepestPath(parsed.error);
  const below = path.findLastIndex((part) => Object.hasOwn(EXPECTED_BELOW, part));
  const what =
    below === -1
      ? `${expected} for "${shown}"`
      : `${EXPECTED_BELOW[path[below] ?? '']} for "${[shown, ...path.slice(0, below + 1)].join('.')}"`;
  throw wrong(key, `${what}, got something else from ${placed.place}`);
}

/** Values may hold passwords, so none is shown. */
function wrong(key: string, problem: string): BosError {
  return new BosError('configuration', `expected ${problem}: correct it there, or set "store" and "queue"`, {
    key,
  });
}

/** Where the value is wrong: of several alternatives the one that got furthest. */
function deepestPath({ issues }: Pick<z.ZodError, 'issues'>): readonly string[] {
  const paths = issues.map((issue) => {
    const inner =
      issue.code === 'invalid_union' ? issue.errors.map((errors) => deepestPath({ issues: errors })) : [];
    return [...issue.path.map(String), ...longest(inner)];
  });
  return longest(paths);
}

function longest(paths: readonly (readonly string[])[]): readonly string[] {
  return paths.reduce((best, path) => (path.length > best.length ? path : best), []);
}

/**
 * The store and the queue that the keys of the Python suite mean; what they leave open is as it was there: localhost,
 * the usual ports, the database `incident-storage`, the collections `incident` and `event`.
 * @param values of the file, by key
 * @throws BosError `configuration` for a key that holds something of another type, an entry that is not there, or
 *   several databases; values are not shown
 */
export function legacyBackends(values: ReadonlyMap<string, Placed>): LegacyBackends {
  const host = read(values, 'redis_host');
  const redisPort = read(values, 'redis_port');
  const password = read(values, 'redis_password');
  const db = read(values, 'redis_db');
  const { url, names } = readMongo(values);
  return {
    store: url,
    queue: legacyRedisUrl({
      ...(host === undefined ? {} : { host }),
      ...(redisPort === undefined ? {} : { port: redisPort }),
      ...(password === undefined ? {} : { password }),
      ...(db === undefined ? {} : { db }),
    }),
    collections: names,
  };
}

type Server = z.output<typeof server>;

/** An entry for a server, and where it stands. */
interface Entry {
  readonly server: Server;
  readonly key: string;
  readonly place: string;
  readonly defaultDatabase: string;
}

function readMongo(values: ReadonlyMap<string, Placed>): {
  readonly url: string;
  readonly names: LegacyBackends['collections'];
} {
  const { server: entry, key, place, defaultDatabase } = readEntry(values);
  const [one, ...others] = Object.entries(entry.databases ?? {});
  if (one && others.length > 0) {
    const names = [one, ...others].map(([name]) => `"${name}"`).join(', ');
    throw wrong(key, `one database below "${key}.databases", got ${names} from ${place}`);
  }
  const [database, content] = one ?? [];
  const { incident, event } = content?.collections ?? entry.collections ?? {};
  return {
    url: mongoUrl(entry.seeds ?? [DEFAULT_SEED], entry.database ?? database ?? defaultDatabase),
    names: {
      ...(incident?.name === undefined ? {} : { incident: incident.name }),
      ...(event?.name === undefined ? {} : { event: event.name }),
    },
  };
}

function readEntry(values: ReadonlyMap<string, Placed>): Entry {
  const alone = read(values, 'mongodb');
  const defaultDatabase = DEFAULT_DATABASES[DEFAULT_USE] ?? '';
  if (alone !== undefined) {
    return { server: alone, key: 'mongodb', place: values.get('mongodb')?.place ?? '', defaultDatabase };
  }
  const { use = DEFAULT_USE, ...servers } = read(values, 'bos_incidents')?.database ?? {};
  const { place = '' } = values.get('bos_incidents') ?? {};
  const key = `bos_incidents.database.${use}`;
  const chosen = servers[use];
  if (chosen === undefined && DEFAULT_DATABASES[use] === undefined) {
    throw wrong(
      key,
      `a map with "seeds" and "databases" for "${key}", which "use" names, got none from ${place}`,
    );
  }
  const found = read(new Map([['mongodb', { value: chosen, place }]]), 'mongodb', key);
  return { server: found ?? {}, key, place, defaultDatabase: DEFAULT_DATABASES[use] ?? defaultDatabase };
}

/** PyMongo takes a seed as `host:port` or as a whole address; user and options are taken from the first that has some. */
function mongoUrl(list: readonly string[], name: string): string {
  const parts = list.map((seed) => /^(?:mongodb:\/\/)?(?:(.*)@)?([^/?]+)\/?([^?]*)\??(.*)$/.exec(seed));
  const hosts = parts.map((part) => part?.[2] ?? '').join(',');
  const user = parts.map((part) => part?.[1]).find((each) => each !== undefined);
  const options = new URLSearchParams(parts.find((part) => part?.[4])?.[4] ?? '');
  const authSource = parts.map((part) => part?.[3]).find((each) => each);
  // Credentials are looked for in the database that an address names, which is no longer that one.
  if (user !== undefined && !options.has('authSource')) options.set('authSource', authSource ?? 'admin');
  const query = options.size === 0 ? '' : `?${options}`;
  return `mongodb://${user === undefined ? '' : `${user}@`}${hosts}/${encodeURIComponent(name)}${query}`;
}
