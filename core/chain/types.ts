/** `space.type.instance`; `0.0.n` is the result of operation n of the same proposal. */
export type ObjectId = string;

/** Texts as the chain has them: pairs of key and text, sorted by the bytes of the key, no key twice. */
export type I18n = readonly (readonly [key: string, text: string])[];

/** One operation in the node's JSON form: `[tag, fields]`, fee included. */
export type Operation = readonly [tag: number, fields: Readonly<Record<string, unknown>>];

/** Tags of the operations that oracles use (chain reference 5). */
export const OP = {
  proposal_create: 22,
  proposal_update: 23,
  proposal_delete: 24,
  sport_create: 52,
  sport_update: 53,
  event_group_create: 54,
  event_group_update: 55,
  event_create: 56,
  event_update: 57,
  betting_market_rules_create: 58,
  betting_market_rules_update: 59,
  betting_market_group_create: 60,
  betting_market_create: 61,
  betting_market_group_resolve: 63,
  betting_market_group_cancel_unmatched_bets: 66,
  betting_market_group_update: 70,
  betting_market_update: 71,
  event_update_status: 72,
  sport_delete: 73,
  event_group_delete: 74,
} as const;

export const EVENT_STATUSES = [
  'upcoming',
  'in_progress',
  'frozen',
  'finished',
  'canceled',
  'settled',
] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];
export const GROUP_STATUSES = [
  'upcoming',
  'in_play',
  'closed',
  'graded',
  're_grading',
  'settled',
  'frozen',
  'canceled',
] as const;
export type GroupStatus = (typeof GROUP_STATUSES)[number];
export const RESOLUTIONS = ['win', 'not_win', 'cancel'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** The account whose active authority is the active witnesses; payer of every bookie operation. */
export const WITNESS_ACCOUNT: ObjectId = '1.2.1';
export const CORE_ASSET: ObjectId = '1.3.0';

export interface ChainSport {
  readonly id: ObjectId;
  readonly name: I18n;
}
export interface ChainEventGroup {
  readonly id: ObjectId;
  readonly name: I18n;
  readonly sport_id: ObjectId;
}
export interface ChainEvent {
  readonly id: ObjectId;
  readonly name: I18n;
  readonly season: I18n;
  /** UTC without zone suffix, e.g. `2021-04-01T19:00:00`. */
  readonly start_time: string | null;
  readonly event_group_id: ObjectId;
  readonly scores: readonly string[];
  readonly status: EventStatus;
}
export interface ChainRules {
  readonly id: ObjectId;
  readonly name: I18n;
  readonly description: I18n;
}
export interface ChainMarketGroup {
  readonly id: ObjectId;
  readonly description: I18n;
  readonly event_id: ObjectId;
  readonly rules_id: ObjectId;
  readonly asset_id: ObjectId;
  readonly never_in_play: boolean;
  readonly delay_before_settling: number;
  readonly settling_time: string | null;
  readonly status: GroupStatus;
}
export interface ChainMarket {
  readonly id: ObjectId;
  readonly group_id: ObjectId;
  readonly description: I18n;
  readonly payout_condition: I18n;
  readonly resolution: Resolution | null;
  readonly status: string;
}

/** A proposal that needs witness-account, as the node answers it. */
export interface ChainProposal {
  readonly id: ObjectId;
  readonly expiration_time: string;
  readonly review_period_time?: string;
  readonly proposed_transaction: { readonly operations: readonly Operation[] };
  readonly required_active_approvals: readonly ObjectId[];
  readonly available_active_approvals: readonly ObjectId[];
  readonly required_owner_approvals: readonly ObjectId[];
  readonly available_owner_approvals: readonly ObjectId[];
  readonly available_key_approvals: readonly string[];
  readonly proposer: ObjectId;
  /** Text of the last failed execution, `''` until one failed; missing on older nodes. */
  readonly fail_reason?: string;
}

/** What became of a proposal that is gone. `unknown` when it went while we were not looking. */
export interface ClosedProposal {
  readonly proposal: ChainProposal;
  readonly outcome: 'executed' | 'expired' | 'unknown';
  /** Block in which it went, or the block of the resync that no longer showed it. */
  readonly block: number;
}

/**
 * The chain as one whole applied block left it (agreement rule L). Immutable. Holds only what blocks contained, never
 * pending state. Lists ascend by the number of the id.
 */
export interface ChainView {
  readonly chainId: string;
  /** Head block of this view; its time is the `now` of decisions. */
  readonly head: { readonly number: number; readonly id: string; readonly time: Date };
  /** Number of the last irreversible block. */
  readonly irreversible: number;
  sports(): readonly ChainSport[];
  eventGroups(sportId: ObjectId): readonly ChainEventGroup[];
  events(eventGroupId: ObjectId): readonly ChainEvent[];
  rules(): readonly ChainRules[];
  marketGroups(eventId: ObjectId): readonly ChainMarketGroup[];
  markets(marketGroupId: ObjectId): readonly ChainMarket[];
  /** Open proposals that need witness-account. */
  proposals(): readonly ChainProposal[];
  proposal(id: ObjectId): ChainProposal | undefined;
  /** Proposals that closed while the mirror watched, newest last, bounded (at least the last 1000). */
  closedProposals(): readonly ClosedProposal[];
  /**
   * Block in which the object was first seen by this mirror (the resync's block for what was there before); undefined
   * for what is not there.
   */
  seenSince(id: ObjectId): number | undefined;
  /**
   * By type, e.g. `1.22`, the number that the next object created gets; without types of which none was created while
   * the mirror watched. Absent = nothing is known of any.
   */
  readonly nextInstances?: ReadonlyMap<string, number>;
  /** Active authority of witness-account: active witnesses' accounts with their weights. */
  readonly authority: { readonly threshold: number; readonly weights: ReadonlyMap<ObjectId, number> };
  /** Id of an asset by its symbol; undefined when the chain has no such asset. */
  assetId(symbol: string): ObjectId | undefined;
  /** Symbol of an asset by its id. */
  assetSymbol(id: ObjectId): string | undefined;
  /** The fee in units of 1.3.0 that the chain's schedule asks for an operation that does not depend on size. */
  bookieFee(tag: number): number;
}

/**
 * An event that is gone from the chain (settled or canceled), as the bookie API still knows it: final statuses, scores,
 * and resolutions (chain reference 4.2).
 */
export interface PastEvent {
  readonly event: ChainEvent;
  /** Settled groups whose markets are known; others may have been there. */
  readonly groups: readonly { readonly group: ChainMarketGroup; readonly markets: readonly ChainMarket[] }[];
}

/** Says that the view was replaced, and what differs. */
export interface ViewChange {
  readonly view: ChainView;
  /** `resync`: everything may have changed (start, reconnect, a gap, a fork). */
  readonly kind: 'block' | 'resync';
  /** Ids of objects and proposals created, changed or removed since the view before; with the ids of their parents. */
  readonly touched: ReadonlySet<ObjectId>;
}

/** How the connection to the node stands, for status and Health. */
export interface ChainState {
  readonly connected: boolean;
  /** Whether a view exists and its block's notice is not older than a few blocks. */
  readonly synced: boolean;
  /** The address in use, or the one tried last. */
  readonly url: string;
  readonly chainId?: string;
  /** Why not, in words, when not connected or not synced. */
  readonly problem?: string;
  readonly since: Date;
}

/** An account of the chain. */
export interface AccountRef {
  readonly name: string;
  readonly id: ObjectId;
}
