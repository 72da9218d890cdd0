import { once } from 'node:events';
import type { Config } from '../core/config/types.ts';
import type { DevChoice } from './dev.ts';
import type { DevnetChoice } from './devnet.ts';
import { startProcess } from './run.ts';

/** What a started thing says on stderr, and how it is closed. */
interface Started extends AsyncDisposable {
  readonly announcement: string;
}

/**
 * Starts something, says so, and keeps it until SIGTERM or SIGINT; then closes it. A second signal ends the process at
 * once.
 */
async function runUntilSignal(start: () => Promise<Started>): Promise<void> {
  const stopping = new AbortController();
  const onSignal = () => stopping.abort();
  process.once('SIGTERM', onSignal);
  process.once('SIGINT', onSignal);
  try {
    await using started = await start();
    process.stderr.write(`${started.announcement}\n`);
    if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
  } finally {
    process.off('SIGTERM', onSignal);
    process.off('SIGINT', onSignal);
  }
}

/** `bos run`: API, worker and scheduler in this process, until a signal. */
export function runWitness(config: Config): Promise<void> {
  return runUntilSignal(async () => {
    const running = await startProcess(config, { roles: { api: true, worker: true, scheduler: true } });
    return { announcement: `ready ${running.url}`, [Symbol.asyncDispose]: running.close };
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
