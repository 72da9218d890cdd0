import type { ChainEvent, ObjectId } from '../../core/chain/types.ts';
import type { Context } from '../../core/context.ts';
import { textOf } from '../../core/decide/objects/texts.ts';
import { eventName } from '../../core/sports/texts.ts';
import type { EventRecord } from '../../core/store/store.ts';
import { findChainEvent } from './chain-event.ts';

/** Matches that start at one moment; more are not looked through. */
const SAME_START = 1000;

/**
 * The matches that events on chain, there or gone, belong to; `event` is undefined for one that no incident speaks of.
 * Answers in the order of what is given; a match can come of several events.
 */
export async function eventsOnChain<
  T extends { readonly id: ObjectId; readonly events: readonly ChainEvent[] },
>(
  ctx: Pick<Context, 'store' | 'chain' | 'sports'>,
  touched: readonly T[],
): Promise<readonly (T & { readonly event: string | undefined })[]> {
  const byStart = new Map<string, Promise<readonly EventRecord[]>>();
  const startingAt = (time: string): Promise<readonly EventRecord[]> => {
    const known = byStart.get(time);
    if (known) return known;
    // The chain writes UTC without saying so.
    const startFrom = new Date(`${time}Z`);
    const startBefore = new Date(startFrom.getTime() + 1);
    const found = ctx.store.events
      .list({ startFrom, startBefore }, { pageSize: SAME_START })
      .then((page) => page.items);
    byStart.set(time, found);
    return found;
  };
  const matchesOf = async ({ id, events }: T): Promise<readonly string[]> => {
    const starts = new Set(events.flatMap((event) => event.start_time ?? []));
    const candidates = (await Promise.all([...starts].map(startingAt))).flat();
    return candidates.filter((match) => isEvent(ctx, match, id, events)).map((match) => match.eventId);
  };
  const found = await Promise.all(
    touched.map(async (one) => {
      const matches = await matchesOf(one);
      return (matches.length === 0 ? [undefined] : matches).map((event) => ({ ...one, event }));
    }),
  );
  return found.flat();
}

/** Found as decisions find it; one that is gone, or has changed beyond that, by the name that it has or had. */
function isEvent(
  { chain, sports }: Pick<Context, 'chain' | 'sports'>,
  match: EventRecord,
  id: ObjectId,
  events: readonly ChainEvent[],
): boolean {
  const view = chain.view();
  if (view && findChainEvent(view, sports, match)?.event.id === id) return true;
  const { sport, event_group_name: eventGroupName, home, away } = match.id;
  const { startTime } = match;
  const found = sports.current().normalizer.match({ sport, eventGroupName, startTime, home, away });
  if (!found.ok) return false;
  const name = textOf(eventName(found.match.eventGroup, found.match.home, found.match.away), 'en');
  return events.some((event) => textOf(event.name, 'en') === name);
}
