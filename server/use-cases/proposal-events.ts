import type { ObjectId } from '../../core/chain/types.ts';
import type { Context } from '../../core/context.ts';
import type { DecisionRecord } from '../../core/store/store.ts';

/** Events that are looked through, latest start first; proposals live for hours, matches are announced for days. */
const EVENTS = 1000;

/** The events whose latest decisions wanted, approved or refused a proposal, by proposal. */
export async function proposalEvents(
  ctx: Pick<Context, 'store'>,
): Promise<ReadonlyMap<ObjectId, readonly string[]>> {
  const [unfinished, latest] = await Promise.all([
    ctx.store.decisions.unfinished(),
    ctx.store.events.list({}, { pageSize: EVENTS }),
  ]);
  const decisions = latest.items.flatMap((event) => event.calls.flatMap(({ decision }) => decision ?? []));
  const events = new Map<ObjectId, Set<string>>();
  for (const decision of [...unfinished, ...decisions]) {
    for (const proposal of proposalsOf(decision)) {
      const known = events.get(proposal) ?? new Set();
      events.set(proposal, known.add(decision.eventId));
    }
  }
  return new Map([...events].map(([proposal, ids]) => [proposal, [...ids].sort()]));
}

/** The proposals that a decision approved or refused, or that carried what its call wanted. */
export function proposalsOf({
  approvals,
  refused,
  memory,
}: Pick<DecisionRecord, 'approvals' | 'refused' | 'memory'>): ObjectId[] {
  return [...approvals, ...refused].map(({ proposal }) => proposal).concat(memory.proposals ?? []);
}
