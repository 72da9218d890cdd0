import type { DynamicValues } from '../texts.ts';
import type { FieldValues } from './evaluate.ts';
import { add, type Fraction, fractionOf } from './fraction.ts';

/** The final score: goals, points or runs. */
export interface Score {
  readonly home: number;
  readonly away: number;
}

const RESULT_FIELDS = ['result.home', 'result.away', 'result.hometeam', 'result.awayteam', 'result.total'];
const HANDICAP_FIELDS = [
  'handicaps.home',
  'handicaps.away',
  'handicaps.home_score',
  'handicaps.away_score',
  'handicaps.home_score_float',
  'handicaps.away_score_float',
  'handicaps.home_score_int',
  'handicaps.away_score_int',
];
const OVERUNDER_FIELD = 'overunder.value';

/** What a metric may name (oracle reference 10). */
export const METRIC_FIELDS: ReadonlySet<string> = new Set([
  ...RESULT_FIELDS,
  ...HANDICAP_FIELDS,
  OVERUNDER_FIELD,
]);
/** What the formulas of a resolution may name. */
export const RESOLUTION_FIELDS: ReadonlySet<string> = new Set(['metric', ...METRIC_FIELDS]);

/** Which parameter of a dynamic market group a field needs; undefined for one that the score gives. */
export function parameterOf(field: string): keyof DynamicValues | undefined {
  if (HANDICAP_FIELDS.includes(field)) return 'handicaps';
  return field === OVERUNDER_FIELD ? 'overunder' : undefined;
}

/**
 * Values of the fields of formulas. Fields of a parameter that is not given have none: a market is never settled on
 * a parameter that nobody named.
 * @param allowsHalves as the template says: false cuts the scores of handicaps to whole numbers
 * @throws RangeError when a number is not finite
 */
export function fieldValues(score: Score, parameters: DynamicValues, allowsHalves: boolean): FieldValues {
  return new Map([...scoreValues(score), ...parameterValues(parameters, allowsHalves)]);
}

/** The part of `fieldValues` that the score gives. */
export function scoreValues(score: Score): FieldValues {
  const [home, away] = [fractionOf(score.home), fractionOf(score.away)];
  return new Map([
    ['result.home', home],
    ['result.hometeam', home],
    ['result.away', away],
    ['result.awayteam', away],
    ['result.total', add(home, away)],
  ]);
}

/** The part of `fieldValues` that the parameters give. */
export function parameterValues({ handicaps, overunder }: DynamicValues, allowsHalves: boolean): FieldValues {
  const values = new Map<string, Fraction>();
  if (handicaps) {
    const [home, away] = handicaps;
    // The advantage of the other side is what counts as a score.
    const [homeScore, awayScore] = [Math.max(away, 0), Math.max(home, 0)];
    const [homeWhole, awayWhole] = [Math.trunc(homeScore), Math.trunc(awayScore)];
    values
      .set('handicaps.home', fractionOf(home))
      .set('handicaps.away', fractionOf(away))
      .set('handicaps.home_score', fractionOf(allowsHalves ? homeScore : homeWhole))
      .set('handicaps.away_score', fractionOf(allowsHalves ? awayScore : awayWhole))
      .set('handicaps.home_score_float', fractionOf(homeScore))
      .set('handicaps.away_score_float', fractionOf(awayScore))
      .set('handicaps.home_score_int', fractionOf(homeWhole))
      .set('handicaps.away_score_int', fractionOf(awayWhole));
  }
  if (overunder !== undefined) values.set(OVERUNDER_FIELD, fractionOf(overunder));
  return values;
}

/**
 * Reads the parameters of a market group back from its description on chain, from the keys that begin with `_`
 * (oracle reference 6); empty for a static group. Undefined when the group says that it is dynamic and its values
 * cannot be read, so that it cannot be graded by a program.
 */
export function dynamicValuesOf(
  description: readonly (readonly [key: string, text: string])[],
): DynamicValues | undefined {
  const texts = new Map(description);
  const read = (key: string): number | undefined => {
    const text = texts.get(key)?.trim() ?? '';
    return /^[+-]?\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
  };
  const kind = texts.get('_dynamic');
  if (kind === undefined) return {};
  if (kind === 'hc') {
    const [home, away] = [read('_hch'), read('_hca')];
    return home === undefined || away === undefined ? undefined : { handicaps: [home, away] };
  }
  if (kind === 'ou') {
    const overunder = read('_ou');
    return overunder === undefined ? undefined : { overunder };
  }
  return undefined;
}
