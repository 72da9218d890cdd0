import type { Context } from '../../core/context.ts';
import { legacyStatusText } from '../../core/decide/types.ts';
import type { DecisionRecord, EventRecord } from '../../core/store/store.ts';
import { type Response, sendEmpty, sendJson } from './answer.ts';

/** `GET /events`: the number of stored incidents, as JSON. */
export async function countIncidents(ctx: Pick<Context, 'store'>, response: Response): Promise<void> {
  sendJson(response, 200, await ctx.store.incidents.count());
}

/** `GET /events/<id_string>`: the event as the Python suite keeps it, with its incidents in place of their ids. */
export async function showEvent(
  ctx: Pick<Context, 'store'>,
  eventId: string,
  response: Response,
): Promise<void> {
  const event = await ctx.store.events.get(eventId);
  if (!event) return sendEmpty(response, 404);
  sendJson(response, 200, legacyEvent(event));
}

/** The event document of the Python suite (oracle reference 3). */
export function legacyEvent(event: EventRecord): Record<string, unknown> {
  const calls = event.calls.map(({ call, incidents, decision }) => [
    call,
    {
      incidents: incidents.map((incident) => ({ ...incident.body, id_string: incident.eventId })),
      status: legacyStatus(decision),
    },
  ]);
  return { id_string: event.eventId, id: event.id, ...Object.fromEntries(calls) };
}

function legacyStatus(decision: DecisionRecord | undefined): Record<string, unknown> {
  if (!decision) return { name: legacyStatusText('unknown') };
  const { proposals, actions } = decision.memory;
  return {
    name: legacyStatusText(decision.status),
    ...(proposals?.length && { proposals }),
    ...(actions?.length && { actions }),
    ...(decision.retryAt && { expiration: decision.retryAt.getTime() / 1000 }),
    ...(decision.status.startsWith('unhandled_exception') && {
      details: decision.reasons.map((reason) => reason.text).join('; '),
    }),
  };
}
