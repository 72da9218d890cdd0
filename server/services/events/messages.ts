import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Context } from '../../../core/context.ts';
import type { EventRecord } from '../../../core/store/store.ts';
import type { EventSchema } from '../../../gen/bos/v1/event_pb.js';
import { chainEventMessage, eventMessage } from '../../map/event.ts';
import { findChainEvent } from '../../use-cases/chain-event.ts';
import { nearMisses, nearRange } from '../../use-cases/near-misses.ts';

/** Makes messages of events, with what is on chain of them now and their near misses. */
export function eventMessages(
  ctx: Pick<Context, 'store' | 'chain' | 'sports'>,
): (found: readonly EventRecord[]) => Promise<MessageInitShape<typeof EventSchema>[]> {
  /** Near misses by event; neighbours that are not in the page count too. */
  const missesOf = async (found: readonly EventRecord[]): Promise<ReadonlyMap<string, string[]>> => {
    const starts = found.map((event) => event.startTime.getTime());
    if (starts.length === 0) return new Map();
    const { startFrom } = nearRange(new Date(Math.min(...starts)));
    const { startBefore } = nearRange(new Date(Math.max(...starts)));
    const around = await ctx.store.events.list({ startFrom, startBefore }, { pageSize: 1000 });
    const misses = new Map<string, string[]>();
    const note = (eventId: string, other: string) =>
      misses.set(eventId, [...(misses.get(eventId) ?? []), other]);
    for (const { eventId, otherEventId } of nearMisses(around.items)) {
      note(eventId, otherEventId);
      note(otherEventId, eventId);
    }
    return misses;
  };

  return async (found) => {
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
}
