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
  stop(): Promise<void>;
}

/**
 * Starts `bos ...args` and waits for its `ready` line. What it prints goes to `<folder>/<name>.log`.
 * Throws with its last lines when it ends before it is ready, or is not ready after 30 s.
 */
export async function start(name: string, args: readonly string[], folder: string): Promise<Running> {
  const logFile = join(folder, `${name}.log`);
  const log = createWriteStream(logFile, { flags: 'a' });
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(log, { end: false });
  const last: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${name} was not ready after 30 s; see ${logFile}`)),
      30_000,
    );
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
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${name} ended with code ${code} before it was ready:\n  ${last.join('\n  ')}`));
    });
  });
  return { name, url, logFile, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}
