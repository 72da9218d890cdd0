import { Redis } from 'ioredis';
import type { Clock } from '../../clock.ts';
import { BosError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { connectionOptions, parseRedisAddress } from './address.ts';
import { type RedisProblem, redisProblem } from './problems.ts';

/**
 * A connection to Redis.
 *
 * It is a class of its own because bee-queue knows a client by the name of its constructor, `Redis` or `RedisClient`.
 * ioredis 6 calls itself `EventEmitter`, so bee-queue would take a client for options and connect to 127.0.0.1:6379
 * without a word.
 */
export class RedisClient extends Redis {}

/** Longest wait for Redis at start; a queue that is not there by then is opened all the same. */
const START_MS = 3000;
/**
 * After that much silence a connection that waits for an answer is given up. One timer for the connection instead of
 * one for each command (`commandTimeout`), which ioredis leaves running when a command fails.
 */
const SILENCE_MS = 5000;

/**
 * What it means that a connection in that state has said nothing yet: connected, greeted without an error, and not
 * ready is what loading looks like.
 */
const SILENT: Readonly<Record<string, string>> = { connecting: 'ETIMEDOUT', connect: 'LOADING' };

/** One Redis server and the connections of this process to it. */
export interface RedisServer {
  /** For messages: no secrets. */
  readonly label: string;
  /**
   * A connection that fails at once when Redis is away, for those who cannot wait.
   * It reports in the log when Redis goes and comes.
   */
  readonly failFast: RedisClient;
  /**
   * A new connection whose commands wait until Redis is back, for workers. The caller disconnects it.
   * @param use `commands` sends what is asked in one turn together; `blocking` does not, since one that waits for a
   *   job would hold up the others
   */
  patient(use: 'commands' | 'blocking'): RedisClient;
  /** What an error means, in words; knows from the connection's state what the error does not say. */
  problem(error: unknown): RedisProblem;
  /** The same as an error for callers of the queue. */
  unavailable(error: unknown): BosError;
}

/**
 * Opens the connection to a server. Redis is not needed for what is acknowledged, so a server that is away only leads
 * to an error in the log; a wrong password or database is told at once.
 * @param url as `parseRedisAddress` reads it
 * @throws BosError `configuration` when the address, the password or the number of the database is wrong
 */
export async function connectRedis(
  url: string,
  { clock, log, signal }: { readonly clock: Clock; readonly log: Log; readonly signal: AbortSignal },
): Promise<RedisServer> {
  const address = parseRedisAddress(url);
  const { label } = address;
  const options = await connectionOptions(address);
  const failFast = new RedisClient({
    ...options,
    // Incidents that were stored together are told together, by one write to the socket.
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    socketTimeout: SILENCE_MS,
  });
  let lastError: unknown;
  failFast.on('connect', () => {
    lastError = undefined;
  });
  failFast.on('error', (error: unknown) => {
    lastError = error;
    leaveWrongDatabase(failFast, error);
  });
  const problem = (error: unknown): RedisProblem => {
    if (failFast.status === 'ready') return redisProblem(label, error);
    return redisProblem(label, lastError ?? new Error(SILENT[failFast.status] ?? 'connection is closed'));
  };
  // One that waits for a job cannot tell a silent server from a dead one; this one can.
  const patients = new Set<RedisClient>();
  failFast.on('reconnecting', () => {
    for (const client of patients) if (client.status === 'ready') client.disconnect(true);
  });
  const server: RedisServer = {
    label,
    failFast,
    patient: (use) => {
      const client = new RedisClient({
        ...options,
        maxRetriesPerRequest: null,
        ...(use === 'commands' ? { enableAutoPipelining: true, socketTimeout: SILENCE_MS } : {}),
      });
      patients.add(client);
      client.once('end', () => patients.delete(client));
      // What else goes wrong is what `failFast` reports already.
      client.on('error', (error: unknown) => leaveWrongDatabase(client, error));
      return client;
    },
    problem,
    unavailable: (error) => {
      const { text } = problem(error);
      return new BosError('unavailable', `${text}. What is due stays due: the scheduler finds it`);
    },
  };
  try {
    await answered(failFast, clock, signal);
    // Asked at once what is wrong: a new attempt forgets it.
    const away = failFast.status === 'ready' ? undefined : problem(new Error('connection is closed'));
    const { text, isSetting } = away ?? (await writeProblem(server));
    if (isSetting) throw new BosError('configuration', text, { key: 'queue' });
    if (text !== '') log.error({}, `${text}. Until then work is found by the scheduler only and waits`);
  } catch (error) {
    failFast.disconnect();
    throw error;
  }
  reportChanges(server, log);
  return server;
}

/** Waits for the first answer, whatever it is. */
async function answered(client: RedisClient, clock: Clock, signal: AbortSignal): Promise<void> {
  const waited = new AbortController();
  const answer = new Promise<void>((resolve) => {
    client.once('ready', resolve);
    client.once('error', () => resolve());
  });
  await Promise.race([answer, clock.sleep(START_MS, AbortSignal.any([waited.signal, signal]))]);
  waited.abort();
}

const NONE: RedisProblem = { text: '', isSetting: false };

/**
 * Why nothing can be written, in words; `text` is empty when all is well. Asks by writing nothing into a key that does
 * not exist, which leaves no trace but is refused like any other write.
 */
export async function writeProblem({
  failFast,
  problem,
}: Pick<RedisServer, 'failFast' | 'problem'>): Promise<RedisProblem> {
  try {
    await failFast.setrange('bq:bos:probe', 0, '');
    return NONE;
  } catch (error) {
    return problem(error);
  }
}

/** ioredis goes on in database 0 when the one asked for does not exist; a queue must not. */
function leaveWrongDatabase(client: RedisClient, error: unknown): void {
  if (client.status === 'connect' && redisProblem('', error).isSetting) client.disconnect(true);
}

/** Tells once when the server goes and once when it is back. */
function reportChanges({ failFast, label, problem }: RedisServer, log: Log): void {
  let isAway = failFast.status !== 'ready';
  failFast.on('ready', () => {
    if (isAway) log.info({}, `Redis at ${label} is there again`);
    isAway = false;
  });
  failFast.on('reconnecting', () => {
    if (!isAway) log.error({}, problem(new Error('connection is closed')).text);
    isAway = true;
  });
}
