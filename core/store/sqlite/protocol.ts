import type { ErrorKind } from '../../errors.ts';

/** One operation asked of the store's thread: an id for the answer, the operation's name, its arguments. */
export type Request = readonly [id: number, operation: string, args: readonly unknown[]];

/** What the store's thread is sent: all requests of one turn of the event loop, or word to finish and end. */
export type ToThread = readonly Request[] | 'close';

/** An error on its way between threads; `kind` is absent for what is no BosError. */
export interface SentError {
  readonly kind?: ErrorKind;
  readonly message: string;
  readonly details: Record<string, unknown>;
}

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: SentError };

/** Since the store was opened. Writes that arrive while a commit runs share the next one. */
export interface CommitStatistics {
  /** Transactions that were committed. */
  readonly commits: number;
  /** Writes in them. */
  readonly writes: number;
}

/** What the store's thread sends: once `ready` or `failed`, then replies. */
export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly error: SentError }
  | { readonly kind: 'replies'; readonly replies: readonly Reply[]; readonly statistics: CommitStatistics };
