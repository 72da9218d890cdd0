import type { Context } from '../../../core/context.ts';
import { BosError } from '../../../core/errors.ts';
import { CALLS } from '../../../core/incidents/types.ts';
import type { EventService } from '../../../gen/bos/v1/event_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { eventFilter } from '../../map/event-filter.ts';
import { storedIncidentMessage } from '../../map/incident-out.ts';
import { pageRequest } from '../../map/page.ts';
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
