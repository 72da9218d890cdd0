import { DEVNET_CHAIN_ID } from '../core/chain/devnet-chain.ts';
import type { ObjectId } from '../core/chain/types.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { BosError } from '../core/errors.ts';
import { type Log, silentLog } from '../core/log.ts';
import type { FaultSwitches } from './api/method.ts';
import { accountNames, genesis } from './genesis.ts';
import { type DevnetChain, inspect } from './inspect.ts';
import { timeText } from './json.ts';
import { devnetKey, devnetPublicKey, writeKeyFile } from './keys.ts';
import { Ledger } from './ledger.ts';
import { Producer } from './producer.ts';
import { startServer } from './server.ts';
import type { State } from './state/state.ts';
import { loadLedger, saveLedger } from './store.ts';

export { devnetKey } from './keys.ts';

/** Blocks between two writes of the state file. */
const SAVE_EVERY = 20;
const DAY_SECONDS = 86_400;

/** How a devnet is made. */
export interface DevnetOptions {
  /** Address to listen on; loopback unless said otherwise, for every key of a devnet is published. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port?: number;
  /** How many witnesses; 5 unless said otherwise. */
  readonly witnesses?: number;
  /** Whole seconds in milliseconds, or `manual`: blocks come from `produceBlock` only. */
  readonly blockIntervalMs?: number | 'manual';
  /** Whole seconds in milliseconds between the slots of blocks that are made by hand; a second unless said otherwise. */
  readonly manualIntervalMs?: number;
  readonly clock?: Clock;
  readonly log?: Log;
  readonly chainId?: string;
  /** Time of a new chain's first block; the clock's unless said otherwise. Chain time keeps the distance to the clock. */
  readonly startTime?: Date;
  /** `zero` makes every operation free; by default the built-in schedule applies and accounts are funded. */
  readonly fees?: 'default' | 'zero';
  /** Keeps the chain in this file: read at start if it is there, written every few blocks and at the end. */
  readonly stateFile?: string;
  /** Duplicate check of proposed operations: as nodes do it today, or `strict` as in 2018 (chain reference 7.2). */
  readonly duplicateCheck?: 'head' | 'strict';
  /** Votes for the witnesses in order; equal unless said otherwise. Below 65536 they are the weights. */
  readonly weights?: readonly number[];
  /** Blocks between maintenances; a day's worth unless said otherwise. */
  readonly maintenanceIntervalBlocks?: number;
  /** Further funded accounts with keys, after the witnesses and nathan. */
  readonly extraAccounts?: readonly string[];
  /** Symbols of assets 1.3.1 and following. */
  readonly assets?: readonly string[];
}

/** An account whose key is published. */
export interface DevnetAccount {
  readonly name: string;
  readonly id: ObjectId;
  readonly wif: string;
  readonly publicKey: string;
}

/** Things that go wrong on request. */
export interface DevnetFaults {
  /** Cuts every connection. */
  dropConnections(): void;
  /** Refuses broadcasts with a text, until called without one. */
  refuseBroadcasts(reason?: string): void;
  /** While on, no block takes a transaction; reads still show them as pending, and they expire. */
  holdTransactions(on: boolean): void;
  /** Leaves out this many blocks: chain time goes on without them. */
  gap(blocks: number): void;
  /**
   * Replaces the last block by one without its transactions. They are pending again and come with a later block, or
   * with `drop` never. Returns the number of the new block.
   */
  forkLastBlock(options?: { readonly drop?: boolean }): number;
  /** Writes error messages as nodes of 2018 did. */
  errorStyle2018(on: boolean): void;
}

/** A running devnet. */
export interface Devnet extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly chainId: string;
  readonly accounts: readonly DevnetAccount[];
  readonly chain: DevnetChain;
  readonly faults: DevnetFaults;
  /** An account by name. @throws BosError `not_found` */
  account(name: string): DevnetAccount;
  /** Makes a block now and returns its number; chain time moves to the clock's, at least by one interval. */
  produceBlock(): Promise<number>;
  /** Votes by account name; they count from the next maintenance on. */
  setWeights(weights: Readonly<Record<string, number>>): void;
  /** Puts a witness among the active ones, or takes it out, from the next maintenance on. */
  setActive(name: string, active: boolean): void;
  /** Makes the next block one with maintenance. */
  maintainNext(): void;
  /** Writes `{account: wif}` of the named accounts (all without names), mode 0600. */
  writeKeys(path: string, names?: readonly string[]): Promise<void>;
}

/**
 * Starts a simulated chain behind a node's WebSocket interface. Its first block, with the maintenance that gives
 * witness-account its authority, is there when this resolves.
 * @throws BosError `configuration` for options that cannot be, `unavailable` when the port is taken.
 */
export async function startDevnet(options: DevnetOptions = {}): Promise<Devnet> {
  const { host = '127.0.0.1', witnesses = 5, extraAccounts = [] } = options;
  const clock = options.clock ?? systemClock;
  const log = options.log ?? silentLog;
  const chainId = options.chainId ?? DEVNET_CHAIN_ID;
  const { blockIntervalMs = 1000, manualIntervalMs = 1000 } = options;
  const interval = intervalSeconds(blockIntervalMs === 'manual' ? manualIntervalMs : blockIntervalMs);
  if (!Number.isInteger(witnesses) || witnesses < 1) {
    throw new BosError('configuration', `expected witnesses to be a whole number above 0, got ${witnesses}`);
  }
  const names = accountNames({ witnesses, extraAccounts });
  const votes = new Map(
    witnessIds(witnesses).map((id, index) => [id, BigInt(options.weights?.[index] ?? 0)]),
  );
  const inactive = new Set<ObjectId>();
  const election = {
    votes: (id: ObjectId) => votes.get(id) ?? 0n,
    isActive: (id: ObjectId) => !inactive.has(id),
  };
  const saved = options.stateFile === undefined ? undefined : await loadLedger(options.stateFile, chainId);
  const offsetMs = timeOffsetMs(clock, saved?.state, options.startTime);
  const ledger = new Ledger({
    state:
      saved?.state ??
      genesis({
        chainId,
        witnesses,
        extraAccounts,
        assets: options.assets ?? ['BTC', 'TEST', 'BTF'],
        // One interval before the first block.
        time: Math.floor((clock.now().getTime() + offsetMs) / 1000) - interval,
        blockInterval: interval,
        maintenanceInterval: (options.maintenanceIntervalBlocks ?? DAY_SECONDS / interval) * interval,
        fees: options.fees ?? 'default',
      }),
    ...(saved ? { blocks: saved.blocks, copies: saved.copies } : {}),
    election,
    duplicateCheck: options.duplicateCheck ?? 'head',
  });
  const producer = new Producer({ ledger, clock, offsetMs, interval, log });
  if (ledger.head.headNumber === 0) producer.produce();
  const faults: FaultSwitches = { refusal: undefined, errorStyle: 'head' };
  const server = await startServer({
    host,
    port: options.port ?? 8090,
    ledger,
    faults,
    now: () => timeText(Math.floor(clock.now().getTime() / 1000)),
  });
  const stopSaving = saveOften(ledger, options.stateFile, log);
  if (blockIntervalMs !== 'manual') producer.start();
  const accounts = names.map((name) => describeAccount(ledger, name));
  const account = (name: string): DevnetAccount => {
    const found = accounts.find((each) => each.name === name);
    if (found) return found;
    throw new BosError(
      'not_found',
      `expected an account of this devnet, got ${name}: it has ${names.join(', ')}`,
    );
  };
  const witnessOf = (name: string): ObjectId => {
    const { id } = account(name);
    const witness = ledger.state.where('witness', (w) => w.account === id)[0];
    if (witness) return witness.id;
    throw new BosError('not_found', `expected a witness of this devnet, got ${name}`);
  };
  log.info({ host, port: server.port, witnesses, chainId }, 'devnet started');
  return {
    url: `ws://${host.includes(':') ? `[${host}]` : host}:${server.port}`,
    port: server.port,
    chainId,
    accounts,
    account,
    chain: inspect(ledger),
    faults: {
      dropConnections: () => server.dropConnections(),
      refuseBroadcasts: (reason) => {
        faults.refusal = reason;
      },
      holdTransactions: (on) => {
        ledger.holding = on;
      },
      gap: (blocks) => producer.gap(blocks),
      forkLastBlock: ({ drop = false } = {}) => producer.fork(drop),
      errorStyle2018: (on) => {
        faults.errorStyle = on ? '2018' : 'head';
      },
    },
    produceBlock: async () => producer.produce(),
    setWeights: (weights) => {
      for (const [name, weight] of Object.entries(weights)) votes.set(witnessOf(name), BigInt(weight));
    },
    setActive: (name, active) => {
      if (active) inactive.delete(witnessOf(name));
      else inactive.add(witnessOf(name));
    },
    maintainNext: () => {
      ledger.maintenanceDue = true;
    },
    writeKeys: (path, chosen = names) =>
      writeKeyFile(
        path,
        chosen.map((name) => account(name).name),
      ),
    [Symbol.asyncDispose]: async () => {
      await producer.stop();
      await server[Symbol.asyncDispose]();
      await stopSaving();
    },
  };
}

/** What chain time is ahead of the clock: as the start time says, or so that a saved chain's time does not go back. */
function timeOffsetMs(clock: Clock, saved: State | undefined, startTime: Date | undefined): number {
  const now = clock.now().getTime();
  if (!saved) return startTime ? startTime.getTime() - now : 0;
  return Math.max(0, saved.get('dynamic', '2.1.0').time * 1000 - now);
}

function intervalSeconds(blockIntervalMs: number): number {
  if (Number.isInteger(blockIntervalMs) && blockIntervalMs >= 1000 && blockIntervalMs % 1000 === 0) {
    return blockIntervalMs / 1000;
  }
  throw new BosError(
    'configuration',
    `expected a block interval of whole seconds, got ${blockIntervalMs} ms: block times are whole seconds on the chain`,
  );
}

function witnessIds(count: number): ObjectId[] {
  return Array.from({ length: count }, (_, index) => `1.6.${index + 1}`);
}

function describeAccount(ledger: Ledger, name: string): DevnetAccount {
  const account = ledger.state.where('account', (a) => a.name === name)[0];
  if (!account) {
    throw new BosError(
      'configuration',
      `expected account ${name} on the saved chain, got none: start with the options it was made with, or remove the file`,
    );
  }
  return { name, id: account.id, wif: devnetKey(name).toWif(), publicKey: devnetPublicKey(name) };
}

/** Writes the state file every few blocks. Returns how to write it a last time. */
function saveOften(ledger: Ledger, path: string | undefined, log: Log): () => Promise<void> {
  if (path === undefined) return async () => {};
  let writing = Promise.resolve();
  const save = (): void => {
    writing = writing
      .then(() => saveLedger(path, ledger))
      .catch((error: unknown) => log.error({ path, error: String(error) }, 'the devnet state was not saved'));
  };
  const stop = ledger.listen({
    blockApplied: ({ block }) => {
      if (block.number % SAVE_EVERY === 0) save();
    },
    transactionPending: () => {},
  });
  return async () => {
    stop();
    save();
    await writing;
  };
}
