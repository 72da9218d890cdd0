import type { Standing } from '../objects/standing.ts';
import type { RankSubject } from '../rank.ts';
import type { Reason } from '../types.ts';

/** What a call wants to be on chain. */
export interface Want {
  /** Every object of the call, parents first, in sync or not. */
  readonly standings: readonly Standing[];
  readonly rank: RankSubject;
  /** Most operations of one proposal of ours, where it is less than what the settings say. */
  readonly maxOperations?: number;
  /**
   * What of it we propose ourselves; what peers propose of the rest is accepted all the same. Absent = all.
   */
  readonly proposes?: (standing: Standing) => boolean;
  /**
   * Which approvals of ours are withdrawn from proposals that hold something else than wanted: `all` (also those that
   * an operator gave), or only `given` ones, of proposals that this call had accepted before. A twin of an accepted
   * proposal never keeps our approval (agreement rule A). Absent = all.
   */
  readonly withdraw?: 'all' | 'given';
  /** Why nothing of it may happen (any more), e.g. a cancel (agreement rule N); no proposal about it is accepted. */
  readonly unwanted?: {
    readonly reason: string;
  };
}

/** Whether one of our accounts may act: with its rank, or why not. */
export type Operating =
  | { readonly can: true; readonly rank: number }
  | { readonly can: false; readonly reason: Reason };
