import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../cli/bin/bos.js', import.meta.url));

/** A `bos` process that can be used. */
export interface Running {
  readonly name: string;
  /** What it printed after `ready`, e.g. `http://127.0.0.1:8010`. */
  readonly url: string;
  readonly logFile: string;
}

/** The `bos` processes of the demo; disposing of it stops all of them at once. */
export interface Processes extends AsyncDisposable {
  /** Those that became ready. */
  readonly running: readonly Running[];
  /**
   * Starts `bos ...args` and waits for its `ready` line. What it prints goes to `<folder>/<name>.log`.
   * Throws with its last lines when it ends before it is ready, or is not ready after 30 s.
   */
  start(name: string, args: readonly string[]): Promise<Running>;
}

/** @param folder for the logs */
export function makeProcesses(folder: string): Processes {
  const running: Running[] = [];
  const children: ChildProcess[] = [];
  return {
    running,
    async start(name, args) {
      const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      children.push(child);
      const logFile = join(folder, `${name}.log`);
      const ready = { name, logFile, url: await readyUrl(name, child, logFile) };
      running.push(ready);
      return ready;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(children.map(stop));
    },
  };
}

async function readyUrl(name: string, child: ChildProcess, logFile: string): Promise<string> {
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stdout?.pipe(log, { end: false });
  const last: string[] = [];
  return new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${name} was not ready after 30 s; see ${logFile}`)),
      30_000,
    );
    if (child.stderr) {
      createInterface({ input: child.stderr }).on('line', (line) => {
        log.write(`${line}\n`);
        last.push(line);
        if (last.length > 5) last.shift();
        const ready = /^ready (\S+)$/.exec(line);
        if (ready?.[1]) {
          clearTimeout(timer);
          resolve(ready[1]);
        }
      });
    }
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${name} ended with code ${code} before it was ready:\n  ${last.join('\n  ')}`));
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}
