import type { ObjectId } from '../../chain/types.ts';
import {
  type DynamicValues,
  eventName,
  marketDescription,
  marketGroupDescription,
} from '../../sports/texts.ts';
import type { MarketGroupTemplate, NormalizedMatch } from '../../sports/types.ts';
import type { WantedObject } from './standing.ts';
import { textOf } from './texts.ts';

/** UTC as the chain writes it: whole seconds, no zone. */
function chainTime(date: Date): string {
  return date.toISOString().slice(0, 19);
}

/** A match as it should be on chain, below its league. */
export function eventObject(
  league: WantedObject,
  { eventGroup, home, away }: NormalizedMatch,
  startTime: Date,
  season: string,
): WantedObject {
  const name = eventName(eventGroup, home, away);
  return {
    kind: 'event',
    label: textOf(name, 'en') ?? `${home.identifier} v ${away.identifier}`,
    parent: league,
    fields: { name, season: [['en', season]], start_time: chainTime(startTime) },
  };
}

/** A market group of a match for one asset, with its markets in grading order; `values` for one with parameters. */
export function marketGroupObjects(
  event: WantedObject,
  { home, away }: NormalizedMatch,
  template: MarketGroupTemplate,
  asset: { readonly symbol: string; readonly id: ObjectId },
  rulesId: ObjectId,
  values?: DynamicValues,
): readonly WantedObject[] {
  const description = marketGroupDescription(template, home, away, asset.symbol, values);
  const group: WantedObject = {
    kind: 'betting_market_group',
    label: textOf(description, 'en') ?? template.key,
    parent: event,
    fields: {
      description,
      rules_id: rulesId,
      asset_id: asset.id,
      never_in_play: template.neverInPlay,
      delay_before_settling: template.delayBeforeSettling,
    },
  };
  const markets = template.markets.map((_, index): WantedObject => {
    const text = marketDescription(template, index, home, away, values);
    return {
      kind: 'betting_market',
      label: `${group.label}: ${textOf(text, 'en') ?? index + 1}`,
      parent: group,
      fields: { description: text, payout_condition: [] },
    };
  });
  return [group, ...markets];
}
