import type { Context } from '../../../core/context.ts';
import { BosError } from '../../../core/errors.ts';
import { CALLS } from '../../../core/incidents/types.ts';
import type { EventRecord, EventFilter as StoreFilter } from '../../../core/store/store.ts';
import { Call } from '../../../gen/bos/v1/call_pb.js';
import type { EventFilter } from '../../../gen/bos/v1/event_pb.js';
import type { EventService } from '../../../gen/bos/v1/event_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { incidentCallText, statusText } from '../../map/calls.ts';
import { chainEventMessage, eventMessage } from '../../map/event.ts';
import { storedIncidentMessage } from '../../map/incident-out.ts';
import { pageRequest } from '../../map/page.ts';
import { rangeDates } from '../../map/time.ts';
import { findChainEvent } from '../../use-cases/chain-event.ts';
import { nearMisses, nearRange } from '../../use-cases/near-misses.ts';

/** ListEvents and GetEvent. */
export function showEvents(
  ctx: Pick<Context, 'store' | 'chain' | 'sports'>,
): Implementation<typeof EventService> {
  const { events } = ctx.store;
  const messages = async (found: readonly EventRecord[]) => {
    const misses = await missesOf(found);
    const view = ctx.chain.view();
    return found.map((event) => {
      const onChain = view && findChainEvent(view, ctx.sports, event);
      return eventMessage(event, {
        chain: view && onChain && chainEventMessage(view, onChain.event, onChain.sportId),
        nearMissEventIds: misses.get(event.eventId) ?? [],
      });
    });
  };
  /** Near misses by event; neighbours that are not in the page count too. */
  const missesOf = async (found: readonly EventRecord[]): Promise<ReadonlyMap<string, string[]>> => {
    const starts = found.map((event) => event.startTime.getTime());
    if (starts.length === 0) return new Map();
    const { startFrom } = nearRange(new Date(Math.min(...starts)));
    const { startBefore } = nearRange(new Date(Math.max(...starts)));
    const around = await events.list({ startFrom, startBefore }, { pageSize: 1000 });
    const misses = new Map<string, string[]>();
    const note = (eventId: string, other: string) =>
      misses.set(eventId, [...(misses.get(eventId) ?? []), other]);
    for (const { eventId, otherEventId } of nearMisses(around.items)) {
      note(eventId, otherEventId);
      note(otherEventId, eventId);
    }
    return misses;
  };

  return {
    async listEvents(request) {
      const page = await events.list(eventFilter(request.filter), pageRequest(request));
      return { events: await messages(page.items), nextPageToken: page.nextPageToken ?? '' };
    },
    async getEvent({ eventId }) {
      if (eventId === '')
        throw new BosError('invalid', 'expected an event_id, got none', { field: 'event_id' });
      const event = await events.get(eventId);
      if (!event) throw new BosError('not_found', `no event has the id "${eventId}": see ListEvents`);
      const [message] = await messages([event]);
      const calls = event.calls.toSorted((a, b) => CALLS.indexOf(a.call) - CALLS.indexOf(b.call));
      return {
        ...(message && { event: message }),
        incidents: calls.flatMap(({ incidents, decision }) =>
          incidents
            .toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime() || a.position - b.position)
            .map((incident) => storedIncidentMessage(incident, decision?.status)),
        ),
      };
    },
  };
}

function eventFilter(filter: EventFilter | undefined): StoreFilter {
  if (!filter) return {};
  const start = rangeDates(filter.startTime);
  return {
    ...(filter.call !== Call.UNSPECIFIED && { call: incidentCallText(filter.call, 'filter.call') }),
    ...(filter.statuses.length > 0 && {
      statuses: filter.statuses.map((status) => statusText(status, 'filter.statuses')),
    }),
    ...(start.from && { startFrom: start.from }),
    ...(start.before && { startBefore: start.before }),
    ...(filter.contains !== '' && { contains: filter.contains }),
  };
}
