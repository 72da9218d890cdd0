import type { Block } from './block.ts';
import type { Chain } from './chain.ts';
import type { FeeSchedule } from './fees.ts';
import type { Api } from './rpc.ts';

/** What the broadcaster needs of the chain beyond what other rooms see. */
export interface NodeChain extends Chain {
  /** Rejects with NodeError (the node refused) or ConnectionError (no connection, or no answer). */
  call(api: Api, method: string, params: readonly unknown[], timeoutMs?: number): Promise<unknown>;
  /** The fees that the chain asks; undefined before the first sync. */
  feeSchedule(): FeeSchedule | undefined;
  /** A block by its number, from memory or from the node; undefined when the node does not have it. */
  block(number: number): Promise<Block | undefined>;
  /** Whether the block is one of those that led to the present view. False for blocks from before the last resync. */
  isFollowed(block: { readonly number: number; readonly id: string }): boolean;
  /** Says that fresh reads keep differing from the view: everything is read anew, at most once a minute. */
  doubt(reason: string): void;
}
