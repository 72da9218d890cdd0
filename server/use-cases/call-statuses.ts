import type { Context } from '../../core/context.ts';
import type { CallStatus, DecisionCall } from '../../core/decide/types.ts';
import { jobId } from './report-incident.ts';

/** Finds the status of the calls that some incidents belong to; each call is asked for once. */
export async function callStatuses(
  ctx: Pick<Context, 'store'>,
  incidents: readonly { readonly eventId: string; readonly call: DecisionCall }[],
): Promise<(eventId: string, call: DecisionCall) => CallStatus> {
  const calls = new Map(incidents.map(({ eventId, call }) => [jobId(eventId, call), { eventId, call }]));
  const found = await Promise.all(
    [...calls].map(async ([key, { eventId, call }]) => {
      const decision = await ctx.store.decisions.latest(eventId, call);
      return [key, decision?.status ?? 'unknown'] as const;
    }),
  );
  const statuses = new Map(found);
  return (eventId, call) => statuses.get(jobId(eventId, call)) ?? 'unknown';
}
