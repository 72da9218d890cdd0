import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { makeBroadcaster } from '../core/chain/broadcaster.ts';
import type { Broadcaster, Chain } from '../core/chain/chain.ts';
import { connectChain } from '../core/chain/connect.ts';
import type { Keys } from '../core/chain/key-file.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import type { Config } from '../core/config/types.ts';
import type { Context } from '../core/context.ts';
import type { Log } from '../core/log.ts';
import type { SportsData } from '../core/sports/types.ts';
import type { Store } from '../core/store/store.ts';
import { type Backends, openBackends } from './backends.ts';
import { makeLog } from './log.ts';
import { signingKeys } from './signing-keys.ts';
import { openSports } from './sports.ts';
import { readVersions } from './versions.ts';

/**
 * Parts of a context that are given instead of made; whoever gives them closes them. Store and queue count together
 * only, and a broadcaster together with a chain only.
 */
export type ContextOverrides = Partial<
  Pick<
    Context,
    'clock' | 'log' | 'store' | 'queue' | 'sports' | 'chain' | 'broadcaster' | 'versions' | 'processId'
  >
>;

/** What a process will do with its context. */
export interface ContextNeeds {
  /** It will work, so it has to hold keys unless `nobroadcast` is set. */
  readonly mustSign: boolean;
  /** It serves data proxies and operators, who are answered also while a store on another machine is away. */
  readonly isServer: boolean;
}

/** A context with what it opened; disposing closes all of that, last opened first. */
export interface OpenContext extends AsyncDisposable {
  readonly ctx: Context;
  /** Aborts the signal of the context. */
  stop(): void;
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
 * Makes all that is injected, in one place. Opens store and queue (the embedded ones take the data folder), loads the sports data and the
 * keys; the chain is made and not started yet.
 * @throws BosError `configuration` for sports data or keys that are missing or wrong, `conflict` when another process
 *   has the data folder, `unavailable` when the store cannot be opened
 */
export async function makeContext(
  config: Config,
  options: ContextNeeds,
  overrides: ContextOverrides = {},
): Promise<OpenContext> {
  await using owned = new AsyncDisposableStack();
  const stopping = new AbortController();
  const { signal } = stopping;
  const clock: Clock = overrides.clock ?? systemClock;
  const log = overrides.log ?? makeLog(config.logging.level);

  const { isServer } = options;
  const opening =
    overrides.store && overrides.queue
      ? { store: overrides.store, queue: overrides.queue }
      : openBackends({ config, isServer, clock, log, signal }, owned);
  const sports = overrides.sports ?? (await openSports(config, { clock, log }));
  const { data } = sports.current();
  const keys = await signingKeys(config, data.chainId, options.mustSign && !overrides.chain);
  const { store, queue, spool }: Backends = await opening;
  const { chain, broadcaster } = overrides.chain
    ? { chain: overrides.chain, broadcaster: overrides.broadcaster }
    : openChain({ config, data, keys, store, clock, log, signal }, owned);

  const ctx: Context = {
    config,
    clock,
    log,
    store,
    queue,
    ...(spool === undefined ? {} : { spool }),
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
