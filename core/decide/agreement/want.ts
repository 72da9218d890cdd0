import type { Standing } from '../objects/standing.ts';
import type { RankSubject } from '../rank.ts';
import type { Reason } from '../types.ts';

/** What a call wants to be on chain. */
export interface Want {
  /** Every object of the call, parents first, in sync or not. */
  readonly standings: readonly Standing[];
  readonly rank: RankSubject;
  /** Most operations of one proposal of ours; absent = all. */
  readonly maxOperations?: number;
  /** Why nothing of it may be created or changed (any more), e.g. a cancel (agreement rule N). */
  readonly unwanted?: {
    readonly reason: string;
    /** `all`: from every proposal about these objects; `given`: only where this call had accepted the proposal before. */
    readonly withdraw: 'all' | 'given';
  };
}

/** Whether one of our accounts may act: with its rank, or why not. */
export type Operating =
  | { readonly can: true; readonly rank: number }
  | { readonly can: false; readonly reason: Reason };
