import { type ChainView, type ObjectId, WITNESS_ACCOUNT } from '../../chain/types.ts';
import type { Agreement } from '../agreement/agree.ts';
import { isAct } from '../objects/kinds.ts';
import type { Standing } from '../objects/standing.ts';
import type { DecideInput, Decision } from '../types.ts';

/** The parts of a decision that say how far its operations have come. */
export type Conclusion = Pick<
  Decision,
  | 'status'
  | 'final'
  | 'wanted'
  | 'approvals'
  | 'refused'
  | 'propose'
  | 'wakeAtBlock'
  | 'wakeWhenIrreversible'
  | 'retryAt'
  | 'alert'
>;

/**
 * Status and end of a call from its agreement: `waiting` until all is on chain, then `done`; final once all of it is
 * irreversible and no approval is left to withdraw (agreement, "Waiting"). `midway` while there is more to propose than
 * one proposal may hold.
 * @param isOver nothing more is wanted, whatever is missing
 */
export function conclude(
  { view, memory }: Pick<DecideInput, 'view' | 'memory'>,
  standings: readonly Standing[],
  agreement: Agreement,
  isOver = false,
): Conclusion {
  const { wanted, approvals, refused, propose, wakeAtBlock, retryAt, alert } = agreement;
  const isDone = agreement.isOnChain || isOver;
  const objects = standings.filter(({ kind }) => !isAct(kind));
  const { doneSinceBlock = 0 } = objects.length < standings.length ? agreement.memory : {};
  const executed = view
    .closedProposals()
    .filter(({ proposal, outcome }) => outcome === 'executed' && memory.proposals?.includes(proposal.id));
  const lastBlock = Math.max(
    doneSinceBlock,
    ...objects.flatMap((standing) => (standing.id === undefined ? [] : [blockOf(view, standing)])),
    ...executed.map(({ block }) => block),
  );
  const isIrreversible = lastBlock <= view.irreversible;
  return {
    status: isDone ? 'done' : agreement.hasMore ? 'midway' : 'waiting',
    final: isDone && isIrreversible && !agreement.hasEffects,
    wanted,
    approvals,
    refused,
    ...(propose ? { propose } : {}),
    ...(wakeAtBlock === undefined ? {} : { wakeAtBlock }),
    ...(isDone && !isIrreversible ? { wakeWhenIrreversible: lastBlock } : {}),
    ...(retryAt ? { retryAt } : {}),
    ...(alert === undefined ? {} : { alert }),
  };
}

/** The block in which an object on chain was first seen; the head for one that the mirror says nothing about. */
export function blockOf(view: ChainView, { id }: Standing): number {
  return (id === undefined ? undefined : view.seenSince(id)) ?? view.head.number;
}

/**
 * What an unfinished call depends on besides its objects: a change of the active witnesses or their weights may
 * authorise a proposal or let our accounts act (agreement rules C, F).
 */
export function authorityOf({ final }: Pick<Conclusion, 'final'>): readonly ObjectId[] {
  return final ? [] : [WITNESS_ACCOUNT];
}
