import type { I18n, ObjectId, Operation, Resolution } from '../../core/chain/types.ts';
import type { JsonObject } from '../json.ts';

/** Who may act for an account: members with weights, and how much weight it takes. */
export interface Authority {
  readonly threshold: number;
  readonly accounts: readonly (readonly [ObjectId, number])[];
  readonly keys: readonly (readonly [string, number])[];
}

/** The hidden states of an event; both `frozen_*` are shown as `frozen` (chain reference 8). */
export type EventState =
  | 'upcoming'
  | 'frozen_upcoming'
  | 'in_progress'
  | 'frozen_in_progress'
  | 'finished'
  | 'canceled'
  | 'settled';

/** The hidden states of a market group. */
export type GroupState =
  | 'upcoming'
  | 'frozen_upcoming'
  | 'in_play'
  | 'frozen_in_play'
  | 'closed'
  | 'graded'
  | 'settled'
  | 'canceled';

/** The hidden states of a market; `closed` is shown as `unresolved`. */
export type MarketState = 'unresolved' | 'frozen' | 'closed' | 'graded' | 'settled' | 'canceled';

/** What an operation left: nothing, or the id of what it created. */
export type OperationResult = readonly [0, JsonObject] | readonly [1, ObjectId];

/** Everything the chain keeps, by kind. Objects are values: a change replaces the object. Times are in seconds. */
export interface Objects {
  account: {
    readonly id: ObjectId;
    readonly name: string;
    readonly owner: Authority;
    readonly active: Authority;
    readonly memoKey: string;
  };
  asset: {
    readonly id: ObjectId;
    readonly symbol: string;
    readonly precision: number;
    readonly issuer: ObjectId;
  };
  witness: {
    readonly id: ObjectId;
    readonly account: ObjectId;
    readonly signingKey: string;
    readonly voteId: string;
    readonly votes: bigint;
    readonly lastSlot: number;
    readonly lastConfirmed: number;
  };
  proposal: {
    readonly id: ObjectId;
    readonly expiration: number;
    readonly reviewFrom?: number;
    readonly operations: readonly Operation[];
    readonly requiredActive: readonly ObjectId[];
    readonly requiredOwner: readonly ObjectId[];
    readonly active: readonly ObjectId[];
    readonly owner: readonly ObjectId[];
    readonly keys: readonly string[];
    readonly proposer: ObjectId;
    readonly failReason: string;
  };
  history: {
    readonly id: ObjectId;
    readonly operation: Operation;
    readonly result: OperationResult;
    readonly block: number;
    readonly transaction: number;
    readonly index: number;
    readonly virtual: number;
  };
  sport: { readonly id: ObjectId; readonly name: I18n };
  eventGroup: { readonly id: ObjectId; readonly name: I18n; readonly sport: ObjectId };
  event: {
    readonly id: ObjectId;
    readonly name: I18n;
    readonly season: I18n;
    readonly start: string | null;
    readonly group: ObjectId;
    readonly scores: readonly string[];
    readonly state: EventState;
    /** Whether one of its market groups was settled; decides between settled and canceled at the end. */
    readonly someSettled: boolean;
  };
  rules: { readonly id: ObjectId; readonly name: I18n; readonly description: I18n };
  marketGroup: {
    readonly id: ObjectId;
    readonly description: I18n;
    readonly event: ObjectId;
    readonly rules: ObjectId;
    readonly asset: ObjectId;
    readonly neverInPlay: boolean;
    readonly delay: number;
    readonly settlingTime: number | null;
    readonly state: GroupState;
  };
  market: {
    readonly id: ObjectId;
    readonly group: ObjectId;
    readonly description: I18n;
    readonly payout: I18n;
    readonly resolution: Resolution | null;
    readonly state: MarketState;
  };
  globals: {
    readonly id: ObjectId;
    readonly parameters: JsonObject;
    readonly nextVoteId: number;
    readonly activeWitnesses: readonly ObjectId[];
  };
  dynamic: {
    readonly id: ObjectId;
    readonly headNumber: number;
    readonly headId: string;
    readonly time: number;
    readonly currentWitness: ObjectId;
    readonly nextMaintenance: number;
    readonly slot: number;
    readonly missed: number;
    readonly maintained: boolean;
    readonly irreversible: number;
  };
  balance: {
    readonly id: ObjectId;
    readonly owner: ObjectId;
    readonly asset: ObjectId;
    readonly amount: bigint;
  };
  statistics: {
    readonly id: ObjectId;
    readonly owner: ObjectId;
    readonly name: string;
    readonly mostRecent: ObjectId;
    readonly total: number;
  };
  /** Remembers a transaction until it expires, so that it is not taken twice. */
  known: { readonly id: ObjectId; readonly transaction: string; readonly expiration: number };
  /** One link of an account's history. */
  accountHistory: {
    readonly id: ObjectId;
    readonly account: ObjectId;
    readonly operation: ObjectId;
    readonly sequence: number;
    readonly next: ObjectId;
  };
  chainProperties: { readonly id: ObjectId; readonly chainId: string; readonly minWitnesses: number };
  schedule: { readonly id: ObjectId; readonly witnesses: readonly ObjectId[] };
  bettingStatistics: { readonly id: ObjectId; readonly events: number };
}

export type Kind = keyof Objects;

/** Space and type of each kind (chain reference 1). */
export const PREFIX: Readonly<Record<Kind, string>> = {
  account: '1.2',
  asset: '1.3',
  witness: '1.6',
  proposal: '1.10',
  history: '1.11',
  sport: '1.20',
  eventGroup: '1.21',
  event: '1.22',
  rules: '1.23',
  marketGroup: '1.24',
  market: '1.25',
  globals: '2.0',
  dynamic: '2.1',
  balance: '2.5',
  statistics: '2.6',
  known: '2.7',
  accountHistory: '2.9',
  chainProperties: '2.11',
  schedule: '2.12',
  bettingStatistics: '2.21',
};

/** Parsed operations are JSON already; their members only have a wider type. */
export function operationsJson(operations: readonly Operation[]): readonly (readonly [number, JsonObject])[] {
  return operations as readonly (readonly [number, JsonObject])[];
}
