import type { ChainView, ObjectId } from '../chain/types.ts';
import { compareIds } from './agreement/authority.ts';
import type { DecisionCall, DecisionMemory } from './types.ts';

/** The latest decision of each call of one event, as far as there is one. */
export type LatestDecisions = ReadonlyMap<DecisionCall, { readonly memory: DecisionMemory }>;

/**
 * Adds to what a call remembers what another call of the event has learned: that the event was on chain. Without it a
 * call that is first heard of after the event has gone would wait for an event that never comes.
 */
export function sharedMemory(memory: DecisionMemory, latest: LatestDecisions): DecisionMemory {
  const created = newest([memory, ...memoriesOf(latest)]);
  return created === undefined ? memory : { ...memory, created };
}

/**
 * What is to be looked up in the past before a call is decided on this view: the event that is gone, and the groups
 * that were to be resolved (`DecideInput.history`). Undefined when nothing that is known to have been there is gone.
 */
export function pastToLookUp(
  latest: LatestDecisions,
  view: ChainView,
): { readonly event: ObjectId; readonly groups: readonly ObjectId[] } | undefined {
  const event = newest(memoriesOf(latest));
  if (event === undefined || view.seenSince(event) !== undefined) return undefined;
  return { event, groups: Object.keys(latest.get('result')?.memory.settling ?? {}) };
}

function memoriesOf(latest: LatestDecisions): readonly DecisionMemory[] {
  return [...latest.values()].map(({ memory }) => memory);
}

/** An event that somebody made anew has a higher id than the one before. */
function newest(memories: readonly DecisionMemory[]): ObjectId | undefined {
  return memories
    .flatMap(({ created }) => (created === undefined ? [] : [created]))
    .sort(compareIds)
    .at(-1);
}
