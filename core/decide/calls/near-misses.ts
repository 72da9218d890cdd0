import { type ObjectId, OP } from '../../chain/types.ts';
import { eventName } from '../../sports/texts.ts';
import type { NormalizedMatch } from '../../sports/types.ts';
import { KINDS } from '../objects/kinds.ts';
import type { WantedObject } from '../objects/standing.ts';
import { differences, type Fields, inWords, textsOf } from '../objects/texts.ts';
import type { DecideInput, Reason } from '../types.ts';

const NEAR_MS = 30 * 60_000;

/**
 * Events on chain that may be meant by incidents of this match and are another one by their identity: the same pair
 * with a start that is up to 30 minutes off, or with home and away swapped. They are never merged, because witnesses
 * that saw only one of them would derive something else; somebody has to look (oracle reference 17).
 */
export function nearMisses(
  { view }: DecideInput,
  league: ObjectId | undefined,
  { eventGroup, home, away }: NormalizedMatch,
  startTime: Date,
): readonly Reason[] {
  if (league === undefined) return [];
  const names = textSet(eventName(eventGroup, home, away));
  const swapped = textSet(eventName(eventGroup, away, home));
  return view.events(league).flatMap((event): Reason[] => {
    const apart = startOf(event) - startTime.getTime();
    if (!(Math.abs(apart) <= NEAR_MS)) return [];
    const at = `${event.id} at ${event.start_time}`;
    if (apart !== 0 && hasAny(event, names)) {
      return [
        { code: 'near_miss', text: `the same pair is on chain as ${at}: if it is one match, cancel one` },
      ];
    }
    if (hasAny(event, swapped)) {
      return [
        {
          code: 'near_miss',
          text: `the pair is on chain with its teams swapped as ${at}: cancel the wrong one`,
        },
      ];
    }
    return [];
  });
}

/**
 * Events that open proposals would create and that are probably meant to be this one, with the difference in words:
 * the same name with a start up to 30 minutes off or in another league, or another name at the same start and in the
 * same league that has one of the teams in it. By their identity they are other events, so nothing is done about them.
 */
export function nearlyProposed(
  { view }: DecideInput,
  league: ObjectId | undefined,
  event: WantedObject,
  { home, away }: NormalizedMatch,
): readonly Reason[] {
  if (league === undefined) return [];
  const wanted: Fields = { ...event.fields, event_group_id: league };
  const { identities } = KINDS.event;
  const own = new Set(identities(wanted));
  const names = textSet(textsOf(wanted.name));
  const teams = [home, away].map(({ identifier }) => identifier.toLowerCase());
  const isNear = (found: Fields): boolean => {
    const isBeside = found.event_group_id === league;
    if (isBeside && identities(found).some((identity) => own.has(identity))) return false;
    const apart = Math.abs(startOf(found) - startOf(wanted));
    if (hasAny(found, names)) return apart <= NEAR_MS;
    const texts = textsOf(found.name).map(([, text]) => text.toLowerCase());
    return apart === 0 && isBeside && texts.some((text) => teams.some((team) => text.includes(team)));
  };
  return view.proposals().flatMap(({ id, proposed_transaction: { operations } }) =>
    operations.flatMap(([tag, found]): Reason[] => {
      if (tag !== OP.event_create || !isNear(found)) return [];
      const differing = ['name', 'start_time', 'event_group_id'].flatMap((field) =>
        differences(field, wanted[field], found[field]),
      );
      const text = `proposal ${id} has nearly the same event, which is another one: ${differing.map(inWords).join('; ')}`;
      return [{ code: 'nearly_proposed', text }];
    }),
  );
}

function startOf({ start_time: time }: { readonly start_time?: unknown }): number {
  return typeof time === 'string' ? Date.parse(time.endsWith('Z') ? time : `${time}Z`) : Number.NaN;
}

function textSet(texts: readonly (readonly [string, string])[]): ReadonlySet<string> {
  return new Set(texts.map((pair) => JSON.stringify(pair)));
}

function hasAny({ name }: { readonly name?: unknown }, names: ReadonlySet<string>): boolean {
  return textsOf(name).some((pair) => names.has(JSON.stringify(pair)));
}
