import type { Context } from '../../../core/context.ts';
import { CALLS } from '../../../core/incidents/types.ts';
import type { EventService } from '../../../gen/bos/v1/event_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { eventFilter } from '../../map/event-filter.ts';
import { storedIncidentMessage } from '../../map/incident-out.ts';
import { pageRequest } from '../../map/page.ts';
import { findEvent } from '../../use-cases/find-event.ts';
import { eventMessages } from './messages.ts';

/** ListEvents and GetEvent. */
export function showEvents(
  ctx: Pick<Context, 'store' | 'chain' | 'sports'>,
): Implementation<typeof EventService> {
  const { events } = ctx.store;
  const messages = eventMessages(ctx);

  return {
    async listEvents(request) {
      const page = await events.list(eventFilter(request.filter), pageRequest(request));
      return { events: await messages(page.items), nextPageToken: page.nextPageToken ?? '' };
    },
    async getEvent({ eventId }) {
      const event = await findEvent(ctx, eventId);
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
