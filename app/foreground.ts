import { once } from 'node:events';
import { requireShared } from '../core/config/backends.ts';
import type { Config } from '../core/config/types.ts';
import type { DevChoice } from './dev.ts';
import type { DevnetChoice } from './devnet.ts';
import { reloadOnHangup } from './reload-signal.ts';
import { type Roles, startProcess } from './run.ts';

/** What a started thing says on stderr, and how it is closed. */
interface Started extends AsyncDisposable {
  readonly announcement: string;
}

/** Longest time from the signal to the end; what has not ended by then hangs, and stays due. */
const STOP_MS = 9500;

/**
 * Starts something, says so, and keeps it until SIGTERM or SIGINT; then closes it. A second signal ends the process at
 * once; when closing takes too long the process sends that itself.
 */
async function runUntilSignal(start: () => Promise<Started>): Promise<void> {
  const stopping = new AbortController();
  let late: NodeJS.Timeout | undefined;
  const onSignal = () => {
    stopping.abort();
    process.off('SIGTERM', onSignal);
    process.off('SIGINT', onSignal);
    late = setTimeout(() => {
      process.stderr.write(`error: not stopped after ${STOP_MS / 1000} s; ending all the same\n`);
      process.kill(process.pid, 'SIGTERM');
    }, STOP_MS);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  try {
    await using started = await start();
    process.stderr.write(`${started.announcement}\n`);
    if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
  } finally {
    clearTimeout(late);
    process.off('SIGTERM', onSignal);
    process.off('SIGINT', onSignal);
  }
}

/** `bos run`: API, worker and scheduler in this process, until a signal. */
export function runWitness(config: Config): Promise<void> {
  return runRoles(config, { api: true, worker: true, scheduler: true }, 'run');
}

/** A witness's process as one of several. */
export type SeparateRole = 'api' | 'worker' | 'scheduler';

/**
 * `bos api` (with a scheduler beside it unless the settings say no), `bos worker` or `bos scheduler`, until a signal.
 * @throws BosError `configuration` when store and queue are for a single process
 */
export async function runSeparate(config: Config, role: SeparateRole): Promise<void> {
  requireShared(config, role);
  await runRoles(
    config,
    { api: role === 'api', worker: role === 'worker', scheduler: role !== 'worker' },
    role,
  );
}

/** What has no address to be ready at is ready by its name. */
function runRoles(config: Config, roles: Roles, name: string): Promise<void> {
  return runUntilSignal(async () => {
    const running = await startProcess(config, { roles });
    const hangup = reloadOnHangup(running.ctx);
    return {
      announcement: `ready ${running.url ?? name}`,
      [Symbol.asyncDispose]: async () => {
        await running.close();
        hangup[Symbol.dispose]();
      },
    };
  });
}

/** `bos devnet`: a simulated chain, until a signal. */
export function runDevnet(choice: DevnetChoice): Promise<void> {
  return runUntilSignal(async () => {
    const { startLocalDevnet } = await import('./devnet.ts');
    const devnet = await startLocalDevnet(choice);
    const names = devnet.accounts.map((account) => account.name).join(', ');
    return {
      announcement: `keys of ${names} are in ${choice.keysFile}\nready ${devnet.url}`,
      [Symbol.asyncDispose]: () => devnet[Symbol.asyncDispose](),
    };
  });
}

/** `bos dev`: a simulated chain with one witness, and our witness for it, until a signal. */
export function runDev(config: Config, choice: DevChoice): Promise<void> {
  return runUntilSignal(async () => {
    const { startDev } = await import('./dev.ts');
    const dev = await startDev(config, choice);
    return {
      announcement: `ready ${dev.devnet.url}\nready ${dev.witness.url}`,
      [Symbol.asyncDispose]: () => dev[Symbol.asyncDispose](),
    };
  });
}
