import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

/** What a command that ended said. */
export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a command runs, and with which variables beside PATH and HOME; nothing of this machine's settings gets in. */
export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly bin?: 'bos' | 'bos-auto';
  /** Path of another program to run instead of a binary. */
  readonly program?: string;
}

function start(args: readonly string[], { cwd, env = {}, bin = 'bos', program }: CliOptions): ChildProcess {
  const path = program ?? fileURLToPath(new URL(`../../cli/bin/${bin}.js`, import.meta.url));
  return spawn(process.execPath, [path, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const said = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  return said;
}

/** Runs the real command line in a process of its own until it ends. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const child = start(args, options);
  const said = collect(child);
  const [code] = await once(child, 'close');
  return { code, ...said };
}

/** A command that keeps running. */
export interface RunningCli {
  /** From its last line `ready URL`. */
  readonly url: string;
  readonly pid: number;
  stderr(): string;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts a command that stays, and waits until it says `ready`. */
export async function startCli(args: readonly string[], options: CliOptions): Promise<RunningCli> {
  const child = start(args, options);
  const said = collect(child);
  let ended = false;
  const closed = once(child, 'close').then(([code]: (number | null)[]) => {
    ended = true;
    return code ?? null;
  });
  const url = await until(
    `ready from ${args.join(' ')}`,
    () => {
      if (ended) throw new Error(`${args.join(' ')} ended: ${said.stderr}`);
      return [...said.stderr.matchAll(/^ready (\S+)\n/gm)].at(-1)?.[1];
    },
    30_000,
  );
  return {
    url,
    pid: child.pid ?? 0,
    stderr: () => said.stderr,
    end: (signal) => {
      child.kill(signal);
      return closed;
    },
  };
}
