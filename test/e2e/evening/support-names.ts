import type { ChainEvent, ChainView } from '../../../core/chain/types.ts';
import { eventIdOf } from '../../../core/incidents/identity.ts';

/** The match that something on chain is about, read off its texts. */
export interface NamedMatch {
  readonly eventId: string;
  readonly sport: string;
  readonly league: string;
  readonly home: string;
  readonly away: string;
}

/** The text of a key in a list of pairs, whatever the list is. */
export function textIn(pairs: unknown, key: string): string | undefined {
  if (!Array.isArray(pairs)) return undefined;
  const pair: unknown = pairs.find((each: unknown) => Array.isArray(each) && each[0] === key);
  return Array.isArray(pair) && typeof pair[1] === 'string' ? pair[1] : undefined;
}

/**
 * Reads a match off an event, or off the operation that creates one: soccer is written `home v away`, everything else
 * `away @ home`. Undefined when it is neither, or the league is not on chain.
 */
export function matchOfEvent(
  view: Pick<ChainView, 'sports' | 'eventGroups'>,
  { name, start_time, event_group_id }: Pick<ChainEvent, 'name' | 'start_time' | 'event_group_id'>,
): NamedMatch | undefined {
  for (const chainSport of view.sports()) {
    const chainLeague = view.eventGroups(chainSport.id).find(({ id }) => id === event_group_id);
    const sport = textIn(chainSport.name, 'identifier');
    const league = textIn(chainLeague?.name, 'identifier');
    if (sport === undefined || league === undefined) continue;
    const text = textIn(name, 'en') ?? '';
    const [first, second, ...others] = text.split(sport === 'Soccer' ? ' v ' : ' @ ');
    if (first === undefined || second === undefined || others.length > 0 || start_time === null)
      return undefined;
    const [home, away] = sport === 'Soccer' ? [first, second] : [second, first];
    const start = `${start_time.replace(/Z$/, '')}Z`;
    const id = { sport, event_group_name: league, start_time: start, home, away };
    return { eventId: eventIdOf(id), sport, league, home, away };
  }
  return undefined;
}
