import { readObject, type Tracked } from '../core/chain/objects.ts';
import type { NodeClient } from '../core/chain/rpc.ts';
import {
  type ChainEvent,
  type ChainMarket,
  type ChainMarketGroup,
  type ObjectId,
  OP,
  type Operation,
} from '../core/chain/types.ts';
import { blockAt, proposedOperations } from './blocks.ts';

/** Ids that are asked for at once. */
const CHUNK = 100;

/** An event as the chain had it last, with all that ever hung below it. */
export interface PlayedEvent {
  readonly event: ChainEvent;
  readonly groups: readonly { readonly group: ChainMarketGroup; readonly markets: readonly ChainMarket[] }[];
}

/**
 * Every event that was ever on chain, live or gone, from the bookie API, which keeps the last form of what is removed
 * (chain reference 4.2). Ids are counted up until none is known.
 */
export async function everyEvent(node: NodeClient): Promise<readonly PlayedEvent[]> {
  const objects = (await Promise.all(['1.22', '1.24', '1.25'].map((type) => everyObject(node, type)))).flat();
  const groups = objects.flatMap((object) => (object.kind === 'marketGroups' ? [object.value] : []));
  const markets = objects.flatMap((object) => (object.kind === 'markets' ? [object.value] : []));
  return objects.flatMap((object) =>
    object.kind === 'events'
      ? [
          {
            event: object.value,
            groups: groups
              .filter(({ event_id }) => event_id === object.value.id)
              .map((group) => ({ group, markets: markets.filter(({ group_id }) => group_id === group.id) })),
          },
        ]
      : [],
  );
}

async function everyObject(node: NodeClient, type: string): Promise<readonly Tracked[]> {
  const found: Tracked[] = [];
  for (let first = 0; ; first += CHUNK) {
    const ids = Array.from({ length: CHUNK }, (_, i) => `${type}.${first + i}`);
    const answer = await node.call('bookie', 'get_objects', [ids]);
    if (!Array.isArray(answer))
      throw new Error(`expected objects from the bookie API, got ${String(answer)}`);
    const known = answer.flatMap((raw) => (raw === null ? [] : (readObject(raw) ?? [])));
    if (known.length === 0) return found;
    found.push(...known);
  }
}

/** A proposal as the block holds it that it came with. */
export interface MadeProposal {
  readonly proposer: ObjectId;
  readonly operations: readonly Operation[];
}

/** All proposals that were ever made, from the blocks up to this one. */
export async function everyProposal(node: NodeClient, lastBlock: number): Promise<readonly MadeProposal[]> {
  const found: MadeProposal[] = [];
  for (let number = 1; number <= lastBlock; number += 1) {
    const block = await blockAt(node, number);
    for (const operation of block?.transactions.flatMap(({ operations }) => operations) ?? []) {
      const [tag, fields] = operation;
      if (tag !== OP.proposal_create) continue;
      found.push({ proposer: String(fields.fee_paying_account), operations: proposedOperations(operation) });
    }
  }
  return found;
}
