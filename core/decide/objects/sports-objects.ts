import { eventGroupName, rulesDescription, rulesName, sportName } from '../../sports/texts.ts';
import type { EventGroup, Rules, Sport, SportsData } from '../../sports/types.ts';
import type { WantedObject } from './standing.ts';

/** An object of the sports data with where it stands in them. */
export interface SportsObject {
  readonly object: WantedObject;
  readonly kind: 'sport' | 'event_group' | 'rules';
  /** Identifier of its sport. */
  readonly sport: string;
  /** Its identifier; for rules their key. */
  readonly identifier: string;
}

/** A sport as it should be on chain. */
export function sportObject(sport: Sport): WantedObject {
  return { kind: 'sport', label: sport.identifier, fields: { name: sportName(sport) } };
}

/** A league as it should be on chain, below its sport. */
export function eventGroupObject(parent: WantedObject, group: EventGroup): WantedObject {
  return { kind: 'event_group', label: group.identifier, parent, fields: { name: eventGroupName(group) } };
}

/** Rules as they should be on chain, grading included; made once for each value, since every market group needs them. */
export function rulesObject(rules: Rules): WantedObject {
  const known = objectsOfRules.get(rules);
  if (known) return known;
  const object: WantedObject = {
    kind: 'rules',
    label: rules.identifier,
    fields: { name: rulesName(rules), description: rulesDescription(rules) },
  };
  objectsOfRules.set(rules, object);
  return object;
}

const objectsOfRules = new WeakMap<Rules, WantedObject>();

/** Everything of a data set that stands on chain without an event: all sports, then all leagues, then all rules. */
export function sportsObjects(data: SportsData): readonly SportsObject[] {
  const sports = data.sports.map((sport) => ({ sport, object: sportObject(sport) }));
  return [
    ...sports.map(({ sport, object }) => ({
      object,
      kind: 'sport' as const,
      sport: sport.identifier,
      identifier: sport.identifier,
    })),
    ...sports.flatMap(({ sport, object }) =>
      sport.eventGroups.map((group) => ({
        object: eventGroupObject(object, group),
        kind: 'event_group' as const,
        sport: sport.identifier,
        identifier: group.identifier,
      })),
    ),
    ...sports.flatMap(({ sport }) =>
      [...sport.rules].map(([key, rules]) => ({
        object: rulesObject(rules),
        kind: 'rules' as const,
        sport: sport.identifier,
        identifier: key,
      })),
    ),
  ];
}
