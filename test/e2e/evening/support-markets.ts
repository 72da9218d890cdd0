import type { NamedMatch } from './support-names.ts';
import type { TrueScore } from './types.ts';

/** What becomes of a market, as the chain spells it. */
export type Outcome = 'win' | 'not_win' | 'cancel';

/** A market group that a match may have, by its English text, with its markets in any order. */
export interface ExpectedGroup {
  readonly text: string;
  readonly assets: readonly string[];
  readonly markets: readonly string[];
  /** Identifier of its rules. */
  readonly rules: string;
}

/** What is counted in a sport, and how its rules are called. */
const SPORTS: Readonly<Record<string, { readonly unit: string; readonly rules: string }>> = {
  'Ice Hockey': { unit: 'Goals', rules: 'NHL' },
  Basketball: { unit: 'Points', rules: 'NBA' },
  'American Football': { unit: 'Points', rules: 'NFL' },
  Baseball: { unit: 'Runs', rules: 'MLB' },
};
const SOCCER_TOTALS = ['0.5', '1.5', '2.5', '3.5', '4.5', '5.5', '6.5'];

/**
 * The market groups that are created with a match of the package's data, written down by hand: soccer has match odds
 * and seven totals, everything else who wins; basketball in two assets, which the text then names.
 */
export function staticGroups({ sport, home, away }: NamedMatch): readonly ExpectedGroup[] {
  const [host, guest] = [capitalized(home), capitalized(away)];
  if (sport === 'Soccer') {
    return [
      { text: 'Match Odds', assets: ['PPY'], markets: [host, guest, 'Draw'], rules: 'Soccer_MatchOdds' },
      ...SOCCER_TOTALS.map((value) => totalGroup('Goals', value, `Soccer_Total_${value}`)),
    ];
  }
  if (sport === 'Basketball') {
    return ['PPY', 'BTC'].map((asset) => ({
      text: `Moneyline_${asset}`,
      assets: [asset],
      markets: [guest, host],
      rules: 'NBA_Moneyline',
    }));
  }
  return [
    {
      text: 'Moneyline',
      assets: ['PPY'],
      markets: [guest, host],
      rules: `${SPORTS[sport]?.rules}_Moneyline`,
    },
  ];
}

/** A dynamic market group of a match with a value; a handicap is home's. Undefined for soccer, which has none. */
export function dynamicGroup(
  { sport, home, away }: NamedMatch,
  type: 'hc' | 'ou',
  value: number,
): ExpectedGroup | undefined {
  const known = SPORTS[sport];
  if (!known) return undefined;
  if (type === 'ou') return totalGroup(known.unit, value.toFixed(1), `${known.rules}_Total`);
  const [host, guest] = [capitalized(home), capitalized(away)];
  return {
    text: `Handicap: ${host} ${value}`,
    assets: ['PPY'],
    markets: [`${guest} (${-value})`, `${host} (${value})`],
    rules: `${known.rules}_Handicap`,
  };
}

/**
 * What a score makes of a market, by what its English text promises to those who bet on it. A draw returns the bets
 * where it cannot be bet on.
 * @throws RangeError for a text that promises nothing known
 */
export function outcomeOf({ sport, home, away }: NamedMatch, market: string, score: TrueScore): Outcome {
  const total = /^(Over|Under) (\d+\.\d) /.exec(market);
  const sum = score.home + score.away;
  if (total) return wins(total[1] === 'Over' ? sum - Number(total[2]) : Number(total[2]) - sum);
  if (market === 'Draw') return score.home === score.away ? 'win' : 'not_win';
  for (const [team, lead] of [
    [capitalized(home), score.home - score.away],
    [capitalized(away), score.away - score.home],
  ] as const) {
    if (market === team) return sport === 'Soccer' ? (lead > 0 ? 'win' : 'not_win') : wins(lead);
    const given = market.startsWith(`${team} (`) ? /\((-?\d+(?:\.\d+)?)\)$/.exec(market) : null;
    if (given) return wins(lead + Number(given[1]));
  }
  throw new RangeError(`expected a market of ${home} and ${away}, got "${market}"`);
}

function totalGroup(unit: string, value: string, rules: string): ExpectedGroup {
  return {
    text: `Total ${unit}: ${value}`,
    assets: ['PPY'],
    markets: [`Over ${value} ${unit}`, `Under ${value} ${unit}`],
    rules,
  };
}

function wins(by: number): Outcome {
  if (by === 0) return 'cancel';
  return by > 0 ? 'win' : 'not_win';
}

/** Market texts name teams with each word capitalized, the rest of it small. */
function capitalized(name: string): string {
  return name
    .split(/\s+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
    .join(' ');
}
