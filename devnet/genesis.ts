import { CORE_ASSET, WITNESS_ACCOUNT } from '../core/chain/types.ts';
import { devnetPublicKey } from './keys.ts';
import { chainParameters, type ParameterChoice } from './rules/parameters.ts';
import type { Authority } from './state/objects.ts';
import { State } from './state/state.ts';

/** What a new devnet starts with. */
export interface GenesisOptions extends ParameterChoice {
  readonly chainId: string;
  /** How many witnesses: accounts `witness1`, `witness2` and so on. */
  readonly witnesses: number;
  /** Further accounts, after the witnesses and nathan. */
  readonly extraAccounts: readonly string[];
  /** Symbols of assets 1.3.1, 1.3.2 and so on. */
  readonly assets: readonly string[];
  /** Time of the genesis in seconds; the first block is later. */
  readonly time: number;
}

/** A rich account that is no witness. */
export const RICH_ACCOUNT = 'nathan';

const NOBODY: Authority = { threshold: 1, accounts: [], keys: [] };
const ANYBODY: Authority = { threshold: 0, accounts: [], keys: [] };
/** Ids 1.2.0 to 1.2.6, in order (chain reference 1.3). */
const SPECIAL_ACCOUNTS: readonly (readonly [string, Authority])[] = [
  ['committee-account', NOBODY],
  ['witness-account', NOBODY],
  ['relaxed-committee-account', NOBODY],
  ['null-account', NOBODY],
  ['temp-account', ANYBODY],
  ['proxy-to-self', NOBODY],
  ['default-dividend-distribution', NOBODY],
];
const NULL_KEY = 'PPY1111111111111111111111111111111114T1Anm';

const UNITS_PER_PPY = 100_000n;
const WITNESS_ACCOUNT_FUNDS = 10_000_000n * UNITS_PER_PPY;
const ORDINARY_FUNDS = 1_000_000n * UNITS_PER_PPY;
const RICH_FUNDS = 1_000_000_000n * UNITS_PER_PPY;

/** Precision of known assets; others have that of the core asset. */
const PRECISION: Readonly<Record<string, number>> = { BTC: 8 };

/** Name of the n-th witness's account, from 1. */
export function witnessName(n: number): string {
  return `witness${n}`;
}

/** Names of the accounts that have keys, in order of their ids. */
export function accountNames(options: Pick<GenesisOptions, 'witnesses' | 'extraAccounts'>): string[] {
  const witnesses = Array.from({ length: options.witnesses }, (_, index) => witnessName(index + 1));
  return [...witnesses, RICH_ACCOUNT, ...options.extraAccounts];
}

/** The state before the first block. witness-account's authority is still empty; the maintenance in block 1 fills it. */
export function genesis(options: GenesisOptions): State {
  const state = new State();
  createGlobals(state, options);
  for (const [name, active] of SPECIAL_ACCOUNTS) {
    createAccount(state, name, active, NULL_KEY);
  }
  fund(state, WITNESS_ACCOUNT, WITNESS_ACCOUNT_FUNDS);
  // 1.6.0 stands for "no witness".
  state.skipTo('witness', 1);
  for (const [index, name] of accountNames(options).entries()) {
    const key = devnetPublicKey(name);
    const own: Authority = { threshold: 1, accounts: [], keys: [[key, 1]] };
    const account = createAccount(state, name, own, key);
    fund(state, account, name === RICH_ACCOUNT ? RICH_FUNDS : ORDINARY_FUNDS);
    if (index >= options.witnesses) continue;
    state.create('witness', {
      account,
      signingKey: key,
      voteId: `1:${index}`,
      votes: 0n,
      lastSlot: 0,
      lastConfirmed: 0,
    });
  }
  return state;
}

function createGlobals(state: State, options: GenesisOptions): void {
  state.create('globals', {
    parameters: chainParameters(options),
    nextVoteId: options.witnesses,
    activeWitnesses: [],
  });
  state.create('dynamic', {
    headNumber: 0,
    headId: '0'.repeat(40),
    time: options.time,
    currentWitness: '1.6.0',
    nextMaintenance: 0,
    slot: 0,
    missed: 0,
    maintained: false,
    irreversible: 0,
  });
  state.create('chainProperties', { chainId: options.chainId, minWitnesses: options.witnesses });
  state.create('schedule', { witnesses: [] });
  state.create('bettingStatistics', { events: 0 });
  // 2.9.0 ends every history.
  state.skipTo('accountHistory', 1);
  state.create('asset', { symbol: 'PPY', precision: 5, issuer: '1.2.0' });
  for (const symbol of options.assets) {
    state.create('asset', { symbol, precision: PRECISION[symbol] ?? 5, issuer: '1.2.0' });
  }
}

function createAccount(state: State, name: string, active: Authority, memoKey: string): string {
  const { id } = state.create('account', { name, owner: active, active, memoKey });
  state.create('statistics', { owner: id, name, mostRecent: '2.9.0', total: 0 });
  return id;
}

function fund(state: State, owner: string, amount: bigint): void {
  state.create('balance', { owner, asset: CORE_ASSET, amount });
}
