import type { Decision, DecisionCall } from '../decide/types.ts';
import type { Call, Incident, JsonObject, StoredIncident, UnknownName } from '../incidents/types.ts';
import type { Page, PageRequest } from '../page.ts';

/** Which incidents to list; absent fields and empty lists do not restrict. Newest first unless `after` is given. */
export interface IncidentFilter {
  readonly eventId?: string;
  readonly calls?: readonly Call[];
  readonly providers?: readonly string[];
  /** Exact, canonical or as sent. */
  readonly uniqueString?: string;
  /** Part of the canonical or a sent unique_string, case-insensitive. */
  readonly contains?: string;
  readonly startFrom?: Date;
  readonly startBefore?: Date;
  readonly receivedFrom?: Date;
  readonly receivedBefore?: Date;
  /** Only those stored after this position, oldest first. */
  readonly after?: number;
}

export interface ProviderSummary {
  readonly provider: string;
  readonly count: number;
  readonly first: Date;
  readonly last: Date;
}

export interface IncidentStore {
  /**
   * Stores the incident; resolves only when it would survive a power cut. Unique on (uniqueString, provider): a
   * repeat adds a sighting and a request, so that its call is due again.
   */
  insert(
    incident: Incident,
  ): Promise<{ readonly outcome: 'new' | 'duplicate'; readonly incident: StoredIncident }>;
  /** By canonical or sent unique_string, all providers unless one is named. */
  find(uniqueString: string, provider?: string): Promise<readonly StoredIncident[]>;
  list(filter: IncidentFilter, page: PageRequest): Promise<Page<StoredIncident>>;
  /** All incidents of one event. */
  ofEvent(eventId: string): Promise<readonly StoredIncident[]>;
  /** Marks as read by a decision. Idempotent. */
  markSeen(keys: readonly { readonly uniqueString: string; readonly provider: string }[]): Promise<void>;
  providers(): Promise<readonly ProviderSummary[]>;
  count(): Promise<number>;
}

/** A body that named an unknown sport, league or team; kept (bounded) so that it can be submitted again. */
export interface RefusedBody {
  readonly body: JsonObject;
  readonly unknown: readonly UnknownName[];
  readonly provider: string;
  readonly receivedAt: Date;
}

export interface UnknownNameSummary extends UnknownName {
  readonly providers: readonly string[];
  readonly count: number;
  readonly first: Date;
  readonly last: Date;
}

export interface RefusedStore {
  /** Keeps the body (equal bodies once, counted) and counts each unknown name. Bounded by number and age. */
  insert(refused: RefusedBody): Promise<void>;
  list(page: PageRequest): Promise<Page<RefusedBody & { readonly count: number }>>;
  unknownNames(page: PageRequest): Promise<Page<UnknownNameSummary>>;
  /** Takes bodies away that were accepted after all; the names they count for stay. Idempotent. */
  remove(bodies: readonly JsonObject[]): Promise<void>;
  /** Takes names away that mean something by now: exactly by kind, name, sport and league. Idempotent. */
  forget(names: readonly UnknownName[]): Promise<void>;
}

/** Somebody asked for a run: a resend, a replay, a duplicate, a sync. */
export interface WorkRequest {
  /** Unique; made by the store on insert. */
  readonly id: string;
  readonly eventId: string;
  readonly call: DecisionCall;
  readonly cause: 'duplicate' | 'resend' | 'replay' | 'sync';
  readonly at: Date;
}

/** A call that has to be run, and why. */
export interface DueCall {
  readonly eventId: string;
  readonly call: DecisionCall;
  readonly causes: readonly ('incident' | 'request' | 'timer' | 'midway')[];
}

export interface WorkStore {
  request(request: Omit<WorkRequest, 'id'>): Promise<WorkRequest>;
  requests(eventId: string): Promise<readonly WorkRequest[]>;
  /** Removes requests that a decision has answered. Idempotent. */
  answer(ids: readonly string[]): Promise<void>;
  /**
   * Calls with an unseen incident, an open request, or a passed timer (latest decision's retryAt <= now).
   * `midway` (the latest decision's status; it waits for its timer if it has one) first, then oldest cause first. Calls
   * named `unknown` are never due.
   */
  due(now: Date, limit: number): Promise<readonly DueCall[]>;
  dueOfEvent(eventId: string, now: Date): Promise<readonly DueCall[]>;
  countDue(now: Date): Promise<number>;
}

/** A decision as recorded; (eventId, call, sequence) is unique and inserting it is the commit. */
export interface DecisionRecord extends Decision {
  readonly eventId: string;
  readonly call: DecisionCall;
  /** 1, 2, 3 ... */
  readonly sequence: number;
  /** Of the lease it was made under. */
  readonly epoch: number;
  /** Wall clock, for display. */
  readonly decidedAt: Date;
  /** Worker that made it. */
  readonly worker: string;
  readonly softwareVersion: string;
}

export interface DecisionStore {
  /** False when (eventId, call, sequence) is taken. Also brings the legacy event document up to (epoch, sequence), where one is kept. */
  insert(record: DecisionRecord): Promise<boolean>;
  latest(eventId: string, call: DecisionCall): Promise<DecisionRecord | undefined>;
  /** The latest of each call of an event, in one question. */
  latestOfEvent(eventId: string): Promise<ReadonlyMap<DecisionCall, DecisionRecord>>;
  /** Newest first. */
  history(eventId: string, call: DecisionCall | undefined, page: PageRequest): Promise<Page<DecisionRecord>>;
  /** Latest decisions that are not final, of all events. */
  unfinished(): Promise<readonly DecisionRecord[]>;
  /** Latest decisions by status, for counts. */
  countByStatus(): Promise<ReadonlyMap<string, number>>;
}

/** One match: its incidents and the latest decision of each call. Complete without a worker. */
export interface EventRecord {
  readonly eventId: string;
  readonly startTime: Date;
  /** Normalized id. */
  readonly id: StoredIncident['body']['id'];
  readonly calls: readonly {
    readonly call: Call;
    readonly incidents: readonly StoredIncident[];
    readonly decision?: DecisionRecord;
  }[];
}

/**
 * Which events to list: those that have the call, and that have a call (that one, if named) in one of the statuses; a
 * call without a decision has the status `unknown`. Absent fields and empty lists do not restrict.
 */
export interface EventFilter {
  readonly call?: Call;
  readonly statuses?: readonly string[];
  readonly startFrom?: Date;
  readonly startBefore?: Date;
  /** Part of the event id, case-insensitive. */
  readonly contains?: string;
}

export interface EventStore {
  /** Latest start first. */
  list(filter: EventFilter, page: PageRequest): Promise<Page<EventRecord>>;
  get(eventId: string): Promise<EventRecord | undefined>;
  count(): Promise<number>;
}

/** The right to work on one event (agreement rule J). The row with the highest epoch counts. */
export interface Lease {
  readonly eventId: string;
  readonly epoch: number;
  readonly holder: string;
  /** Grows while the holder lives. */
  readonly counter: number;
  readonly released: boolean;
}

export interface LeaseStore {
  current(eventId: string): Promise<Lease | undefined>;
  /** False when (eventId, epoch) or a higher epoch is taken. */
  insert(lease: {
    readonly eventId: string;
    readonly epoch: number;
    readonly holder: string;
  }): Promise<boolean>;
  /** False when the lease is no longer the current one, or was released. */
  renew(eventId: string, epoch: number): Promise<boolean>;
  release(eventId: string, epoch: number): Promise<void>;
}

export type LogOutcome =
  | {
      readonly kind: 'included';
      readonly block: number;
      readonly operationResults: readonly (readonly [number, unknown])[];
    }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'expired' };

/** One transaction of an account, written down before it is signed (agreement rule I). */
export interface AccountLogEntry {
  readonly account: string;
  /** 1, 2, 3 ...; (account, n) is unique. */
  readonly n: number;
  readonly kind: 'propose' | 'approve';
  readonly holds: readonly string[];
  readonly decisions: readonly {
    readonly eventId: string;
    readonly call: string;
    readonly sequence: number;
  }[];
  readonly operations: readonly unknown[];
  readonly transactionId: string;
  /** Found in blocks by it; the signature is deterministic. */
  readonly signature: string;
  readonly expiration: Date;
  /** Number of the reference block: blocks after it, up to the expiration, may hold the transaction. */
  readonly refBlock: number;
  readonly at: Date;
  readonly outcome?: LogOutcome;
}

export interface AccountLogStore {
  /** False when (account, n) is taken. */
  insert(entry: Omit<AccountLogEntry, 'outcome'>): Promise<boolean>;
  /** The highest n, 0 when there is none. */
  lastN(account: string): Promise<number>;
  unresolved(account: string): Promise<readonly AccountLogEntry[]>;
  /** Sets the outcome once; a later call for the same entry changes nothing. */
  resolve(account: string, n: number, outcome: LogOutcome): Promise<void>;
  list(account: string, page: PageRequest): Promise<Page<AccountLogEntry>>;
}

/** A sign of life of a process, so that any server can tell. */
export interface Heartbeat {
  readonly id: string;
  readonly role: 'worker' | 'scheduler' | 'api';
  readonly host: string;
  readonly pid: number;
  readonly startedAt: Date;
  readonly at: Date;
  /** For status, e.g. events in hand, wallet state, why not signing. */
  readonly details: JsonObject;
}

export interface PresenceStore {
  /** Replaces the heartbeat of that id. Need not be durable. */
  beat(heartbeat: Heartbeat): Promise<void>;
  leave(id: string): Promise<void>;
  list(): Promise<readonly Heartbeat[]>;
}

/** Switches that an operator sets and that outlive the process. */
export interface SwitchStore {
  get(name: 'broadcasting' | 'queue_paused'): Promise<boolean | undefined>;
  set(name: 'broadcasting' | 'queue_paused', value: boolean): Promise<void>;
}

/** A decision at its place in the order in which decisions were recorded. */
export interface RecordedDecision {
  readonly position: number;
  readonly record: DecisionRecord;
}

/**
 * What was added, in an order that all processes share. A position becomes visible only after all lower ones, so that
 * whoever has read up to it misses nothing that is committed later; positions are never given twice, also when what
 * had them is removed.
 */
export interface ChangeStore {
  /**
   * No position up to these is given any more, and what has one is there; 0 before the first, and never less than
   * before. Incidents have theirs in `position`.
   */
  last(): Promise<{ readonly incidents: number; readonly decisions: number }>;
  /** Decisions after a position, oldest first, `limit` at most. */
  decisionsAfter(position: number, limit: number): Promise<readonly RecordedDecision[]>;
}

/**
 * Everything that is kept. Inserts under unique keys are the commits; nothing that must happen once leans on
 * read-modify-write. Every method fails with `unavailable` when the store cannot be reached.
 */
export interface Store extends AsyncDisposable {
  readonly kind: 'sqlite' | 'mongodb';
  readonly incidents: IncidentStore;
  readonly refused: RefusedStore;
  readonly work: WorkStore;
  readonly decisions: DecisionStore;
  readonly events: EventStore;
  readonly leases: LeaseStore;
  readonly accountLog: AccountLogStore;
  readonly presence: PresenceStore;
  readonly switches: SwitchStore;
  readonly changes: ChangeStore;
  /** Resolves when an insert would be taken durably now. */
  check(): Promise<void>;
  /**
   * Writes the event documents of the Python suite anew from incidents and decisions (agreement rule M) and answers how
   * many; fields that neither suite knows stay. Repeatable; costs a write per call of every event. Absent where no event
   * documents are kept.
   * @param signal stops it between two lots of events, and makes it fail with the signal's reason
   */
  rebuildEvents?(signal?: AbortSignal): Promise<number>;
}
