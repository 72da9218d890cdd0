import type {
  AccountRef,
  ChainState,
  ChainView,
  ObjectId,
  Operation,
  PastEvent,
  ViewChange,
} from './types.ts';

/** What is to be sent in one transaction, with what is needed to keep it from being sent twice. */
export interface Submission {
  readonly account: AccountRef;
  /** `propose`: one proposal_create, may share a transaction with others'. `approve`: proposal_updates, a transaction of their own, in order. */
  readonly kind: 'propose' | 'approve';
  /** Complete but for the fees of the outer operations, which the broadcaster fills in. */
  readonly operations: readonly Operation[];
  /**
   * What it holds: for `propose` the content keys of the proposed operations (see `operationKey`), for `approve`
   * `approvals:<event>`
   * and `approve:<proposal>` / `withdraw:<proposal>`. While an entry that holds one of them is unresolved, nothing that
   * holds it is sent (agreement rule I).
   */
  readonly holds: readonly string[];
  /** The view decided on: its head is the reference block (agreement rule L). */
  readonly view: ChainView;
  /** Checked again right before the log entry (agreement rule J). */
  readonly lease: { readonly eventId: string; readonly epoch: number };
  /** The decision it carries out. */
  readonly decision: { readonly eventId: string; readonly call: string; readonly sequence: number };
}

export type SubmitResult =
  /** The node took it; what became of it is found in blocks. */
  | { readonly outcome: 'sent'; readonly n: number; readonly transactionId: string }
  /** No answer came: it may be in a block or not. Resolved by blocks or by its expiration. */
  | {
      readonly outcome: 'unknown';
      readonly n: number;
      readonly transactionId: string;
      readonly reason: string;
    }
  /** Part of it is in an entry that is not resolved yet. */
  | { readonly outcome: 'in_flight'; readonly n: number }
  /** The node says an equal operation is pending: look again after the next block. */
  | { readonly outcome: 'already_pending'; readonly reason: string }
  /** A fresh read differs from the view: look again after the next block. */
  | { readonly outcome: 'stale'; readonly reason: string }
  /** The node refused it; it will not be in a block. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** Signing is switched off, no key, or no connection; nothing was signed. */
  | { readonly outcome: 'held'; readonly reason: string }
  | { readonly outcome: 'lease_lost' };

/** Signs and sends for the accounts whose keys we hold; serial per account. */
export interface Broadcaster {
  /** Never throws for what the node or the network does; see `SubmitResult`. */
  submit(submission: Submission): Promise<SubmitResult>;
  /** Names of accounts that can be signed for. */
  readonly accounts: readonly string[];
}

/** The chain as the rooms above see it: a mirror that is pushed forward by blocks, plus a few direct reads. */
export interface Chain extends AsyncDisposable {
  /** Starts connecting; resolves at once. Fails later only through `state()`. A node on another chain stays unconnected with the reason. */
  start(): void;
  state(): ChainState;
  /** The last closed view, or undefined before the first sync. */
  view(): ChainView | undefined;
  /** Calls the listener after each change, in order. Returns how to stop. */
  onChange(listener: (change: ViewChange) => void): () => void;
  /** Resolves with the next view for which `test` holds (at once if the present one does). Rejects on abort. */
  waitFor(test: (view: ChainView) => boolean, signal: AbortSignal): Promise<ChainView>;
  /** Finds an account by name or id; undefined when the chain has none. */
  account(nameOrId: string): Promise<AccountRef | undefined>;
  /** Names of accounts for display, from a cache. */
  accountNames(ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, string>>;
  /**
   * What the node still knows of an event that is gone, with those of the given groups that were settled. Undefined
   * when the node does not tell: it has no bookie API, or does not count the event among those that are over. Rejects
   * with ConnectionError when no answer came.
   */
  pastEvent(event: ObjectId, groups: readonly ObjectId[]): Promise<PastEvent | undefined>;
  /** Balance in units of 1.3.0. */
  coreBalance(accountId: ObjectId): Promise<bigint>;
  /** RPC round trips since start, by method, for benchmarks and metrics. */
  roundTrips(): ReadonlyMap<string, number>;
}
