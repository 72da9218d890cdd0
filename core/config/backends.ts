import { BosError } from '../errors.ts';
import type { Config } from './types.ts';

type Kind = 'sqlite' | 'mongodb' | 'memory' | 'redis';

const STORES: Readonly<Record<string, Kind>> = {
  'sqlite:': 'sqlite',
  'mongodb:': 'mongodb',
  'mongodb+srv:': 'mongodb',
};
const QUEUES: Readonly<Record<string, Kind>> = {
  'memory:': 'memory',
  'redis:': 'redis',
  'rediss:': 'redis',
  'unix:': 'redis',
};

const EMBEDDED = 'store to "sqlite:" and queue to "memory:" for one process';
const SHARED =
  'store to "mongodb://localhost:27017/" and queue to "redis://localhost:6379/0" for any number of processes';

function kindOf(setting: string, address: string, kinds: Readonly<Record<string, Kind>>): Kind {
  const scheme = address.slice(0, address.indexOf(':') + 1);
  const kind = kinds[scheme];
  if (kind !== undefined) return kind;
  throw new BosError(
    'configuration',
    `expected "${setting}" to begin with ${Object.keys(kinds).join(' or ')}, got "${scheme}": set ${EMBEDDED}, or ${SHARED}`,
    { key: setting },
  );
}

/**
 * Lets only combinations of store and queue pass that exist: sqlite with memory in one process, mongodb with redis in
 * any number of them. Throws `configuration` for every other, with what to set; addresses are never shown.
 */
export function checkBackends({ store, queue }: Pick<Config, 'store' | 'queue'>): void {
  const kinds = `${kindOf('store', store, STORES)} with ${kindOf('queue', queue, QUEUES)}`;
  if (kinds === 'sqlite with memory' || kinds === 'mongodb with redis') return;
  const [storeKind, queueKind] = kinds.split(' with ');
  throw new BosError(
    'configuration',
    `expected store sqlite with queue memory (one process) or store mongodb with queue redis (any number of processes), got store ${storeKind} with queue ${queueKind}: set ${EMBEDDED}, or ${SHARED}`,
  );
}

/** Whether several processes can work on the configured store and queue. */
export function isShared({ store }: Pick<Config, 'store'>): boolean {
  return store.startsWith('mongodb');
}

/** Refuses, by `configuration`, a process that is one of several where store and queue are for a single one. */
export function requireShared(config: Pick<Config, 'store' | 'queue'>, role: string): void {
  if (isShared(config)) return;
  throw new BosError(
    'configuration',
    `expected a store and a queue that several processes can share for the ${role} alone, got "${config.store}" with "${config.queue}": set ${SHARED}, or use bos run, which holds api, worker and scheduler in one process`,
  );
}
