import type { UnknownName } from '../incidents/types.ts';
import type { EventGroup, Normalizer, Participant, Sport, SportsData, Texts } from './types.ts';

interface Named {
  readonly identifier: string;
  readonly name: Texts;
  readonly aliases: readonly string[];
}

interface SportIndex {
  readonly sport: Sport;
  /** Several leagues may share a name and differ in their season; in the order they are preferred in. */
  readonly eventGroups: ReadonlyMap<string, readonly EventGroup[]>;
  readonly participants: ReadonlyMap<string, readonly Participant[]>;
}

/**
 * Builds the normalizer of a data set (oracle reference 4): names compare trimmed and in lower case with identifier,
 * every language and every alias; a league must have a season at the start time; teams are those of any list of the
 * sport. Where a name is the identifier of one and an alias of another, the identifier wins; else the first in the
 * data set. Costs one pass over the data; each look-up is a few Map reads.
 */
export function makeNormalizer(data: SportsData): Normalizer {
  const indexes = data.sports.map(
    (sport): SportIndex => ({
      sport,
      eventGroups: index(sport.eventGroups),
      participants: index([...sport.participants.values()].flat()),
    }),
  );
  const bySport = new Map(indexes.map((entry) => [entry.sport, entry]));
  const sports = index(data.sports);
  const participant = (sport: Sport, name: string) => first(bySport.get(sport)?.participants, name);

  return {
    participant,
    match(names) {
      const sport = first(sports, names.sport);
      if (!sport) return { ok: false, unknown: [{ kind: 'sport', name: names.sport.trim() }] };
      const named = bySport.get(sport)?.eventGroups.get(key(names.eventGroupName)) ?? [];
      const eventGroup = named.find((group) => isInSeason(group, names.startTime));
      const home = participant(sport, names.home);
      const away = participant(sport, names.away);
      if (eventGroup && home && away) return { ok: true, match: { sport, eventGroup, home, away } };

      const unknown: UnknownName[] = [];
      if (!eventGroup) {
        unknown.push({
          kind: 'event_group',
          name: names.eventGroupName.trim(),
          sport: sport.identifier,
          ...(named.length > 0 ? { outOfSeason: named.map(seasonText).join(', ') } : {}),
        });
      }
      const searched = eventGroup ? { eventGroup: eventGroup.identifier } : {};
      const missing = [...(home ? [] : [names.home]), ...(away ? [] : [names.away])];
      for (const name of missing) {
        unknown.push({ kind: 'participant', name: name.trim(), sport: sport.identifier, ...searched });
      }
      return { ok: false, unknown };
    },
  };
}

function key(name: string): string {
  return name.trim().toLowerCase();
}

function first<T>(found: ReadonlyMap<string, readonly T[]> | undefined, name: string): T | undefined {
  return found?.get(key(name))?.[0];
}

function index<T extends Named>(things: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  const add = (name: string, thing: T): void => {
    const same = found.get(key(name)) ?? [];
    if (!same.includes(thing)) found.set(key(name), [...same, thing]);
  };
  // All identifiers before any other name, so that they win.
  for (const thing of things) add(thing.identifier, thing);
  for (const thing of things) {
    for (const name of [...Object.values(thing.name), ...thing.aliases]) add(name, thing);
  }
  return found;
}

/** Both ends belong to the season; an absent end is open. */
function isInSeason(group: EventGroup, start: Date): boolean {
  return (!group.startDate || start >= group.startDate) && (!group.finishDate || start <= group.finishDate);
}

function seasonText(group: EventGroup): string {
  const day = (date: Date | undefined): string => date?.toISOString().slice(0, 10) ?? 'open';
  return `${day(group.startDate)} to ${day(group.finishDate)}`;
}
