import { dirname } from 'node:path';
import { systemClock } from '../core/clock.ts';
import { makeFolder } from '../core/store/folder.ts';
import { type Devnet, startDevnet } from '../devnet/devnet.ts';
import { makeLog } from './log.ts';

/** What `bos devnet` may be told. */
export interface DevnetChoice {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly witnesses: number;
  readonly blockIntervalMs: number;
  /** Where `{account: wif}` is written to. */
  readonly keysFile: string;
  /** Keeps the chain; undefined = it starts from nothing. */
  readonly stateFile: string | undefined;
}

/** Starts a simulated chain on the machine's time and writes the keys of its accounts, mode 0600. */
export async function startLocalDevnet(choice: DevnetChoice): Promise<Devnet> {
  const { keysFile, stateFile, ...options } = choice;
  await makeFolder(dirname(keysFile));
  const devnet = await startDevnet({
    ...options,
    ...(stateFile === undefined ? {} : { stateFile }),
    clock: systemClock,
    log: makeLog('warn'),
  });
  try {
    await devnet.writeKeys(keysFile);
  } catch (error) {
    await devnet[Symbol.asyncDispose]();
    throw error;
  }
  return devnet;
}
