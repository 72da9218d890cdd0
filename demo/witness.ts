import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BosClient, createBosClient } from '../client/index.ts';
import type { Processes } from './processes.ts';

/** Store and queue of one witness where several processes share them. */
export interface WitnessBackends {
  readonly store: string;
  readonly queue: string;
}

/** What a witness is started with. */
export interface WitnessOptions {
  /** Of its account. */
  readonly name: string;
  readonly port: string;
  /** Address of the chain's node. */
  readonly node: string;
  /** Holds its data folder. */
  readonly folder: string;
  /** `{account: wif}` of the devnet; a witness gets only the key of its own account. */
  readonly keys: unknown;
  /** Absent: one process with a store and a queue of its own. */
  readonly backends?: WitnessBackends;
}

/** A witness that can be used. */
export interface Witness {
  readonly name: string;
  readonly url: string;
  /** Its data folder. */
  readonly folder: string;
  readonly client: BosClient;
}

const WORKERS = 2;

/** Starts a witness: one process, or API, two workers and a scheduler on the given store and queue. */
export async function startWitness(processes: Processes, options: WitnessOptions): Promise<Witness> {
  const { name, port, node, folder, keys, backends } = options;
  const wif = typeof keys === 'object' && keys !== null ? Reflect.get(keys, name) : undefined;
  if (typeof wif !== 'string') throw new Error(`expected a key for ${name} in the devnet's keys.json`);
  const dataDir = join(folder, name);
  await mkdir(dataDir, { recursive: true });
  await writeFile(join(dataDir, 'keys.json'), JSON.stringify({ [name]: wif }), { mode: 0o600 });
  const common = [
    ...['--data-dir', dataDir, '--node', node, '--network', 'devnet', '--proposer', name, '--approver', name],
    ...(backends ? ['--store', backends.store, '--queue', backends.queue] : []),
  ];
  const started = (part: string, command: string, ...args: string[]) =>
    processes.start(part, [command, ...common, ...args]);
  const serve = backends
    ? started(`${name}-api`, 'api', '--port', port, '--no-scheduler')
    : started(name, 'run', '--port', port);
  const others = backends
    ? [
        ...Array.from({ length: WORKERS }, (_, i) => started(`${name}-worker${i + 1}`, 'worker')),
        started(`${name}-scheduler`, 'scheduler'),
      ]
    : [];
  const results = await Promise.allSettled([serve, ...others]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  const { url } = await serve;
  const token = (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim();
  return { name, url, folder: dataDir, client: createBosClient({ baseUrl: url, token }) };
}
