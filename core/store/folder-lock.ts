import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { BosError } from '../errors.ts';
import { makeFolder } from './folder.ts';

/** Who holds a data folder, as written into its `bos.pid`. */
interface Holder {
  readonly pid: number;
  /** Boot of the machine and start of the process since; empty where the system does not tell. */
  readonly started: string;
}

/** How long a starter that was refused waits for the holder to write its name: ten looks, 50 ms apart. */
const LOOKS = 10;
const LOOK_PAUSE_MS = 50;

/**
 * Takes the data folder for this process until disposed; the folder is made if missing.
 *
 * The lock is the kernel's, on the empty file `bos.lock`: it ends with its process however that ends, so nothing
 * stale can be left, no two starters can both get it, and it also holds between containers that share a folder but
 * do not see each other's processes. `bos.pid` beside it says whose it is. Node offers that lock only through
 * SQLite, which is asked for an exclusive transaction on the empty file. Nothing in this process may open `bos.lock`
 * by other means: closing any handle of it would give the lock up.
 *
 * @throws BosError `conflict` naming the process that holds the folder, `configuration` when it cannot be made.
 */
export async function lockFolder(dataDir: string): Promise<AsyncDisposable> {
  await makeFolder(dataDir);
  const lock = tryLock(join(dataDir, 'bos.lock'));
  const pidFile = join(dataDir, 'bos.pid');
  if (!lock) throw await refusal(dataDir, pidFile);
  try {
    await writeHolder(pidFile);
  } catch (error) {
    lock.close();
    throw error;
  }
  let released = false;
  return {
    async [Symbol.asyncDispose]() {
      if (released) return;
      released = true;
      await rm(pidFile, { force: true });
      lock.close();
    },
  };
}

/**
 * Writes who holds the folder. A disk that is full keeps no process from starting, least of all one that would make
 * room by draining its spool: the name is only for messages, and none is better than that of the holder before.
 */
async function writeHolder(pidFile: string): Promise<void> {
  const holder: Holder = { pid: process.pid, started: (await processStart(process.pid)) ?? '' };
  const aside = `${pidFile}.new`;
  try {
    await writeFile(aside, `${JSON.stringify(holder)}\n`);
    await rename(aside, pidFile);
  } catch (error) {
    if (!isFull(error)) throw error;
    await rm(aside, { force: true });
    await rm(pidFile, { force: true });
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/** Answers the open lock, or undefined when another holds it. */
function tryLock(path: string): DatabaseSync | undefined {
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    // Without a journal beside it, for which a full disk has no room.
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    if (isBusy(error)) return undefined;
    throw new BosError(
      'unavailable',
      `expected to lock ${path}, got "${error}"; check the data folder`,
      {},
      { cause: error },
    );
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === 5;
}

async function refusal(dataDir: string, pidFile: string): Promise<BosError> {
  const pid = await livingHolder(pidFile);
  const who = pid === undefined ? 'another process (it left no readable bos.pid)' : `process ${pid}`;
  return new BosError(
    'conflict',
    `expected to be the only process on the data folder ${dataDir}, but ${who} is using it; stop that one, or set data_dir (--data-dir) to another folder`,
    { dataDir, ...(pid !== undefined && { pid }) },
  );
}

/** The holder that `bos.pid` names, once it is one that lives: the lock is taken a moment before the file is written. */
async function livingHolder(pidFile: string): Promise<number | undefined> {
  let named: number | undefined;
  for (let look = 0; look < LOOKS; look += 1) {
    if (look > 0) await delay(LOOK_PAUSE_MS);
    const holder = await readHolder(pidFile);
    named = holder?.pid;
    if (holder && (await processStart(holder.pid)) === holder.started) break;
  }
  // A holder in another container cannot be seen to live; its file is all there is to go by.
  return named;
}

async function readHolder(pidFile: string): Promise<Holder | undefined> {
  try {
    const { pid, started } = JSON.parse(await readFile(pidFile, 'utf8'));
    return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : undefined;
  } catch {
    // Missing or half written: whoever holds the lock is about to write it.
    return undefined;
  }
}

/**
 * Tells one process from a later one with the same pid: the machine's boot and the start in clock ticks since.
 * Undefined when there is no such process, empty where the system has no /proc.
 */
async function processStart(pid: number): Promise<string | undefined> {
  try {
    const [boot, stat] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ]);
    // The name of the program, in parentheses, may hold spaces; the start is field 22, the 20th after it.
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${boot.trim()}:${start}`;
  } catch {
    return process.platform === 'linux' ? undefined : '';
  }
}
