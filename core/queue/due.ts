import type { Store } from '../store/store.ts';
import type { JobQueue, WorkReference } from './queue.ts';

/**
 * Puts references to what is due into the queue, in the store's order (`midway` first, then oldest first), one per
 * event. Events that are due by their timers alone go into the `retry` lane, behind nothing that is new.
 *
 * @param now Time against which timers are read.
 * @param limit Calls to look at, at most.
 * @returns How many references were added.
 * @throws BosError `unavailable` when store or queue cannot be reached; the next tick finds the rest.
 */
export async function enqueueDue(
  store: Pick<Store, 'work'>,
  queue: Pick<JobQueue, 'add'>,
  now: Date,
  limit: number,
): Promise<number> {
  const lanes = new Map<string, WorkReference['lane']>();
  for (const { eventId, causes } of await store.work.due(now, limit)) {
    const onlyTimers = causes.every((cause) => cause === 'timer' || cause === 'midway');
    const lane = onlyTimers ? (lanes.get(eventId) ?? 'retry') : 'default';
    lanes.set(eventId, lane);
  }
  for (const [eventId, lane] of lanes) await queue.add({ eventId, lane });
  return lanes.size;
}
