import type { Context } from '../../core/context.ts';
import { BosError } from '../../core/errors.ts';
import type { EventRecord } from '../../core/store/store.ts';

/**
 * The event with that id, as it is stored.
 * @throws BosError invalid when none is named; not_found when there is none
 */
export async function findEvent(ctx: Pick<Context, 'store'>, eventId: string): Promise<EventRecord> {
  if (eventId === '') throw new BosError('invalid', 'expected an event_id, got none', { field: 'event_id' });
  const event = await ctx.store.events.get(eventId);
  if (!event) throw new BosError('not_found', `no event has the id "${eventId}": see ListEvents`);
  return event;
}
