import { readBlock } from '../core/chain/block.ts';
import type { Chain } from '../core/chain/chain.ts';
import type { NodeClient } from '../core/chain/rpc.ts';
import { type ChainView, type I18n, type ObjectId, OP, type Operation } from '../core/chain/types.ts';

/** Writes one line of the story. */
export type Say = (line: string) => void;

const english = (texts: I18n): string => texts.find(([key]) => key === 'en')?.[1] ?? '?';

/** The story of the proposals, which runs a little behind the view. */
export interface Telling {
  /** Resolves when everything up to the present view is told. */
  caughtUp(): Promise<void>;
}

/** One proposal as blocks have shown it so far. */
interface Told {
  readonly approvals: Set<ObjectId>;
}

/**
 * Tells from each block who proposed and who approved, with the weight reached, and what executed. Reads the blocks
 * themselves: a proposal that is approved by all within one block is never seen half approved in a view. Ends with the
 * chain.
 */
export function tellProposals(chain: Chain, blocks: NodeClient, say: Say): Telling {
  const told = new Map<ObjectId, Told>();
  let last = 0;
  let telling = Promise.resolve();

  const tell = async (view: ChainView): Promise<void> => {
    const from = last === 0 ? view.head.number : last + 1;
    last = view.head.number;
    for (let number = from; number <= view.head.number; number += 1) {
      const block = readBlock(await blocks.call('database', 'get_block', [number]), number);
      for (const transaction of block?.transactions ?? []) {
        for (const [index, operation] of transaction.operations.entries()) {
          const line = await lineOf(view, operation, transaction.operationResults[index]);
          if (line) say(`  block ${number}: ${line}`);
        }
      }
    }
    for (const { proposal, outcome, block } of view.closedProposals()) {
      if (told.delete(proposal.id)) say(`  block ${block}: ${outcome} ${proposal.id}`);
    }
  };

  const lineOf = async (
    view: ChainView,
    [tag, fields]: Operation,
    result: readonly [number, unknown] | undefined,
  ): Promise<string | undefined> => {
    const payer = String(fields.fee_paying_account);
    const name = (await chain.accountNames([payer])).get(payer) ?? payer;
    if (tag === OP.proposal_create) {
      const id = String(result?.[1]);
      told.set(id, { approvals: new Set() });
      const count = Array.isArray(fields.proposed_ops) ? fields.proposed_ops.length : 0;
      return `proposed ${id} by ${name}, ${count} operations`;
    }
    if (tag !== OP.proposal_update) return undefined;
    const id = String(fields.proposal);
    const approvals = told.get(id)?.approvals ?? new Set();
    if (!Array.isArray(fields.active_approvals_to_add) || fields.active_approvals_to_add.length === 0) {
      return `withdrawn from ${id} by ${name}`;
    }
    approvals.add(payer);
    const { weights, threshold } = view.authority;
    const weight = [...approvals].reduce((sum, account) => sum + (weights.get(account) ?? 0), 0);
    return `approved ${id} by ${name}, weight ${weight} of ${threshold} needed`;
  };

  chain.onChange((change) => {
    telling = telling
      .then(() => tell(change.view))
      .catch((error: unknown) => say(`  (blocks: ${String(error)})`));
  });
  return { caughtUp: () => telling };
}

/** The sports tree of the chain as lines, two spaces per level. */
export function tree(view: ChainView): string[] {
  const lines: string[] = [];
  for (const sport of view.sports()) {
    for (const group of view.eventGroups(sport.id)) {
      for (const event of view.events(group.id)) {
        lines.push(`${sport.id} ${english(sport.name)}`, `  ${group.id} ${english(group.name)}`);
        lines.push(`    ${event.id} ${english(event.name)}, ${event.start_time}Z, ${event.status}`);
        for (const markets of view.marketGroups(event.id)) {
          const asset = view.assetSymbol(markets.asset_id) ?? markets.asset_id;
          lines.push(`      ${markets.id} ${english(markets.description)} (${asset}), ${markets.status}`);
          for (const market of view.markets(markets.id)) {
            lines.push(`        ${market.id} ${english(market.description)}`);
          }
        }
      }
    }
  }
  return lines;
}

/** How many live objects there are below the event groups, and how many identities: equal when nothing is doubled. */
export function census(view: ChainView): {
  events: number;
  groups: number;
  markets: number;
  doubled: string[];
} {
  const seen = new Set<string>();
  const doubled: string[] = [];
  const count = (identity: string) => {
    if (seen.has(identity)) doubled.push(identity);
    seen.add(identity);
  };
  let events = 0;
  let groups = 0;
  let markets = 0;
  for (const eventGroup of view.sports().flatMap((sport) => view.eventGroups(sport.id))) {
    for (const event of view.events(eventGroup.id)) {
      events += 1;
      count(`${eventGroup.id} ${english(event.name)} ${event.start_time}`);
      for (const group of view.marketGroups(event.id)) {
        groups += 1;
        count(`${event.id} ${english(group.description)} ${group.asset_id}`);
        for (const market of view.markets(group.id)) {
          markets += 1;
          count(`${group.id} ${english(market.description)}`);
        }
      }
    }
  }
  return { events, groups, markets, doubled };
}
