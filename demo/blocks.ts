import { type Block, readBlock } from '../core/chain/block.ts';
import type { NodeClient } from '../core/chain/rpc.ts';
import { OP, type Operation } from '../core/chain/types.ts';

/** Operations of a proposal_create, as far as they can be read. */
export function proposedOperations([tag, fields]: Operation): readonly Operation[] {
  if (tag !== OP.proposal_create || !Array.isArray(fields.proposed_ops)) return [];
  // The node has taken them, so each is `{op: [tag, fields]}`.
  return fields.proposed_ops.map(({ op }: { op: Operation }) => op);
}

/** Reads one block from the node; undefined when it has none of that number. */
export async function blockAt(node: NodeClient, number: number): Promise<Block | undefined> {
  return readBlock(await node.call('database', 'get_block', [number]), number);
}
