import type { ChainEvent, ChainView, ObjectId } from '../../core/chain/types.ts';
import type { SportsInUse } from '../../core/context.ts';
import { eventObject } from '../../core/decide/objects/event-objects.ts';
import { eventGroupObject, sportObject } from '../../core/decide/objects/sports-objects.ts';
import { standingsOf } from '../../core/decide/objects/standing.ts';
import type { EventRecord } from '../../core/store/store.ts';

/** Finds the event of a match on chain, as decisions find it; undefined when it is not there or has lost its names. */
export function findChainEvent(
  view: ChainView,
  sports: SportsInUse,
  { id, startTime }: Pick<EventRecord, 'id' | 'startTime'>,
): { readonly event: ChainEvent; readonly sportId: ObjectId } | undefined {
  const { sport, event_group_name: eventGroupName, home, away } = id;
  const found = sports.current().normalizer.match({ sport, eventGroupName, startTime, home, away });
  if (!found.ok) return undefined;
  const top = sportObject(found.match.sport);
  const league = eventGroupObject(top, found.match.eventGroup);
  const standings = standingsOf(view, [top, league, eventObject(league, found.match, startTime, '')]);
  const [sportId, leagueId, eventId] = standings.map((standing) => standing.id);
  if (sportId === undefined || leagueId === undefined) return undefined;
  const event = view.events(leagueId).find((candidate) => candidate.id === eventId);
  return event && { event, sportId };
}
