import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { until } from './until.ts';

/** A Redis server of a test's own. */
export interface TestRedis extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Where it keeps its files: `redis.sock`, `redis.log`, snapshots. */
  readonly folder: string;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** Kills it if it runs and starts it again on the same port and folder. */
  restart(): Promise<void>;
  /** The same, but does not wait until it can be used. */
  begin(): Promise<void>;
  /** Stops it in its tracks (SIGSTOP), or lets it go on. */
  freeze(isFrozen: boolean): void;
}

/** Keys of redis.conf, e.g. `{ maxmemory: '1mb' }`. */
export type RedisConfig = Readonly<Record<string, string>>;

/**
 * Starts a Redis server on a free port with a folder of its own and, unless told otherwise, without persistence. Needs
 * `redis-server` on the PATH; `script/test-servers` installs it.
 */
export async function startRedis(config: RedisConfig = {}): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'bos-redis-'));
  const port = await freePort();
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    logfile: join(folder, 'redis.log'),
    unixsocket: join(folder, 'redis.sock'),
    save: '',
    appendonly: 'no',
    ...config,
  };
  const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
  let child: ChildProcess | undefined;
  // A test file that is ended from outside leaves no server behind.
  const endWithUs = () => child?.kill('SIGKILL');
  process.once('exit', endWithUs);

  const kill = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    running.kill('SIGKILL');
    await gone;
  };
  const begin = async (): Promise<void> => {
    await kill();
    const started = spawn('redis-server', args, { stdio: 'ignore' });
    await once(started, 'spawn').catch((error: unknown) => {
      throw new Error('expected redis-server on the PATH: run script/test-servers', { cause: error });
    });
    child = started;
  };
  const restart = async (): Promise<void> => {
    await begin();
    await until('Redis to answer', async () => {
      if (child?.exitCode !== null) {
        throw new Error(`redis-server has ended:\n${await readFile(settings.logfile, 'utf8')}`);
      }
      return answers(settings.unixsocket);
    });
  };
  const dispose = async (): Promise<void> => {
    process.removeListener('exit', endWithUs);
    await kill();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await restart();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    url: `redis://127.0.0.1:${port}/0`,
    port,
    folder,
    kill,
    restart,
    begin,
    freeze: (isFrozen) => void child?.kill(isFrozen ? 'SIGSTOP' : 'SIGCONT'),
    [Symbol.asyncDispose]: dispose,
  };
}

/**
 * A server for tests that leave it alone: the one of `BOS_TEST_REDIS_URL`, else one of their own. Queues in it need
 * names of their own.
 */
export async function sharedRedis(): Promise<{ readonly url: string } & AsyncDisposable> {
  const url = process.env.BOS_TEST_REDIS_URL;
  return url ? { url, [Symbol.asyncDispose]: async () => {} } : startRedis();
}

/** Whether something answers a PING at a socket, be it only that it wants a password. */
async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [reply] = await once(socket, 'data');
    return /^(\+PONG|-NOAUTH)/.test(String(reply));
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
