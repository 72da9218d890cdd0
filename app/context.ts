import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { makeBroadcaster } from '../core/chain/broadcaster.ts';
import type { Broadcaster, Chain } from '../core/chain/chain.ts';
import { connectChain } from '../core/chain/connect.ts';
import type { Keys } from '../core/chain/key-file.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import type { Config } from '../core/config/types.ts';
import type { Context } from '../core/context.ts';
import type { Log } from '../core/log.ts';
import { makeMemoryQueue } from '../core/queue/memory.ts';
import { defaultSportsFolder, loadSportsData } from '../core/sports/load.ts';
import { makeNormalizer } from '../core/sports/normalizer.ts';
import type { SportsData } from '../core/sports/types.ts';
import { lockFolder } from '../core/store/folder-lock.ts';
import { openSqliteStore } from '../core/store/sqlite/open.ts';
import type { Store } from '../core/store/store.ts';
import { makeLog } from './log.ts';
import { signingKeys } from './signing-keys.ts';
import { readVersions } from './versions.ts';

/**
 * Parts of a context that are given instead of made; whoever gives them closes them. A broadcaster counts together
 * with a chain only.
 */
export type ContextOverrides = Partial<
  Pick<
    Context,
    'clock' | 'log' | 'store' | 'queue' | 'sports' | 'chain' | 'broadcaster' | 'versions' | 'processId'
  >
>;

/** A context with what it opened; disposing closes all of that, last opened first. */
export interface OpenContext extends AsyncDisposable {
  readonly ctx: Context;
  /** Aborts the signal of the context. */
  stop(): void;
}

/** Path of the SQLite file that the setting `store` names. */
function sqlitePath(config: Config): string {
  const path = config.store.slice('sqlite:'.length);
  return path === '' ? join(config.dataDir, 'bos.db') : path;
}

/** Takes the data folder, and the folder of the store where that is another, for this process alone. */
async function lockFolders(config: Config, owned: AsyncDisposableStack): Promise<void> {
  const folders = new Set([resolve(config.dataDir), resolve(dirname(sqlitePath(config)))]);
  for (const folder of folders) owned.use(await lockFolder(folder));
}

/**
 * Begins to lock the folders and to open the store, which take a while on other threads. What they opened is closed
 * with `owned`, also when something else fails before the store is waited for.
 */
function openStore(config: Config, clock: Clock, log: Log, owned: AsyncDisposableStack): Promise<Store> {
  const opened = new AsyncDisposableStack();
  const opening = (async () => {
    await lockFolders(config, opened);
    return opened.use(await openSqliteStore({ path: sqlitePath(config), clock, log }));
  })();
  owned.defer(async () => {
    await Promise.allSettled([opening]);
    await opened.disposeAsync();
  });
  // Whoever waits for it gets the failure; nobody may be waiting yet.
  opening.catch(() => {});
  return opening;
}

/** Whether transactions may be signed now: neither the setting nor the operators' switch is against it. */
function signingSwitch(config: Config, store: Store): () => Promise<{ on: boolean; reason?: string }> {
  return async () => {
    if (config.nobroadcast) return { on: false, reason: 'nobroadcast is set' };
    const on = (await store.switches.get('broadcasting')) ?? true;
    return on ? { on } : { on, reason: 'switched off by an operator' };
  };
}

/**
 * Makes all that is injected, in one place. Takes the data folder, opens store and queue, loads the sports data and the
 * keys; the chain is made and not started yet.
 * @param mustSign the process will work, so it has to hold keys unless `nobroadcast` is set
 * @throws BosError `configuration` for sports data or keys that are missing or wrong, `conflict` when another process
 *   has the data folder, `unavailable` when the store cannot be opened
 */
export async function makeContext(
  config: Config,
  options: { readonly mustSign: boolean },
  overrides: ContextOverrides = {},
): Promise<OpenContext> {
  await using owned = new AsyncDisposableStack();
  const stopping = new AbortController();
  const { signal } = stopping;
  const clock: Clock = overrides.clock ?? systemClock;
  const log = overrides.log ?? makeLog(config.logging.level);

  const opening = overrides.store ?? openStore(config, clock, log, owned);
  const sports = overrides.sports ?? (await loadSports(config));
  const { data } = sports.current();
  const keys = await signingKeys(config, data.chainId, options.mustSign && !overrides.chain);
  const store = await opening;
  const queue = overrides.queue ?? owned.use(makeMemoryQueue({ log }));
  const { chain, broadcaster } = overrides.chain
    ? { chain: overrides.chain, broadcaster: overrides.broadcaster }
    : openChain({ config, data, keys, store, clock, log, signal }, owned);

  const ctx: Context = {
    config,
    clock,
    log,
    store,
    queue,
    sports,
    chain,
    ...(broadcaster === undefined ? {} : { broadcaster }),
    versions: overrides.versions ?? readVersions(),
    processId: overrides.processId ?? `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`,
    signal,
  };
  const kept = owned.move();
  const stop = () => stopping.abort();
  return {
    ctx,
    stop,
    [Symbol.asyncDispose]: async () => {
      stop();
      await kept.disposeAsync();
    },
  };
}

/** The mirror of the chain, and what signs for it where there are keys. */
function openChain(
  parts: {
    readonly config: Config;
    readonly data: SportsData;
    readonly keys: Keys | undefined;
    readonly store: Store;
    readonly clock: Clock;
    readonly log: Log;
    readonly signal: AbortSignal;
  },
  owned: AsyncDisposableStack,
): { chain: Chain; broadcaster: Broadcaster | undefined } {
  const { config, data, keys, store, clock, log, signal } = parts;
  const chain = owned.use(
    connectChain({ nodes: config.node, expectedChainId: data.chainId, clock, log, signal }),
  );
  if (keys === undefined) return { chain, broadcaster: undefined };
  const enabled = signingSwitch(config, store);
  return { chain, broadcaster: makeBroadcaster({ chain, store, keys, clock, log, enabled, signal }) };
}

async function loadSports(config: Config): Promise<Context['sports']> {
  const data = await loadSportsData(config.sportsFolder ?? defaultSportsFolder(), config.network);
  const inUse = { data, normalizer: makeNormalizer(data) };
  return { current: () => inUse };
}
