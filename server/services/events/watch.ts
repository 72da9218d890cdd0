import type { MessageInitShape } from '@bufbuild/protobuf';
import type { HandlerContext } from '@connectrpc/connect';
import type { Context } from '../../../core/context.ts';
import type { EventSchema } from '../../../gen/bos/v1/event_pb.js';
import type { EventService } from '../../../gen/bos/v1/event_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { eventFilter, matchesEvent } from '../../map/event-filter.ts';
import { eventsOnChain } from '../../use-cases/events-on-chain.ts';
import { checkReached, makeCursor, readCursor } from '../watch/cursor.ts';
import { follow, type Lot, type Step } from '../watch/follow.ts';
import type { Watching } from '../watch/watching.ts';
import { eventMessages } from './messages.ts';

/** Incidents and decisions that are read from the store at once, of each. */
const LOT = 200;

type EventMessage = MessageInitShape<typeof EventSchema>;

/** How far each of the three things that change an event was told. */
interface Place {
  /** Position of an incident. */
  readonly incidents: number;
  /** Position of a decision. */
  readonly decisions: number;
  /** Place in the journal of the chain. */
  readonly chain: string;
}

/**
 * WatchEvents. Incidents, decisions and blocks each have an order of their own; what they touched is put one behind the
 * other, and an event that occurs several times is told at its last place only.
 */
export function watchEvents(
  ctx: Pick<Context, 'store' | 'chain' | 'sports' | 'clock'>,
  watching: Watching,
): Implementation<typeof EventService> {
  const { events, incidents } = ctx.store;
  const { bell, journal } = watching;
  const messages = eventMessages(ctx);

  return {
    async *watchEvents(request, call: HandlerContext) {
      const changes = watching.begin(call.signal);
      const filter = eventFilter(request.filter);
      const only = new Set(request.eventIds);
      const last = await changes.last();
      const start = placeOf(request.cursor) ?? { ...last, chain: journal.end };
      checkReached(start.incidents, last.incidents, 'incident');
      checkReached(start.decisions, last.decisions, 'decision');

      const make = async (eventId: string): Promise<EventMessage | undefined> => {
        const event = await events.get(eventId);
        if (!event || !matchesEvent(filter, event)) return undefined;
        return (await messages([event]))[0];
      };
      const read = async (from: Place): Promise<Lot<Place, EventMessage>> => {
        const [stored, decided] = await Promise.all([
          incidents.list({ after: from.incidents }, { pageSize: LOT }),
          changes.decisionsAfter(from.decisions, LOT),
        ]);
        const { touches, end } = journal.after(from.chain, '1.22');
        let place = from;
        const touched = new Map<string, Place>();
        const touch = (eventId: string, behind: Partial<Place>) => {
          place = { ...place, ...behind };
          // Taken out first, so that it moves to the end.
          touched.delete(eventId);
          touched.set(eventId, place);
        };
        for (const { eventId, position } of stored.items) touch(eventId, { incidents: position });
        for (const { record, position } of decided) touch(record.eventId, { decisions: position });
        for (const { event, place: chain } of await eventsOnChain(ctx, touches)) {
          if (event === undefined) place = { ...place, chain };
          else touch(event, { chain });
        }
        const steps = [...touched]
          .filter(([eventId]) => only.size === 0 || only.has(eventId))
          .map(
            ([eventId, behind]): Step<Place, EventMessage> => ({
              place: behind,
              make: () => make(eventId),
            }),
          );
        const more = stored.nextPageToken !== undefined || decided.length === LOT;
        return { steps, end: { ...place, chain: end }, more };
      };
      for await (const { item, place } of follow({ ctx, bell, call, start, read })) {
        const { incidents: incident, decisions: decision, chain } = place;
        yield { cursor: makeCursor('events', incident, decision, chain), ...(item && { event: item }) };
      }
    },
  };
}

function placeOf(cursor: string): Place | undefined {
  if (cursor === '') return undefined;
  const [incidents, decisions, chain] = readCursor('events', ['number', 'number', 'string'], cursor);
  return { incidents, decisions, chain };
}
