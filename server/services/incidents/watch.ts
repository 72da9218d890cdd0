import type { HandlerContext } from '@connectrpc/connect';
import type { Context } from '../../../core/context.ts';
import type { IncidentService } from '../../../gen/bos/v1/incident_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { incidentFilter } from '../../map/incident-filter.ts';
import { checkReached, makeCursor, readCursor } from '../watch/cursor.ts';
import { follow, type Step } from '../watch/follow.ts';
import type { Watching } from '../watch/watching.ts';
import { incidentMessages } from './messages.ts';

/** Incidents that are read from the store at once. */
const LOT = 200;

/** WatchIncidents. The cursor is the position of an incident. */
export function watchIncidents(
  ctx: Pick<Context, 'store' | 'clock'>,
  watching: Watching,
): Implementation<typeof IncidentService> {
  const { incidents } = ctx.store;
  const messages = incidentMessages(ctx);

  return {
    async *watchIncidents(request, call: HandlerContext) {
      const changes = watching.begin(call.signal);
      const filter = incidentFilter(request.filter);
      const last = (await changes.last()).incidents;
      const [start] = request.cursor === '' ? [last] : readCursor('incidents', ['number'], request.cursor);
      checkReached(start, last, 'incident');

      const read = async (place: number) => {
        // Before the list, so that what the list lacks up to here is kept back by the filter.
        const reached = (await changes.last()).incidents;
        if (reached === place) return { steps: [], end: place, more: false };
        const page = await incidents.list({ ...filter, after: place }, { pageSize: LOT });
        const steps = page.items.map(
          (incident): Step<number, Awaited<ReturnType<typeof messages>>[0]> => ({
            place: incident.position,
            make: async () => (await messages([incident]))[0],
          }),
        );
        const lastRead = page.items.at(-1)?.position ?? place;
        const more = page.nextPageToken !== undefined;
        return { steps, end: more ? lastRead : Math.max(lastRead, reached), more };
      };
      for await (const { item, place } of follow({ ctx, bell: watching.bell, call, start, read })) {
        yield { cursor: makeCursor('incidents', place), ...(item && { incident: item }) };
      }
    },
  };
}
