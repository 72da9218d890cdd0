import { dirname, join, resolve } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { isShared } from '../core/config/backends.ts';
import type { Config } from '../core/config/types.ts';
import { BosError } from '../core/errors.ts';
import type { Incident } from '../core/incidents/types.ts';
import type { Log } from '../core/log.ts';
import { makeMemoryQueue } from '../core/queue/memory.ts';
import type { JobQueue } from '../core/queue/queue.ts';
import { lockFolder } from '../core/store/folder-lock.ts';
import { lateStore } from '../core/store/late-store.ts';
import { watchPresence } from '../core/store/presence-watch.ts';
import { openSpool, type Spool } from '../core/store/spool/spool.ts';
import { spooledStore } from '../core/store/spool/spooled-store.ts';
import { openSqliteStore } from '../core/store/sqlite/open.ts';
import type { Store } from '../core/store/store.ts';
import { within } from '../core/within.ts';

/** Where everything is kept, and what carries references to due work. */
export interface Backends {
  readonly store: Store;
  readonly queue: JobQueue;
  /** Where incidents are kept while the store is away; only in servers on a store that several share. */
  readonly spool?: Spool;
}

export interface BackendOptions {
  readonly config: Config;
  /** The process serves data proxies and operators: it starts without the store and spools incidents meanwhile. */
  readonly isServer: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Begins to open store and queue, which take a while on other threads and machines. What they opened is closed with
 * `owned`, also when something else fails before they are waited for.
 * @returns rejects with `conflict` when another process has the data folder (embedded store), `unavailable` when the
 *   store cannot be reached, `configuration` for addresses or rights that are wrong
 */
export function openBackends(options: BackendOptions, owned: AsyncDisposableStack): Promise<Backends> {
  const opened = new AsyncDisposableStack();
  const opening = isShared(options.config) ? openShared(options, opened) : openEmbedded(options, opened);
  owned.defer(async () => {
    await Promise.allSettled([opening]);
    await opened.disposeAsync();
  });
  // Whoever waits for it gets the failure; nobody may be waiting yet.
  opening.catch(() => {});
  return opening;
}

/** SQLite and memory, for this process alone. */
async function openEmbedded(
  { config, clock, log }: BackendOptions,
  opened: AsyncDisposableStack,
): Promise<Backends> {
  const named = config.store.slice('sqlite:'.length);
  const path = named === '' ? join(config.dataDir, 'bos.db') : named;
  for (const folder of new Set([resolve(config.dataDir), resolve(dirname(path))])) {
    opened.use(await lockFolder(folder));
  }
  const store = opened.use(await openSqliteStore({ path, clock, log }));
  return { store, queue: opened.use(makeMemoryQueue({ clock, log })) };
}

/** MongoDB and Redis, for any number of processes. Their clients are loaded only where they are used. */
async function openShared(options: BackendOptions, opened: AsyncDisposableStack): Promise<Backends> {
  const { config, isServer, clock, log, signal } = options;
  const [{ openMongoStore }, { openRedisQueue }] = await Promise.all([
    import('../core/store/mongo/open.ts'),
    import('../core/queue/redis/redis-queue.ts'),
  ]);
  const open = () => openMongoStore({ url: config.store, names: config.collections, clock, log, signal });
  const mongo = opened.use(await (isServer ? inTimeOrLate(open, options) : persistently(open, options)));
  const isPauseWanted = async () => (await mongo.switches.get('queue_paused')) ?? false;
  const queue = opened.use(await openRedisQueue({ url: config.queue, isPauseWanted, clock, log, signal }));
  if (!isServer) return { store: mongo, queue };
  const spool = opened.use(await openSpool({ folder: join(config.dataDir, 'spool'), log }));
  const onDrained = ({ eventId, call }: Incident): void => {
    if (call === 'unknown') return;
    queue.add({ eventId, lane: 'default' }).catch((error: unknown) => {
      log.warn(
        { eventId, err: error },
        'the queue did not take a reference; the scheduler will find the work',
      );
    });
  };
  const store = opened.use(spooledStore(mongo, spool, { clock, log, onDrained }));
  const presence = opened.use(watchPresence(store.presence, { clock, log }));
  return { store: { ...store, presence }, queue, spool };
}

/** How long a store is waited for at start: servers of one machine start at the same time. */
const START_MS = 5000;
const START_PAUSE_MS = 250;

/**
 * The store, or one that comes later when it cannot be reached now, or takes long: it may be overloaded, or take over
 * much of the Python suite.
 */
async function inTimeOrLate(open: () => Promise<Store>, options: BackendOptions): Promise<Store> {
  const { clock, log, signal } = options;
  const late = (state: string, problem: BosError, underWay?: Promise<Store>): Store => {
    log.error({ err: problem }, `the store is ${state}: incidents are kept in the spool until it is there`);
    return lateStore(open, { kind: 'mongodb', problem, clock, log, signal, ...(underWay && { underWay }) });
  };
  const underWay = open();
  try {
    const inTime = await within(clock, START_MS, underWay);
    if (inTime) return inTime.value;
  } catch (error) {
    if (!(error instanceof BosError && error.kind === 'unavailable') || signal.aborted) throw error;
    return late('away', error);
  }
  const text = `expected MongoDB to be opened within ${START_MS / 1000} s, got no end of it yet; it is waited for`;
  return late('not open yet', new BosError('unavailable', text), underWay);
}

async function persistently<T>(
  open: () => Promise<T>,
  { clock, log, signal }: Pick<BackendOptions, 'clock' | 'log' | 'signal'>,
): Promise<T> {
  const beganMs = clock.monotonicMs();
  for (;;) {
    try {
      return await open();
    } catch (error) {
      const isAway = error instanceof BosError && error.kind === 'unavailable';
      if (!isAway || signal.aborted || clock.monotonicMs() - beganMs >= START_MS) throw error;
      log.debug({ err: error }, 'the store is not there yet; trying again');
      await clock.sleep(START_PAUSE_MS, signal);
    }
  }
}
