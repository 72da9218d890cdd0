import { z } from 'zod';
import { BosError } from '../errors.ts';
import { legacyRedisUrl } from '../queue/redis/address.ts';
import type { Placed } from './file.ts';

/** Addresses that stand for the MongoDB and Redis keys of an old file. */
export interface LegacyBackends {
  readonly store: string;
  readonly queue: string;
}

const DEFAULT_SEED = 'localhost:27017';
const DEFAULT_DATABASE = 'incident-storage';

const text = z.string().min(1);
const number = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);
const port = number.pipe(z.number().int().min(1).max(65535));
const databaseNumber = number.pipe(z.number().int().min(0));
/** What a key holds that stands there without a value. */
const unset = z.null().transform(() => undefined);
const maybe = <T extends z.ZodType>(type: T) => z.union([type, unset]).optional();

const seeds = z.union([z.array(text).min(1), text.transform((one) => [one])]);
const named = z.record(z.string(), z.unknown());
const server = z.object({
  seeds: maybe(seeds),
  /** By name, each with its collections; the first one counts. */
  databases: maybe(named),
  database: maybe(text),
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

function read<K extends keyof typeof EXPECTED>(values: ReadonlyMap<string, Placed>, key: K) {
  const placed = values.get(key);
  if (placed === undefined) return undefined;
  const [schema, expected] = EXPECTED[key];
  const parsed = schema.safeParse(placed.value);
  if (parsed.success) return parsed.data as z.output<(typeof EXPECTED)[K][0]>;
  throw new BosError(
    'configuration',
    `expected ${expected} for "${key}", got something else from ${placed.place}: correct it there, or set "store" and "queue"`,
    { key },
  );
}

/**
 * The store and the queue that the keys of the Python suite mean; what they leave open is as it was there: localhost,
 * the usual ports, the database `incident-storage`.
 * @param values of the file, by key
 * @throws BosError `configuration` for a key that holds something of another type; values are not shown
 */
export function legacyBackends(values: ReadonlyMap<string, Placed>): LegacyBackends {
  const host = read(values, 'redis_host');
  const redisPort = read(values, 'redis_port');
  const password = read(values, 'redis_password');
  const db = read(values, 'redis_db');
  return {
    store: mongoUrl(readServer(values)),
    queue: legacyRedisUrl({
      ...(host === undefined ? {} : { host }),
      ...(redisPort === undefined ? {} : { port: redisPort }),
      ...(password === undefined ? {} : { password }),
      ...(db === undefined ? {} : { db }),
    }),
  };
}

type Server = z.output<typeof server>;

function readServer(values: ReadonlyMap<string, Placed>): Server {
  const alone = read(values, 'mongodb');
  if (alone !== undefined) return alone;
  const { use = 'mongodb', ...servers } = read(values, 'bos_incidents')?.database ?? {};
  const place = values.get('bos_incidents')?.place ?? '';
  const chosen = servers[use];
  return read(new Map([['mongodb', { value: chosen, place: `${place}, database.${use}` }]]), 'mongodb') ?? {};
}

/** PyMongo takes a seed as `host:port` or as a whole address; user and options are taken from the first that has some. */
function mongoUrl({ seeds: list = [DEFAULT_SEED], databases, database }: Server): string {
  const name = database ?? Object.keys(databases ?? {})[0] ?? DEFAULT_DATABASE;
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
