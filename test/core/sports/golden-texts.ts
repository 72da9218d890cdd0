import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../core/sports/canonical-json.ts';
import {
  eventGroupName,
  eventName,
  marketDescription,
  marketGroupDescription,
  rulesDescription,
  rulesName,
  sportName,
} from '../../../core/sports/texts.ts';
import type { MarketGroupTemplate, Participant, Sport, SportsData } from '../../../core/sports/types.ts';

/**
 * SHA-256 of everything that a data set puts on chain, as canonical JSON: names of sports, leagues and rules,
 * descriptions of rules, and for each team against the next of its list the event, its groups per asset (dynamic ones
 * with Python's defaults and with -2.5, 2.5 and 235.5) and their markets.
 *
 * The expected hashes in the tests come from an independent derivation in Python 3.11 with PyYAML 6.0.3, `str.format`,
 * `str.capitalize` and `json.dumps(sort_keys=True)` over the same files.
 */
export function hashOfChainTexts(data: SportsData): string {
  return createHash('sha256')
    .update(canonicalJson(data.sports.map(chainTexts)))
    .digest('hex');
}

function chainTexts(sport: Sport) {
  const markets = sport.eventGroups.flatMap((group) => {
    const teams = sport.participants.get(group.participants) ?? [];
    const templates = group.marketGroups.map((key) => sport.marketGroups.get(key)!);
    return teams.flatMap((home, index) => {
      const away = teams[(index + 1) % teams.length]!;
      return [eventName(group, home, away), ...templates.flatMap((one) => groupTexts(one, home, away))];
    });
  });
  return {
    sport: sportName(sport),
    groups: sport.eventGroups.map(eventGroupName),
    rules: [...sport.rules.values()].map((rules) => [rulesName(rules), rulesDescription(rules)]),
    markets,
  };
}

function groupTexts(template: MarketGroupTemplate, home: Participant, away: Participant) {
  if (template.dynamic === 'other') return [];
  const values =
    template.dynamic === false ? [{}] : [{}, { handicaps: [-2.5, 2.5], overunder: 235.5 } as const];
  return template.assets.flatMap((asset) =>
    values.flatMap((dynamic) => [
      marketGroupDescription(template, home, away, asset, dynamic),
      ...template.markets.map((_, at) => marketDescription(template, at, home, away, dynamic)),
    ]),
  );
}
