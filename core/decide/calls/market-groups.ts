import type { ObjectId } from '../../chain/types.ts';
import type { DynamicValues } from '../../sports/texts.ts';
import type { MarketGroupTemplate, NormalizedMatch } from '../../sports/types.ts';
import { marketGroupObjects } from '../objects/event-objects.ts';
import { rulesObject } from '../objects/sports-objects.ts';
import { needOf, standingsOf, type WantedObject } from '../objects/standing.ts';
import { inWords } from '../objects/texts.ts';
import type { DecideInput, Reason } from '../types.ts';

/** The market groups of templates with their markets, and what they need that is missing. */
export interface WantedGroups {
  readonly objects: readonly WantedObject[];
  readonly problems: readonly Reason[];
  readonly notes: readonly Reason[];
}

/**
 * Each market group of a template, once per asset, below an event. Rules and assets have to be on chain.
 * @param valuesOf parameters for an asset; absent for static groups
 * @throws BosError `configuration` when the sports data cannot be turned into texts
 */
export function groupsOf(
  { view }: DecideInput,
  match: NormalizedMatch,
  event: WantedObject,
  template: MarketGroupTemplate,
  valuesOf?: (asset: ObjectId) => DynamicValues,
): WantedGroups {
  const objects: WantedObject[] = [];
  const problems: Reason[] = [];
  const notes: Reason[] = [];
  const rules = match.sport.rules.get(template.rules);
  const [onChain] = rules ? standingsOf(view, [rulesObject(rules)]) : [];
  if (onChain?.id === undefined) {
    const text = `rules "${template.rules}" are not on chain: sync the sports data`;
    problems.push({ code: 'rules_missing', text });
  } else if (needOf(onChain) === 'update') {
    const text = `rules ${onChain.id}: ${onChain.differences.map(inWords).join('; ')}`;
    notes.push({ code: 'rules_differ', text });
  }
  for (const symbol of template.assets) {
    const id = view.assetId(symbol);
    if (id === undefined) problems.push({ code: 'asset_missing', text: `the chain has no asset ${symbol}` });
    if (id === undefined || onChain?.id === undefined) continue;
    objects.push(...marketGroupObjects(event, match, template, { symbol, id }, onChain.id, valuesOf?.(id)));
  }
  return { objects, problems, notes };
}

/** Reasons without repeats, in their order. */
export function distinct(reasons: readonly Reason[]): readonly Reason[] {
  return [...new Map(reasons.map((reason) => [reason.text, reason])).values()];
}
