import Fuse from 'fuse.js';
import type { UnknownName } from '../incidents/types.ts';
import { nameKey } from './names.ts';
import type { Sport, SportsData, Texts } from './types.ts';

/** A known name that looks like an unknown one. */
export interface NearestName {
  /** Identifier of what it means. */
  readonly identifier: string;
  /** The name that looks alike: identifier, a language's name or an alias. */
  readonly name: string;
  /** 0 for the very words, 1 for nothing in common. */
  readonly distance: number;
}

/** A word may differ in about a third of its letters. */
const WORD_THRESHOLD = 0.35;
/** Beyond this, common words such as "City" are all that names share. */
const MAX_DISTANCE = 0.7;

/**
 * Makes a search for what unknown names may have meant: typing errors, other orders of words, words left out or put
 * in, accents. Kinds and sports are indexed when they are first asked for; an answer costs about a millisecond.
 */
export function makeNearestNames(
  data: SportsData,
): (unknown: UnknownName, limit?: number) => readonly NearestName[] {
  const sports = new Map(data.sports.map((sport) => [nameKey(sport.identifier), sport]));
  const searches = new Map<string, Fuse<Known>>();
  return (unknown, limit = 3) => {
    // That one is known: it is the start time that does not fit.
    if (unknown.outOfSeason !== undefined) return [];
    const sport = sports.get(nameKey(unknown.sport ?? ''));
    const place = JSON.stringify([unknown.kind, sport?.identifier]);
    const search = searches.get(place) ?? makeSearch(knownNames(data, unknown.kind, sport));
    searches.set(place, search);
    const nearest = new Map<string, NearestName>();
    for (const { item, score: distance = 1 } of search.search(unknown.name.trim())) {
      if (nearest.size === limit || distance > MAX_DISTANCE) break;
      if (!nearest.has(item.identifier)) nearest.set(item.identifier, { ...item, distance });
    }
    return [...nearest.values()];
  };
}

interface Known {
  readonly identifier: string;
  readonly name: string;
}

function makeSearch(known: readonly Known[]): Fuse<Known> {
  return new Fuse(known, {
    keys: ['name'],
    includeScore: true,
    ignoreDiacritics: true,
    ignoreLocation: true,
    threshold: WORD_THRESHOLD,
    // Each word by itself, rare words counting more.
    useTokenSearch: true,
  });
}

function knownNames(data: SportsData, kind: UnknownName['kind'], sport: Sport | undefined): readonly Known[] {
  switch (kind) {
    case 'sport':
      return data.sports.flatMap(namesOf);
    case 'event_group':
      return sport?.eventGroups.flatMap(namesOf) ?? [];
    case 'participant':
      return [...(sport?.participants.values() ?? [])].flat().flatMap(namesOf);
    default:
      return kind satisfies never;
  }
}

function namesOf(named: {
  readonly identifier: string;
  readonly name: Texts;
  readonly aliases: readonly string[];
}): readonly Known[] {
  const { identifier, name, aliases } = named;
  return [...new Set([identifier, ...Object.values(name), ...aliases])].map((text) => ({
    identifier,
    name: text,
  }));
}
