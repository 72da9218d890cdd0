import type { Chain } from '../core/chain/chain.ts';
import type { NodeClient } from '../core/chain/rpc.ts';
import { type ChainView, type ObjectId, OP, type Operation } from '../core/chain/types.ts';
import { blockAt, proposedOperations } from './blocks.ts';
import { summary } from './on-chain.ts';
import type { Say } from './story.ts';

/** The story of the proposals, which runs a little behind the view. */
export interface Telling {
  /** Resolves when everything up to the present view is told. */
  caughtUp(): Promise<void>;
}

/**
 * Tells from each block who proposed and who approved, with the weight reached, and what executed. Reads the blocks
 * themselves: a proposal that is approved by all within one block is never seen half approved in a view. Ends with the
 * chain.
 */
export function tellProposals(chain: Chain, node: NodeClient, say: Say): Telling {
  /** Who has approved each open proposal. */
  const approvals = new Map<ObjectId, Set<ObjectId>>();
  let last = 0;
  let telling = Promise.resolve();

  const tell = async (view: ChainView): Promise<void> => {
    const from = last === 0 ? view.head.number : last + 1;
    last = view.head.number;
    for (let number = from; number <= view.head.number; number += 1) {
      const block = await blockAt(node, number);
      for (const transaction of block?.transactions ?? []) {
        for (const [index, operation] of transaction.operations.entries()) {
          const line = await lineOf(view, operation, transaction.operationResults[index]);
          if (line) say(`  block ${number}: ${line}`);
        }
      }
    }
    for (const { proposal, outcome, block } of view.closedProposals()) {
      if (approvals.delete(proposal.id)) say(`  block ${block}: ${outcome} ${proposal.id}`);
    }
  };

  const lineOf = async (
    view: ChainView,
    operation: Operation,
    result: readonly [number, unknown] | undefined,
  ): Promise<string | undefined> => {
    const [tag, fields] = operation;
    const payer = String(fields.fee_paying_account);
    const name = (await chain.accountNames([payer])).get(payer) ?? payer;
    if (tag === OP.proposal_create) {
      const id = String(result?.[1]);
      approvals.set(id, new Set());
      return `proposed ${id} by ${name}:\n    ${summary(view, proposedOperations(operation))}`;
    }
    if (tag !== OP.proposal_update) return undefined;
    const id = String(fields.proposal);
    const given = approvals.get(id) ?? new Set();
    if (!Array.isArray(fields.active_approvals_to_add) || fields.active_approvals_to_add.length === 0) {
      given.delete(payer);
      return `withdrawn from ${id} by ${name}`;
    }
    given.add(payer);
    const { weights, threshold } = view.authority;
    const weight = [...given].reduce((sum, account) => sum + (weights.get(account) ?? 0), 0);
    return `approved ${id} by ${name}, weight ${weight} of ${threshold} needed`;
  };

  chain.onChange((change) => {
    telling = telling
      .then(() => tell(change.view))
      .catch((error: unknown) => say(`  (blocks: ${String(error)})`));
  });
  return { caughtUp: () => telling };
}
