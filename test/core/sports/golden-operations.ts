import {
  eventGroupName,
  eventName,
  marketDescription,
  marketGroupDescription,
  rulesDescription,
  rulesName,
  sportName,
} from '../../../core/sports/texts.ts';
import type { NormalizedMatch } from '../../../core/sports/types.ts';

/** An operation by name, without its fee. */
export type NamedOperation = readonly [name: string, fields: Readonly<Record<string, unknown>>];

const ASSETS: Readonly<Record<string, string>> = { PPY: '1.3.0', BTC: '1.3.1', TEST: '1.3.2', BTF: '1.3.3' };

/**
 * Everything that a match needs on chain, as the operations of one proposal on an empty chain; dynamic groups with the
 * handicap -2.5 for the home team and the over/under 7.5.
 */
export function operationsOf(match: NormalizedMatch, startTime: Date): readonly NamedOperation[] {
  const { sport, eventGroup, home, away } = match;
  const found: NamedOperation[] = [];
  const add = (name: string, fields: Record<string, unknown>): string => {
    found.push([name, { ...fields, extensions: [] }]);
    return `0.0.${found.length - 1}`;
  };
  const templates = eventGroup.marketGroups
    .map((key) => sport.marketGroups.get(key)!)
    .filter(({ dynamic }) => dynamic !== 'other');

  const sportId = add('sport_create', { name: sportName(sport) });
  const leagueId = add('event_group_create', { name: eventGroupName(eventGroup), sport_id: sportId });
  const rulesIds = new Map<string, string>();
  for (const { rules: key } of templates) {
    const rules = sport.rules.get(key)!;
    if (rulesIds.has(key)) continue;
    const fields = { name: rulesName(rules), description: rulesDescription(rules) };
    rulesIds.set(key, add('betting_market_rules_create', fields));
  }
  const eventId = add('event_create', {
    name: eventName(eventGroup, home, away),
    season: [['en', String(startTime.getUTCFullYear())]],
    start_time: startTime.toISOString().slice(0, 19),
    event_group_id: leagueId,
  });
  for (const template of templates) {
    const values = { hc: { handicaps: [-2.5, 2.5] }, ou: { overunder: 7.5 }, other: {} } as const;
    const dynamic = template.dynamic ? values[template.dynamic] : {};
    for (const asset of template.assets) {
      const groupId = add('betting_market_group_create', {
        description: marketGroupDescription(template, home, away, asset, dynamic),
        event_id: eventId,
        rules_id: rulesIds.get(template.rules),
        asset_id: ASSETS[asset],
        never_in_play: template.neverInPlay,
        delay_before_settling: template.delayBeforeSettling,
      });
      for (const index of template.markets.keys()) {
        const description = marketDescription(template, index, home, away, dynamic);
        add('betting_market_create', { group_id: groupId, description, payout_condition: [] });
      }
    }
  }
  return found;
}
