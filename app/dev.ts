import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../core/config/types.ts';
import { BosError } from '../core/errors.ts';
import type { Devnet } from '../devnet/devnet.ts';
import { startLocalDevnet } from './devnet.ts';
import { type RunningProcess, startProcess } from './run.ts';
import { KEY_FILE } from './signing-keys.ts';

/** What `bos dev` may be told beside the settings. */
export interface DevChoice {
  /** Of the chain; 0 = any free one. */
  readonly port: number;
  readonly blockIntervalMs: number;
}

/** A simulated chain and a witness of ours on it. */
export interface RunningDev extends AsyncDisposable {
  readonly devnet: Devnet;
  readonly witness: RunningProcess;
}

/** Name of the file in the data folder that the chain is kept in; it also tells that the folder is one of `bos dev`. */
const STATE_FILE = 'devnet.json';

/** Refuses, by `conflict`, a folder with a store that speaks of another chain. */
function refuseOtherStore(dataDir: string): void {
  if (existsSync(join(dataDir, STATE_FILE)) || !existsSync(join(dataDir, 'bos.db'))) return;
  throw new BosError(
    'conflict',
    `expected a data folder of bos dev, got ${dataDir} with a store and no ${STATE_FILE}: name another folder by --data-dir`,
  );
}

/**
 * Starts a simulated chain with one witness, and the witness's oracle on it: it proposes and approves alone, and has
 * asked for the sports data to be brought onto the chain. `network`, `node`, accounts and `nobroadcast` of the
 * configuration are set to what that takes.
 */
export async function startDev(config: Config, choice: DevChoice): Promise<RunningDev> {
  await using owned = new AsyncDisposableStack();
  refuseOtherStore(config.dataDir);
  const devnet = owned.use(
    await startLocalDevnet({
      host: '127.0.0.1',
      port: choice.port,
      witnesses: 1,
      blockIntervalMs: choice.blockIntervalMs,
      keysFile: join(config.dataDir, KEY_FILE),
      stateFile: join(config.dataDir, STATE_FILE),
    }),
  );
  const name = devnet.accounts[0]?.name;
  const witness = owned.use(
    await startProcess(
      {
        ...config,
        network: 'devnet',
        sportsFolder: undefined,
        node: [devnet.url],
        proposer: name,
        approver: name,
        nobroadcast: false,
      },
      { roles: { api: true, worker: true, scheduler: true } },
    ),
  );
  const { store, queue, clock } = witness.ctx;
  const eventId = 'sports:devnet';
  await store.work.request({ eventId, call: 'sync', cause: 'sync', at: clock.now() });
  await queue.add({ eventId, lane: 'default' });
  const kept = owned.move();
  return { devnet, witness, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
