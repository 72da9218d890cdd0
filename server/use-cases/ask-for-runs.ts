import type { Context } from '../../core/context.ts';
import type { DecisionCall } from '../../core/decide/types.ts';
import type { WorkRequest } from '../../core/store/store.ts';
import { enqueue, jobId } from './report-incident.ts';

/** A call of an event. */
export interface EventCall {
  readonly eventId: string;
  readonly call: DecisionCall;
}

/**
 * Stores a wish for a run of each of these calls, once for a call that is named twice, and tells the workers.
 * @param beforeRuns is done between the two, for each event once
 * @returns the ids of the jobs
 * @throws BosError unavailable when a wish could not be stored
 */
export async function askForRuns(
  ctx: Pick<Context, 'store' | 'queue' | 'clock' | 'log'>,
  calls: readonly EventCall[],
  cause: WorkRequest['cause'],
  beforeRuns: (eventIds: readonly string[]) => Promise<void> = async () => {},
): Promise<string[]> {
  const byJob = new Map(calls.map(({ eventId, call }) => [jobId(eventId, call), { eventId, call }]));
  const at = ctx.clock.now();
  await Promise.all([...byJob.values()].map((wish) => ctx.store.work.request({ ...wish, cause, at })));
  const eventIds = [...new Set([...byJob.values()].map(({ eventId }) => eventId))];
  await beforeRuns(eventIds);
  for (const eventId of eventIds) void enqueue(ctx, eventId);
  return [...byJob.keys()];
}
