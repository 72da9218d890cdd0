import { readFile } from 'node:fs/promises';
import type { RedisOptions } from 'ioredis';
import { BosError } from '../../errors.ts';

/** Where a Redis server is and how to get in. */
export interface RedisAddress {
  /** For messages and logs: no user, no password. */
  readonly label: string;
  readonly at: { readonly path: string } | { readonly host: string; readonly port: number };
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls: boolean;
  /** File with the certificate authority to trust instead of the system's. */
  readonly caFile?: string;
}

const DEFAULT_PORT = 6379;
const KNOWN_QUERY: ReadonlySet<string> = new Set(['db', 'username', 'password', 'ca']);

/**
 * Reads `redis://[[user]:password@]host[:port][/db]`, `rediss://...` (TLS; `?ca=FILE` trusts that authority) and
 * `unix:///path/to/redis.sock[?db=N&username=U&password=P]`. Special characters of a password are percent-encoded.
 * @throws BosError `configuration`; the message never repeats the address, which may hold a password
 */
export function parseRedisAddress(url: string): RedisAddress {
  const parsed = URL.parse(url);
  const scheme = parsed?.protocol ?? '';
  if (!parsed || !['redis:', 'rediss:', 'unix:'].includes(scheme)) {
    throw misconfigured(
      'expected an address as redis://host:6379/0, rediss://host:6379/0 or unix:///run/redis/redis.sock, got one that does not read so',
    );
  }
  const query = parsed.searchParams;
  const unknown = [...query.keys()].find((key) => !KNOWN_QUERY.has(key));
  if (unknown !== undefined)
    throw misconfigured(`expected db, username, password or ca after "?", got another key`);

  const isSocket = scheme === 'unix:';
  const path = decoded(parsed.pathname);
  if (isSocket && path.length < 2) {
    throw misconfigured('expected the path of a socket as unix:///run/redis/redis.sock, got none');
  }
  const dbText = query.get('db') ?? (isSocket ? '' : path.replace(/^\//, ''));
  if (!/^\d{0,5}$/.test(dbText)) {
    throw misconfigured('expected the number of a database as redis://host:6379/0, got something else');
  }
  const db = Number(dbText);
  const host = decoded(parsed.hostname).replace(/^\[|\]$/g, '') || 'localhost';
  const port = parsed.port === '' ? DEFAULT_PORT : Number(parsed.port);
  const username = query.get('username') ?? decoded(parsed.username);
  const password = query.get('password') ?? decoded(parsed.password);
  const caFile = query.get('ca');
  if (caFile !== null && scheme !== 'rediss:') {
    throw misconfigured('expected "ca" only with rediss://, got it without TLS');
  }
  return {
    label: isSocket
      ? `unix:${path} (database ${db})`
      : `${scheme}//${host.includes(':') ? `[${host}]` : host}:${port}/${db}`,
    at: isSocket ? { path } : { host, port },
    db,
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    tls: scheme === 'rediss:',
    ...(caFile === null ? {} : { caFile }),
  };
}

/** The `redis_*` keys of the Python suite's `config.yaml`. */
export interface LegacyRedis {
  readonly host?: string;
  readonly port?: number;
  readonly password?: string;
  readonly db?: number;
}

/** The address that the Python suite's `redis_host`, `redis_port`, `redis_password` and `redis_db` mean. */
export function legacyRedisUrl({
  host = 'localhost',
  port = DEFAULT_PORT,
  password,
  db = 0,
}: LegacyRedis): string {
  const login = password ? `:${encodeURIComponent(password)}@` : '';
  return `redis://${login}${host.includes(':') ? `[${host}]` : host}:${port}/${db}`;
}

/** Options of an ioredis connection; `replyMapping` belongs to the newer protocol. */
export type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/**
 * What every connection to that server is opened with. `protocol: 2` for servers before Redis 6; nothing here needs
 * the newer one.
 * @throws BosError `configuration` when the file of the certificate authority cannot be read
 */
export async function connectionOptions(address: RedisAddress): Promise<ConnectionOptions> {
  const { at, db, username, password, tls, caFile } = address;
  let ca: Buffer | undefined;
  if (caFile !== undefined) {
    try {
      ca = await readFile(caFile);
    } catch {
      throw misconfigured(
        `expected a readable certificate authority in ${caFile}: correct "ca" of the address`,
      );
    }
  }
  return {
    ...at,
    db,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: ca === undefined ? {} : { ca } } : {}),
    protocol: 2,
    disableClientInfo: true,
    keepAlive: 10_000,
    connectTimeout: 5000,
    retryStrategy: (attempt) => Math.min(50 * attempt, 1000),
    maxLoadingRetryTime: 500,
    // Runs to its end when the server is gone already, and keeps the process that long.
    disconnectTimeout: 250,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw misconfigured(
      'expected "%" in the address only before two hexadecimal digits ("%25" is "%" itself)',
    );
  }
}

function misconfigured(message: string): BosError {
  return new BosError('configuration', `Redis: ${message}`, { key: 'queue' });
}
