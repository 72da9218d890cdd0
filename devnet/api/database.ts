import { blockJson, headerJson, transactionJson } from '../block.ts';
import { ensure } from '../errors.ts';
import type { Json } from '../json.ts';
import type { Ledger } from '../ledger.ts';
import { keysNeeded, potentialKeys, verifyAuthority } from '../rules/authority.ts';
import { signingKeys } from '../rules/transactions.ts';
import { PRESENT } from '../state/present.ts';
import { idOf } from '../wire/ids.ts';
import { signedTransactionBytes, transaction } from '../wire/operations.ts';
import { bool, list, publicKey, text, uint32 } from '../wire/types.ts';
import { accountMethods } from './accounts.ts';
import { CONFIG } from './config.ts';
import { feeMethods } from './fees.ts';
import { type Api, checkLimit, findAccount, findAsset, getAccount, method } from './method.ts';
import { objectOrNull } from './objects.ts';
import { sportsMethods } from './sports.ts';

const witnessId = idOf(1, 6);

function present(ledger: Ledger, id: string): Json {
  return ledger.state.present(id) ?? null;
}

/** API 0. A method is added by adding a line. */
export const database: Api = {
  ...accountMethods,
  ...sportsMethods,
  ...feeMethods,

  get_objects: method([list(text)], ({ ledger, subscriptions }, ids) => {
    const objects = ids.map((id) => objectOrNull(ledger, id));
    subscriptions.subscribe(ids);
    return objects;
  }),
  get_chain_id: method([], ({ ledger }) => ledger.chainId),
  get_chain_properties: method([], ({ ledger }) => present(ledger, '2.11.0')),
  get_dynamic_global_properties: method([], ({ ledger }) => present(ledger, '2.1.0')),
  get_global_properties: method([], ({ ledger }) => present(ledger, '2.0.0')),
  get_config: method([], () => CONFIG),

  set_subscribe_callback: method([uint32, bool], ({ subscriptions }, callback, everything) => {
    subscriptions.watchObjects(callback, everything);
    return null;
  }),
  set_block_applied_callback: method([uint32], ({ subscriptions }, callback) => {
    subscriptions.watchBlocks(callback);
    return null;
  }),
  set_pending_transaction_callback: method([uint32], ({ subscriptions }, callback) => {
    subscriptions.watchPending(callback);
    return null;
  }),
  cancel_all_subscriptions: method([], ({ subscriptions }) => {
    subscriptions.stopObjects();
    return null;
  }),

  get_witnesses: method([list(witnessId)], ({ ledger }, ids) => ids.map((id) => present(ledger, id))),
  get_witness_by_account: method([text], ({ ledger }, nameOrId) => {
    const account = findAccount(ledger, nameOrId);
    const witness = ledger.state.where('witness', (w) => w.account === account?.id)[0];
    return witness ? PRESENT.witness(witness) : null;
  }),
  lookup_witness_accounts: method([text, uint32], ({ ledger }, from, limit) => {
    checkLimit(limit, 1000);
    return ledger.state
      .all('witness')
      .map((w) => [ledger.state.get('account', w.account).name, w.id] as const)
      .filter(([name]) => name >= from)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, limit);
  }),
  get_witness_count: method([], ({ ledger }) => ledger.state.all('witness').length),

  get_assets: method([list(text)], ({ ledger, subscriptions }, names) => {
    const assets = names.map((name) => findAsset(ledger, name));
    subscriptions.subscribe(assets.flatMap((asset) => (asset ? [asset.id] : [])));
    return assets.map((asset) => (asset ? PRESENT.asset(asset) : null));
  }),
  lookup_asset_symbols: method([list(text)], ({ ledger }, names) =>
    names.map((name) => {
      const asset = findAsset(ledger, name);
      return asset ? PRESENT.asset(asset) : null;
    }),
  ),
  list_assets: method([text, uint32], ({ ledger }, from, limit) => {
    checkLimit(limit, 100);
    const assets = ledger.state.where('asset', (a) => a.symbol >= from);
    return assets
      .sort((a, b) => (a.symbol < b.symbol ? -1 : 1))
      .slice(0, limit)
      .map(PRESENT.asset);
  }),
  get_asset_count: method([], ({ ledger }) => ledger.state.all('asset').length),

  get_proposed_transactions: method([text], ({ ledger }, nameOrId) => {
    const { id } = getAccount(ledger, nameOrId);
    return ledger.state
      .where('proposal', (p) => [...p.requiredActive, ...p.requiredOwner, ...p.active].includes(id))
      .map(PRESENT.proposal);
  }),

  get_block_header: method([uint32], ({ ledger }, number) => {
    const block = ledger.block(number);
    return block ? headerJson(block) : null;
  }),
  get_block_header_batch: method([list(uint32)], ({ ledger }, numbers) =>
    numbers.map((number) => {
      const block = ledger.block(number);
      return [number, block ? headerJson(block) : null];
    }),
  ),
  get_block: method([uint32], ({ ledger }, number) => {
    const block = ledger.block(number);
    return block ? blockJson(block) : null;
  }),
  get_transaction: method([uint32, uint32], ({ ledger }, number, place) => {
    const where = ['database_api.cpp', 490, 'get_transaction'] as const;
    const block = ledger.block(number);
    ensure(block !== undefined, 'opt_block', '', {}, where);
    const found = block.transactions[place];
    ensure(found !== undefined, 'opt_block->transactions.size() > trx_num', '', {}, where);
    return transactionJson(found);
  }),
  get_recent_transaction_by_id: method([text], ({ ledger }, id) => {
    const found = ledger.recentTransaction(id);
    return found ? transactionJson(found) : null;
  }),
  get_transaction_hex: method([transaction], (_, given) =>
    Buffer.from(signedTransactionBytes(given)).toString('hex'),
  ),
  get_required_signatures: method([transaction, list(publicKey)], ({ ledger }, given, available) =>
    keysNeeded(ledger.state, given.operations, available),
  ),
  get_potential_signatures: method([transaction], ({ ledger }, given) =>
    potentialKeys(ledger.state, given.operations),
  ),
  verify_authority: method([transaction], ({ ledger }, given) => {
    verifyAuthority(ledger.state, { operations: given.operations, keys: signingKeys(ledger.state, given) });
    return true;
  }),
  validate_transaction: method([transaction], ({ ledger }, given) => transactionJson(ledger.validate(given))),
};
