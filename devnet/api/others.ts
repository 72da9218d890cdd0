import { ensure } from '../errors.ts';
import { accountHistory } from '../rules/history.ts';
import { PRESENT } from '../state/present.ts';
import { kindOf } from '../state/state.ts';
import { idOf, idParts, objectId } from '../wire/ids.ts';
import { list, text, uint32 } from '../wire/types.ts';
import { type Api, getAccount, method } from './method.ts';

const operationId = idOf(1, 11);
const marketGroupId = idOf(1, 24);
const marketId = idOf(1, 25);
const HISTORY_LIMIT = 100;

/** history (chain reference 4.3). */
export const history: Api = {
  get_account_history: method(
    [text, operationId, uint32, operationId],
    ({ ledger }, account, stop, limit, start) => {
      ensure(limit <= HISTORY_LIMIT, 'limit <= 100');
      const last = idParts(stop).instance;
      const first = idParts(start).instance || Number.POSITIVE_INFINITY;
      const { id } = getAccount(ledger, account);
      const entries = accountHistory(ledger.state, id, (entry, found) => {
        const { instance } = idParts(entry.id);
        if (instance <= last || found >= limit) return 'stop';
        return instance > first ? 'skip' : 'take';
      });
      return entries.map(PRESENT.history);
    },
  ),
};

const COPIED = new Set(['event', 'marketGroup', 'market']);

/** bookie: last known forms of events, market groups and markets, also of those that are gone (chain reference 4.2). */
export const bookie: Api = {
  get_objects: method([list(objectId)], ({ ledger }, ids) =>
    ids.map((id) => {
      if (!COPIED.has(kindOf(id) ?? '')) return null;
      return ledger.state.present(id) ?? ledger.copies.get(id) ?? null;
    }),
  ),
  get_binned_order_book: method([marketId, uint32], () => ({
    aggregated_back_bets: [],
    aggregated_lay_bets: [],
  })),
  get_total_matched_bet_amount_for_betting_market_group: method([marketGroupId], ({ ledger }, id) => {
    const group = ledger.state.find('marketGroup', id);
    ensure(group !== undefined, 'betting_market_group', 'Invalid betting market group specified');
    return { amount: 0, asset_id: group.asset };
  }),
  get_events_containing_sub_string: method([text, text], ({ ledger }, part, language) => {
    const wanted = part.toLowerCase();
    const matches = (name: readonly (readonly [string, string])[]): boolean =>
      name.some(([key, value]) => key === language && value.toLowerCase().includes(wanted));
    return ledger.state.where('event', (e) => matches(e.name)).map(PRESENT.event);
  }),
};

/** APIs that exist so that clients can ask for their ids. */
export const crypto: Api = {};
export const affiliateStats: Api = {};

/** Names of the login API's methods that a node grants only when its access file says so. */
const NOT_GRANTED = ['network_node', 'block', 'asset', 'debug'];
const GRANTED = ['database', 'network_broadcast', 'history', 'crypto', 'bookie', 'affiliate_stats'];

/** login (chain reference 2.4): any user may, and it hands out the ids of the other APIs. */
export const login: Api = {
  login: method([text, text], (connection) => {
    connection.renewApis();
    return true;
  }),
  ...Object.fromEntries(GRANTED.map((name) => [name, method([], (connection) => connection.apiId(name))])),
  ...Object.fromEntries(
    NOT_GRANTED.map((name) => [
      name,
      method([], () => {
        ensure(false, `_${name}_api`, '', {}, ['api.cpp', 316, name]);
        return null;
      }),
    ]),
  ),
};
