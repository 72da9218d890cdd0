import type { AccountRef, ChainView, ObjectId, Operation, PastEvent } from '../chain/types.ts';
import type { Call, StoredIncident } from '../incidents/types.ts';
import type { Normalizer, SportsData } from '../sports/types.ts';

/** What can be decided: the calls of incidents, and `sync` for the sports data themselves (agreement rule P). */
export type DecisionCall = Call | 'sync';

/** Status of a call (oracle reference 5, agreement "Waiting"). Legacy texts: `legacyStatusText`. */
export const CALL_STATUSES = [
  'unknown',
  'waiting',
  'done',
  'not_normalizable',
  'insufficient_incidents',
  'undecided',
  'event_missing',
  'event_group_closed',
  'postponed',
  'create_too_old',
  'related_object_not_found',
  'connection_lost',
  'midway',
  'unhandled_exception_retrying_soon',
  'unhandled_exception',
  'manually_finalized',
] as const;
export type CallStatus = (typeof CALL_STATUSES)[number];

/** How the Python suite spells a status in its documents and tables. */
export function legacyStatusText(status: CallStatus): string {
  switch (status) {
    case 'waiting':
      return 'unknown';
    case 'unhandled_exception_retrying_soon':
      return 'unhandled exception, retrying soon';
    default:
      return status.replaceAll('_', ' ');
  }
}

/** Why something is as it is: a stable code for programs, a sentence for people. */
export interface Reason {
  readonly code: string;
  readonly text: string;
}

/** An incident by its key. */
export interface IncidentRef {
  readonly uniqueString: string;
  readonly provider: string;
}

/** One operation that should have happened on chain, and where it stands. */
export interface WantedOperation {
  /** Content key: equal for equal content whoever proposes it (fees and relative ids resolved away). */
  readonly key: string;
  /** For people, e.g. `betting_market_group_create Moneyline_BTF`. */
  readonly description: string;
  readonly operation: Operation;
  readonly state: /** An equal object is on chain. */
    | 'on_chain'
    /** Held by an open proposal that we accept. */
    | 'taken'
    /** In the proposal of this decision. */
    | 'to_propose'
    /** Cannot be proposed yet; see the reason. */
    | 'blocked';
  /** Object or proposal it was found in. */
  readonly where?: ObjectId;
  readonly reason?: string;
}

/** What is to be done with our approval of one proposal. */
export interface ApprovalChange {
  readonly proposal: ObjectId;
  /** `keep` needs no effect; `poke` adds it again so that a failed execution is tried again (agreement rule B). */
  readonly action: 'add' | 'withdraw' | 'keep' | 'poke';
  readonly reason: string;
}

/** What a decision hands to the next one for the same call; the only memory that decisions have. */
export interface DecisionMemory {
  /** Since which block the same operations have been waiting for our rank (agreement rule G). */
  readonly waiting?: { readonly key: string; readonly sinceBlock: number };
  /** Pokes so far, by proposal. */
  readonly pokes?: Readonly<Record<ObjectId, { readonly count: number; readonly lastBlock: number }>>;
  /** Since which block sides have been stuck (agreement rule E). */
  readonly stuckSinceBlock?: number;
  /** Proposals that carried what this call wanted, ours or peers', for `done`'s list. */
  readonly proposals?: readonly ObjectId[];
  /** Transactions of ours so far, for the legacy `actions`. */
  readonly actions?: readonly ('proposal' | 'approval')[];
  /** Unhandled exceptions in a row. */
  readonly failures?: number;
  /**
   * Id of the event once it was on chain irreversibly: one that is gone later was canceled or settled, and is not
   * created again. Any call of the event may have learned it, so a run gets it from whichever has.
   */
  readonly created?: ObjectId;
  /**
   * `create` and `dynamic_bmgs`: the market groups of an event that were on chain irreversibly, by text and asset. One
   * that is gone later was canceled, and is not opened again.
   */
  readonly opened?: { readonly event: ObjectId; readonly groups: Readonly<Record<string, ObjectId>> };
  /** Head block at which everything wanted was first seen to have happened; for status and resolutions, which have no id. */
  readonly doneSinceBlock?: number;
  /**
   * `result`: the score that each market group was last to be resolved for, and the content key of that resolution.
   * Groups that are settled are gone from the chain, and what became of them is compared with this.
   */
  readonly settling?: Readonly<Record<ObjectId, { readonly score: string; readonly resolution: string }>>;
  /** `dynamic_bmgs`: since which block open proposals with different values have both had weight, by type (agreement rule E). */
  readonly rivalValuesSinceBlock?: Readonly<Record<string, number>>;
}

/** Everything a decision may depend on. Equal inputs give equal decisions. */
export interface DecideInput {
  readonly eventId: string;
  readonly call: DecisionCall;
  /** All incidents of the event, of every call, as a set: their order means nothing. */
  readonly incidents: readonly StoredIncident[];
  readonly sports: SportsData;
  readonly normalizer: Normalizer;
  readonly view: ChainView;
  readonly settings: DecideSettings;
  /** Our accounts; undefined when none is configured (then nothing is proposed or approved, and the status says why). */
  readonly proposer: AccountRef | undefined;
  readonly approver: AccountRef | undefined;
  readonly memory: DecisionMemory;
  /**
   * What is known of events of this match that are gone from the chain. Absent = nothing was looked up; decisions then
   * say less, never something else. Needed when the latest decision of any call of the match has `memory.created` and
   * the view has no such event.
   */
  readonly history?: readonly PastEvent[];
}

/** The part of the configuration that decisions depend on. */
export interface DecideSettings {
  /** Providers needed for a call in a league. */
  threshold(call: Call, sport: string, eventGroup: string): number;
  /** How long our proposals live; 6 h by default, at most the 24 h up to which peers look at one. */
  readonly proposalLifetimeMs: number;
  /** Pause before a create that is too early is looked at again; 43200 s. */
  readonly cannotOpenRetryMs: number;
  /** Upper bound of pokes of one failed proposal; then an alert. */
  readonly maxPokes: number;
  /** A dynamic_bmgs incident counts once its timestamp is this old; 3600 s. */
  readonly dynamicMinAgeMs: number;
  /** Pause before dynamic_bmgs incidents that are too young are looked at again; 3600 s. */
  readonly postponedRetryMs: number;
  /** How far the value of a dynamic market group may be from ours to be taken for the same; 1 each. */
  readonly fuzzy: { readonly hc: number; readonly ou: number };
  /** Most operations of one proposal of ours; 100 by default. */
  readonly maxProposalOperations: number;
  /** Most bytes of the operations of one proposal of ours, as the chain packs them; 24576 by default. */
  readonly maxProposalBytes: number;
}

/** The outcome of one run of one call; a value without effects. */
export interface Decision {
  readonly status: CallStatus;
  /** Nothing more follows from the chain: executed in an irreversible block, nothing to do, or given up. */
  readonly final: boolean;
  /** Given up, or needing a person. */
  readonly alert?: string;
  /** Due again when the clock (head time) passes this. */
  readonly retryAt?: Date;
  /** Due again when the head block reaches this number (rank, poke). */
  readonly wakeAtBlock?: number;
  /** Due again when the irreversible block reaches this number. */
  readonly wakeWhenIrreversible?: number;
  /** Due again when a block touches one of these ids, or any proposal if `proposals` is true. */
  readonly dependsOn: { readonly objects: readonly ObjectId[]; readonly proposals: boolean };
  readonly reasons: readonly Reason[];
  readonly threshold?: number;
  readonly counted: readonly IncidentRef[];
  readonly notCounted: readonly (IncidentRef & { readonly reason: string })[];
  readonly wanted: readonly WantedOperation[];
  readonly approvals: readonly ApprovalChange[];
  /** Related proposals that were not accepted, with the difference in words. */
  readonly refused: readonly { readonly proposal: ObjectId; readonly reason: string }[];
  /** The operations of one proposal, relative ids and fees in place; absent when there is nothing to propose (now). */
  readonly propose?: { readonly operations: readonly Operation[]; readonly expiration: Date };
  readonly memory: DecisionMemory;
  /** What it was decided on. */
  readonly head: { readonly number: number; readonly id: string; readonly time: Date };
  readonly sportsDigest: string;
  /**
   * Version of the rules it was made by, see `RULES_VERSION`. Absent in decisions that were recorded before there was
   * one, and in those taken over from another suite.
   */
  readonly rulesVersion?: string;
}
