import type { ChainEvent, ObjectId } from '../../chain/types.ts';
import { eventName } from '../../sports/texts.ts';
import type { NormalizedMatch } from '../../sports/types.ts';
import { textsOf } from '../objects/texts.ts';
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

function startOf({ start_time }: ChainEvent): number {
  return start_time === null
    ? Number.NaN
    : Date.parse(start_time.endsWith('Z') ? start_time : `${start_time}Z`);
}

function textSet(texts: readonly (readonly [string, string])[]): ReadonlySet<string> {
  return new Set(texts.map((pair) => JSON.stringify(pair)));
}

function hasAny({ name }: ChainEvent, names: ReadonlySet<string>): boolean {
  return textsOf(name).some((pair) => names.has(JSON.stringify(pair)));
}
