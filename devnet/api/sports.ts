import { PRESENT } from '../state/present.ts';
import { idOf } from '../wire/ids.ts';
import { text } from '../wire/types.ts';
import { type Api, method } from './method.ts';

const sportId = idOf(1, 20);
const eventGroupId = idOf(1, 21);
const eventId = idOf(1, 22);
const marketGroupId = idOf(1, 24);
const marketId = idOf(1, 25);

/** Sports data: everything below a parent, ascending, without a limit (chain reference 3.4). There are no bets. */
export const sportsMethods: Api = {
  list_sports: method([], ({ ledger }) => ledger.state.all('sport').map(PRESENT.sport)),
  list_event_groups: method([sportId], ({ ledger }, sport) =>
    ledger.state.where('eventGroup', (g) => g.sport === sport).map(PRESENT.eventGroup),
  ),
  list_events_in_group: method([eventGroupId], ({ ledger }, group) =>
    ledger.state.where('event', (e) => e.group === group).map(PRESENT.event),
  ),
  list_betting_market_groups: method([eventId], ({ ledger }, event) =>
    ledger.state.where('marketGroup', (g) => g.event === event).map(PRESENT.marketGroup),
  ),
  list_betting_markets: method([marketGroupId], ({ ledger }, group) =>
    ledger.state.where('market', (m) => m.group === group).map(PRESENT.market),
  ),
  get_global_betting_statistics: method([], ({ ledger }) => ledger.state.present('2.21.0') ?? null),
  get_unmatched_bets_for_bettor: method([marketId, text], () => []),
  get_all_unmatched_bets_for_bettor: method([text], () => []),
};
