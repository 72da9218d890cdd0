import type { Json, JsonObject } from '../json.ts';
import { int64Json } from '../json.ts';
import type { Ledger } from '../ledger.ts';
import { balanceOf } from '../rules/balances.ts';
import type { Objects } from '../state/objects.ts';
import { PRESENT } from '../state/present.ts';
import { idOf } from '../wire/ids.ts';
import { bool, list, publicKey, text, uint32 } from '../wire/types.ts';
import { type Api, checkLimit, findAccount, getAccount, method } from './method.ts';

const assetId = idOf(1, 3);

function accountJson(account: Objects['account'] | undefined): Json {
  return account ? PRESENT.account(account) : null;
}

function byName(ledger: Ledger, name: string): Objects['account'] | undefined {
  return ledger.state.where('account', (a) => a.name === name)[0];
}

function fullAccount(ledger: Ledger, account: Objects['account']): JsonObject {
  const { state } = ledger;
  const { id, name } = account;
  return {
    account: PRESENT.account(account),
    statistics: state.present(id.replace(/^1\.2/, '2.6')) ?? null,
    registrar_name: name,
    referrer_name: name,
    lifetime_referrer_name: name,
    votes: [],
    balances: state.where('balance', (b) => b.owner === id).map(PRESENT.balance),
    vesting_balances: [],
    limit_orders: [],
    call_orders: [],
    settle_orders: [],
    proposals: state
      .where('proposal', (p) => p.requiredActive.includes(id) || p.requiredOwner.includes(id))
      .map(PRESENT.proposal),
    assets: [],
    withdraws: [],
    pending_dividend_payments: [],
  };
}

/** Accounts and what they hold (chain reference 3.2). */
export const accountMethods: Api = {
  get_accounts: method([list(text)], ({ ledger, subscriptions }, names) => {
    const accounts = names.map((name) => findAccount(ledger, name));
    subscriptions.subscribe(accounts.flatMap((account) => (account ? [account.id] : [])));
    return accounts.map(accountJson);
  }),
  lookup_account_names: method([list(text)], ({ ledger }, names) =>
    names.map((name) => accountJson(byName(ledger, name))),
  ),
  get_account_by_name: method([text], ({ ledger }, name) => accountJson(byName(ledger, name))),
  lookup_accounts: method([text, uint32], ({ ledger }, from, limit) => {
    checkLimit(limit, 1000);
    return ledger.state
      .where('account', (a) => a.name >= from)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .slice(0, limit)
      .map((a) => [a.name, a.id]);
  }),
  get_full_accounts: method([list(text), bool], ({ ledger, subscriptions }, names, subscribe) =>
    names.flatMap((name): Json[] => {
      const account = findAccount(ledger, name);
      if (!account) return [];
      if (subscribe) subscriptions.subscribe([account.id]);
      return [[name, fullAccount(ledger, account)]];
    }),
  ),
  get_account_references: method([text], ({ ledger }, nameOrId) => {
    const { id } = getAccount(ledger, nameOrId);
    const names = (a: Objects['account']): boolean =>
      [...a.active.accounts, ...a.owner.accounts].some(([member]) => member === id);
    return ledger.state.where('account', names).map((a) => a.id);
  }),
  get_key_references: method([list(publicKey)], ({ ledger }, keys) =>
    keys.map((key) => {
      const has = (a: Objects['account']): boolean =>
        a.memoKey === key || [...a.active.keys, ...a.owner.keys].some(([each]) => each === key);
      return ledger.state.where('account', has).map((a) => a.id);
    }),
  ),
  get_account_count: method([], ({ ledger }) => ledger.state.all('account').length),
  get_account_balances: method([text, list(assetId)], ({ ledger }, nameOrId, assets) => {
    const { id } = getAccount(ledger, nameOrId);
    const held = ledger.state.where('balance', (b) => b.owner === id).map((b) => b.asset);
    return (assets.length > 0 ? assets : held).map((asset) => ({
      amount: int64Json(balanceOf(ledger.state, id, asset)),
      asset_id: asset,
    }));
  }),
};
