import type { ChainView, ObjectId, Operation } from '../../../core/chain/types.ts';
import type { Call, JsonObject } from '../../../core/incidents/types.ts';
import type { DecisionRecord } from '../../../core/store/store.ts';
import type { Role } from './types.ts';

/** A transaction as a block holds it. */
export interface RecordedTransaction {
  /** Name of the account that paid for its operations, which is the one that signed. */
  readonly account: string;
  /** In the node's JSON form, as in `Operation` of core/chain; what a proposal_create proposes is in `proposed_ops`. */
  readonly operations: readonly Operation[];
  /** `[kind, value]` for each operation; kind 1 = id of the created object. */
  readonly results: readonly (readonly [number, unknown])[];
}

/** One block, and the chain as it left it: sports objects and open proposals, nothing that was only pending. */
export interface RecordedBlock {
  readonly number: number;
  readonly time: Date;
  readonly transactions: readonly RecordedTransaction[];
  /** Immutable; the same value as the block before's where nothing but the head has changed is not promised. */
  readonly view: ChainView;
  /** Whether objects or proposals were created, changed or removed since the block before. */
  readonly changed: boolean;
}

/** One change of one account's approval of a proposal, in the order of blocks, transactions and operations. */
export interface RecordedApproval {
  /** Name of the account. */
  readonly account: string;
  readonly action: 'add' | 'withdraw';
  readonly block: number;
  /** Time of that block. */
  readonly at: Date;
  /** Place of its transaction in the block. */
  readonly place: number;
}

/** A proposal that needed witness-account, with all that became of it. */
export interface RecordedProposal {
  readonly id: ObjectId;
  /** Name of the account that proposed it. */
  readonly proposer: string;
  readonly operations: readonly Operation[];
  /** Block that holds its creation, and its time. */
  readonly block: number;
  readonly at: Date;
  readonly expiresAt: Date;
  readonly approvals: readonly RecordedApproval[];
  readonly outcome: 'executed' | 'expired' | 'open';
  /** Block after which it was gone; absent while open. */
  readonly closedIn?: number;
}

/** An event that was on chain at some time, as it ended: alive on chain, or as the bookie API still knows it. */
export interface RecordedEvent {
  readonly id: ObjectId;
  readonly alive: boolean;
  /** The event as the node answers it, of the kind of `ChainEvent`. */
  readonly event: JsonObject;
  readonly groups: readonly {
    readonly id: ObjectId;
    readonly alive: boolean;
    /** As in `ChainMarketGroup`. */
    readonly group: JsonObject;
    /** As in `ChainMarket`; those that are gone with their `resolution`. */
    readonly markets: readonly JsonObject[];
  }[];
}

/** What a witness was told. */
export interface RecordedIncident {
  readonly at: Date;
  /** Exactly as it was handed to the witness: falsified for the lying one. */
  readonly incident: JsonObject;
  readonly eventId: string;
  /** `refused`: the entrance did not take it, for this reason. */
  readonly outcome: 'new' | 'duplicate' | 'refused';
  readonly reason?: string;
}

/** One of the eleven, in the order of `rolesOf`. */
export interface RecordedWitness {
  /** Number, 0 to 10. */
  readonly witness: number;
  /** Name and id of its account. */
  readonly name: string;
  readonly id: ObjectId;
  readonly role: Role;
  /** In the order they came. */
  readonly incidents: readonly RecordedIncident[];
  /** Messages and details of what it logged as errors. */
  readonly errors: readonly string[];
  /** Latest decision of each call, by event; empty for those that run no code of ours. */
  readonly decisions: ReadonlyMap<string, ReadonlyMap<Call, DecisionRecord>>;
}

/** Numbers of one evening. */
export interface EveningFigures {
  readonly virtualMs: number;
  readonly wallMs: number;
  readonly blocks: number;
  readonly deliveries: number;
  /** Decisions recorded, and runs of calls, of all witnesses that run our code. */
  readonly decisions: number;
  readonly runs: number;
  readonly transactions: number;
  /** RPC calls of all witnesses together; following the blocks counts once. */
  readonly roundTrips: number;
  /** Submissions by outcome, e.g. `propose_sent`, `approve_stale`. */
  readonly effects: Readonly<Record<string, number>>;
  /** How often a broadcaster doubted the mirror (a fresh read kept differing from the view). */
  readonly doubts: number;
}

/** All that happened on one evening, from which findings are computed. */
export interface EveningRecord {
  /** From the first block after the sports data were on chain; without gaps. */
  readonly blocks: readonly RecordedBlock[];
  /** Proposals that were ever open since then, by id. */
  readonly proposals: readonly RecordedProposal[];
  /** Events that were ever on chain, by id. */
  readonly events: readonly RecordedEvent[];
  readonly witnesses: readonly RecordedWitness[];
  /** Approving weight that a proposal needs, and the weight of each witness by account name. */
  readonly authority: { readonly threshold: number; readonly weights: ReadonlyMap<string, number> };
  readonly figures: EveningFigures;
}
