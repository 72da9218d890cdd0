import { BosError } from '../errors.ts';

/** Which combination of store and queue a configuration asks for, and who asked. */
export interface BackendChoice {
  readonly store: string;
  readonly queue: string;
  /** Keys of an old configuration file that mean MongoDB and Redis; empty when `store` or `queue` was set. */
  readonly legacyKeys: readonly string[];
}

const EMBEDDED = 'set store to "sqlite:" and queue to "memory:"';

function kindOf<T extends string>(setting: string, address: string, kinds: Readonly<Record<string, T>>): T {
  const scheme = address.slice(0, address.indexOf(':') + 1).toLowerCase();
  const kind = kinds[scheme];
  if (kind !== undefined) return kind;
  throw new BosError(
    'configuration',
    `expected "${setting}" to begin with ${Object.keys(kinds).join(' or ')}, got "${scheme}": ${EMBEDDED}`,
    { key: setting },
  );
}

/**
 * Lets only combinations pass that exist: sqlite with memory in one process, mongodb with redis in any number of
 * them, of which this version has the first. Throws `configuration` for every other, with what to set.
 */
export function checkBackends({ store, queue, legacyKeys }: BackendChoice): void {
  if (legacyKeys.length > 0) {
    throw new BosError(
      'configuration',
      `expected a store that this version has, got a configuration with ${legacyKeys.join(', ')}, which means MongoDB and Redis as in the Python suite, and those are not built yet: ${EMBEDDED}`,
      { keys: legacyKeys },
    );
  }
  const storeKind = kindOf('store', store, {
    'sqlite:': 'sqlite',
    'mongodb:': 'mongodb',
    'mongodb+srv:': 'mongodb',
  });
  const queueKind = kindOf('queue', queue, { 'memory:': 'memory', 'redis:': 'redis', 'rediss:': 'redis' });
  if (storeKind === 'sqlite' && queueKind === 'memory') return;
  if (storeKind === 'mongodb' && queueKind === 'redis') {
    throw new BosError(
      'configuration',
      `expected a store that this version has, got mongodb with redis, which are not built yet: ${EMBEDDED}`,
    );
  }
  throw new BosError(
    'configuration',
    `expected store sqlite with queue memory (one process) or store mongodb with queue redis (any number of processes), got store ${storeKind} with queue ${queueKind}: ${EMBEDDED}`,
  );
}
