import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { MongoClient } from 'mongodb';
import { accepts, freePort } from './ports.ts';
import { until } from './until.ts';

/** A server that speaks MongoDB's protocol, with data of its own. */
export interface MongoServer extends AsyncDisposable {
  readonly url: string;
  /** False for a server that was named by BOS_TEST_MONGODB_URL: it is not ours to kill. */
  readonly isOurs: boolean;
  /** Name of a database that nobody uses; dropped in the end. */
  freshDatabase(): string;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  restart(): Promise<void>;
}

type Command = (port: number, folder: string) => readonly [file: string, ...args: string[]];

const FERRETDB = join(import.meta.dirname, 'ferretdb');

/**
 * Why no server can be started on this machine, to be given as the reason of a skipped test; undefined when one can.
 * In CI (`CI=true`) it throws instead.
 */
export async function missingMongo(): Promise<string | undefined> {
  if (process.env.BOS_TEST_MONGODB_URL || (await onPath('mongod')) || (await onPath('go'))) return undefined;
  if (await exists(await ferretPath())) return undefined;
  const reason =
    'no MongoDB to test with: set BOS_TEST_MONGODB_URL, or put mongod or Go (1.24 or newer, builds FerretDB) on the PATH';
  if (process.env.CI === 'true') throw new Error(reason);
  return reason;
}

/**
 * Starts a server with an empty folder: the one that BOS_TEST_MONGODB_URL names, else mongod from the PATH, else
 * FerretDB, which is built once (a minute) into the user's cache folder.
 */
export async function startMongo(): Promise<MongoServer> {
  const named = process.env.BOS_TEST_MONGODB_URL;
  if (named) return { ...databases(named), url: named, isOurs: false, kill: notOurs, restart: notOurs };

  const command = await findCommand();
  const folder = await mkdtemp(join(tmpdir(), 'bos-mongo-'));
  const port = await freePort();
  const url = `mongodb://127.0.0.1:${port}/`;
  let server = await launch(command(port, folder), port);
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  };
  return {
    ...databases(url),
    url,
    isOurs: true,
    kill,
    async restart() {
      await kill();
      server = await launch(command(port, folder), port);
    },
    async [Symbol.asyncDispose]() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Databases on a server that stays; they are dropped in the end. */
function databases(url: string): Pick<MongoServer, 'freshDatabase' | typeof Symbol.asyncDispose> {
  const names: string[] = [];
  return {
    freshDatabase() {
      const name = `bos-test-${process.pid}-${names.length + 1}-${Date.now().toString(36)}`;
      names.push(name);
      return name;
    },
    async [Symbol.asyncDispose]() {
      const client = await MongoClient.connect(url);
      for (const name of names) await client.db(name).dropDatabase();
      await client.close();
    },
  };
}

async function notOurs(): Promise<never> {
  throw new Error('the server that BOS_TEST_MONGODB_URL names is not killed by tests');
}

async function findCommand(): Promise<Command> {
  if (await onPath('mongod')) {
    return (port, folder) => ['mongod', '--dbpath', folder, '--port', `${port}`, '--bind_ip', '127.0.0.1'];
  }
  const file = await builtFerretDb();
  return (port, folder) => [file, `127.0.0.1:${port}`, folder];
}

async function builtFerretDb(): Promise<string> {
  const path = await ferretPath();
  if (await exists(path)) return path;
  await mkdir(join(path, '..'), { recursive: true });
  // Several test files may build at once: each moves a whole file into place.
  const building = `${path}.${process.pid}`;
  await promisify(execFile)('go', ['build', '-trimpath', '-o', building, '.'], {
    cwd: FERRETDB,
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' },
  });
  await rename(building, path);
  return path;
}

/** Named after what it is built from. */
async function ferretPath(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(await readFile(join(FERRETDB, file)));
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(cache, 'bookie-oracle-suite', `ferretdb-${hash.digest('hex').slice(0, 16)}`);
}

async function launch([file, ...args]: readonly [string, ...string[]], port: number): Promise<ChildProcess> {
  const server = spawn(file, args, { stdio: 'ignore' });
  await once(server, 'spawn');
  await until(`${file} to listen on port ${port}`, async () => {
    if (server.exitCode !== null) throw new Error(`${file} ended with ${server.exitCode} before it listened`);
    return accepts(port);
  });
  return server;
}

async function onPath(name: string): Promise<boolean> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = await Promise.all(folders.map((folder) => exists(join(folder, name))));
  return found.includes(true);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
