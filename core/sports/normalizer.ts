import type { UnknownName } from '../incidents/types.ts';
import { nameKey } from './names.ts';
import type { EventGroup, LocalAlias, Normalizer, Participant, Sport, SportsData, Texts } from './types.ts';

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

/** A normalizer that also tells what a single name means. */
export interface NameIndex extends Normalizer {
  /** A sport by any name. */
  sport(name: string): Sport | undefined;
  /** The leagues of the sport that a name means, of all seasons. */
  eventGroups(sport: Sport, name: string): readonly EventGroup[];
}

/**
 * Builds the normalizer of a data set (oracle reference 4): names compare trimmed and in lower case with identifier,
 * every language and every alias; a league must have a season at the start time; teams are those of any list of the
 * sport. Where a name is the identifier of one and an alias of another, the identifier wins; else the first in the
 * data set. Costs one pass over the data; each look-up is a few Map reads.
 * @param aliases of this witness alone; what the data set says about a name goes before
 */
export function makeNormalizer(data: SportsData, aliases: readonly LocalAlias[] = []): NameIndex {
  const indexes = data.sports.map((sport): SportIndex => {
    const own = aliases.filter((alias) => alias.sport === sport.identifier);
    return {
      sport,
      eventGroups: index(sport.eventGroups, ofKind(own, 'event_group')),
      participants: index([...sport.participants.values()].flat(), ofKind(own, 'participant')),
    };
  });
  const bySport = new Map(indexes.map((entry) => [entry.sport, entry]));
  const sports = index(data.sports, ofKind(aliases, 'sport'));
  const sportOf = (name: string) => first(sports, name);
  const eventGroups = (sport: Sport, name: string) => all(bySport.get(sport)?.eventGroups, name);
  const participant = (sport: Sport, name: string) => first(bySport.get(sport)?.participants, name);

  return {
    sport: sportOf,
    eventGroups,
    participant,
    match(names) {
      const sport = sportOf(names.sport);
      if (!sport) return { ok: false, unknown: [{ kind: 'sport', name: names.sport.trim() }] };
      const named = eventGroups(sport, names.eventGroupName);
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

function ofKind(aliases: readonly LocalAlias[], kind: LocalAlias['kind']): readonly LocalAlias[] {
  return aliases.filter((alias) => alias.kind === kind);
}

function first<T>(found: ReadonlyMap<string, readonly T[]> | undefined, name: string): T | undefined {
  return all(found, name)[0];
}

function all<T>(found: ReadonlyMap<string, readonly T[]> | undefined, name: string): readonly T[] {
  return found?.get(name) ?? found?.get(nameKey(name)) ?? [];
}

/** By the key of every name, and by the names as they are spelled, which most incidents use and which is faster. */
function index<T extends Named>(
  things: readonly T[],
  aliases: readonly LocalAlias[],
): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  const spellings: string[] = [];
  const add = (name: string, thing: T): void => {
    const same = found.get(nameKey(name)) ?? [];
    if (!same.includes(thing)) found.set(nameKey(name), [...same, thing]);
    spellings.push(name);
  };
  // All identifiers before any other name, so that they win.
  for (const thing of things) add(thing.identifier, thing);
  for (const thing of things) {
    for (const name of [...Object.values(thing.name), ...thing.aliases]) add(name, thing);
  }
  for (const alias of aliases) {
    for (const thing of things) if (thing.identifier === alias.identifier) add(alias.name, thing);
  }
  for (const name of spellings) found.set(name, found.get(nameKey(name)) ?? []);
  return found;
}

/** Both ends belong to the season; an absent end is open. */
function isInSeason({ startDate, finishDate }: EventGroup, start: Date): boolean {
  // Comparing dates themselves is many times slower.
  const time = start.getTime();
  return (!startDate || time >= startDate.getTime()) && (!finishDate || time <= finishDate.getTime());
}

function seasonText(group: EventGroup): string {
  const day = (date: Date | undefined): string => date?.toISOString().slice(0, 10) ?? 'open';
  return `${day(group.startDate)} to ${day(group.finishDate)}`;
}
