import { CORE_ASSET, type ObjectId, WITNESS_ACCOUNT } from '../core/chain/types.ts';
import type { Block } from './block.ts';
import type { JsonObject } from './json.ts';
import type { Ledger } from './ledger.ts';
import { balanceOf } from './rules/balances.ts';
import { PRESENT } from './state/present.ts';

/** A look at the chain from inside the process. Like every read it shows the pending state; `blocks` are what was applied. */
export interface DevnetChain {
  head(): { readonly number: number; readonly id: string; readonly time: Date };
  irreversible(): number;
  /** Open proposals as the node answers them. */
  proposals(): readonly JsonObject[];
  /** Any object as the node answers it. */
  object(id: ObjectId): JsonObject | undefined;
  /** All live objects of sports data, as the node answers them. */
  sports(): {
    readonly sports: readonly JsonObject[];
    readonly eventGroups: readonly JsonObject[];
    readonly events: readonly JsonObject[];
    readonly rules: readonly JsonObject[];
    readonly marketGroups: readonly JsonObject[];
    readonly markets: readonly JsonObject[];
  };
  /** Active authority of witness-account. */
  authority(): { readonly threshold: number; readonly weights: ReadonlyMap<ObjectId, number> };
  /** Units of 1.3.0 that an account holds. */
  coreBalance(accountId: ObjectId): bigint;
  block(number: number): Block | undefined;
}

/** The look at a ledger. */
export function inspect(ledger: Ledger): DevnetChain {
  const { state } = ledger;
  return {
    head: () => {
      const { headNumber, headId, time } = ledger.head;
      return { number: headNumber, id: headId, time: new Date(time * 1000) };
    },
    irreversible: () => ledger.head.irreversible,
    proposals: () => state.all('proposal').map(PRESENT.proposal),
    object: (id) => state.present(id),
    sports: () => ({
      sports: state.all('sport').map(PRESENT.sport),
      eventGroups: state.all('eventGroup').map(PRESENT.eventGroup),
      events: state.all('event').map(PRESENT.event),
      rules: state.all('rules').map(PRESENT.rules),
      marketGroups: state.all('marketGroup').map(PRESENT.marketGroup),
      markets: state.all('market').map(PRESENT.market),
    }),
    authority: () => {
      const { threshold, accounts } = state.get('account', WITNESS_ACCOUNT).active;
      return { threshold, weights: new Map(accounts) };
    },
    coreBalance: (id) => balanceOf(state, id, CORE_ASSET),
    block: (number) => ledger.block(number),
  };
}
