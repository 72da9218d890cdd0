import type { DynamicValues } from '../texts.ts';
import type { Grading } from '../types.ts';
import { computeNumber, computeTruth, DivisionByZero, type FieldValues } from './evaluate.ts';
import { RESOLUTION_KEYS, type ReadGrading, type ResolutionKey, readGrading } from './grading.ts';
import { fieldValues, parameterOf, type Score } from './values.ts';

/** What becomes of a market; `cancel` is what gradings call `void`. */
export type MarketResolution = 'win' | 'not_win' | 'cancel';

/** Why a market group cannot be graded. `market` counts from 0, in grading order. */
export type GradingProblem =
  /** A formula cannot be read, or divides by zero for this score; `column` is its 1-based place. */
  | { readonly kind: 'formula'; readonly column: number; readonly message: string }
  /** A formula names a parameter that the market group does not have. */
  | {
      readonly kind: 'missing_parameter';
      readonly parameter: keyof DynamicValues;
      readonly message: string;
    }
  /** Nothing is said to become of a market. */
  | { readonly kind: 'none_true'; readonly market: number; readonly message: string }
  | {
      readonly kind: 'several_true';
      readonly market: number;
      readonly keys: readonly ResolutionKey[];
      readonly message: string;
    }
  /** The chain takes one winner with losers only, or everything canceled (chain reference 8.4). */
  | { readonly kind: 'refused_by_chain'; readonly message: string };

export type GradedMarkets =
  | { readonly ok: true; readonly resolutions: readonly MarketResolution[] }
  | { readonly ok: false; readonly problem: GradingProblem };

/** What a market group is graded by. */
export interface GradingInput {
  /** As the rules on chain have it (oracle reference 10), see `parseGrading`. */
  readonly grading: Grading;
  readonly score: Score;
  /** As the group's description on chain has them, see `dynamicValuesOf`. */
  readonly parameters?: DynamicValues;
  /** `dynamicAllowFloat` of the template where one is known; true. */
  readonly allowsHalves?: boolean;
}

/**
 * Says for each market of a group, in grading order, what the final score makes of it (oracle reference 10). Pure and
 * exact; formulas are read and computed by our own parser, which can do nothing else.
 * @throws RangeError when a score or parameter is not a finite number
 */
export function gradeMarketGroup(input: GradingInput): GradedMarkets {
  const read = readGrading(input.grading);
  if (!read.ok) {
    const [first] = read.problems;
    if (!first) throw new Error('a grading that cannot be read has a problem');
    const message = `${first.path.join('.')}: ${first.message}`;
    return { ok: false, problem: { kind: 'formula', column: first.column, message } };
  }
  const values = fieldValues(input.score, input.parameters ?? {}, input.allowsHalves ?? true);
  return gradeMarkets(read.grading, values);
}

/** As `gradeMarketGroup`, for formulas that have been read and the values of their fields. */
function gradeMarkets(grading: ReadGrading, values: FieldValues): GradedMarkets {
  const missing = missingParameter(grading, values);
  if (missing) return { ok: false, problem: missing };
  let truths: readonly (readonly ResolutionKey[])[];
  try {
    truths = trueKeys(grading, values);
  } catch (error) {
    if (!(error instanceof DivisionByZero)) throw error;
    return { ok: false, problem: { kind: 'formula', column: error.column, message: error.message } };
  }
  const resolutions: MarketResolution[] = [];
  for (const [market, keys] of truths.entries()) {
    const [key] = keys;
    if (key === undefined || keys.length > 1) return { ok: false, problem: notOneTrue(market, keys) };
    resolutions.push(key === 'void' ? 'cancel' : key);
  }
  return isTakenByChain(resolutions)
    ? { ok: true, resolutions }
    : { ok: false, problem: { kind: 'refused_by_chain', message: refusal(resolutions) } };
}

/**
 * What is true of each market, in grading order; one key each where the grading is as it should be.
 * @throws DivisionByZero
 */
export function trueKeys(grading: ReadGrading, values: FieldValues): readonly (readonly ResolutionKey[])[] {
  const withMetric = new Map([...values, ['metric', computeNumber(grading.metric, values)]]);
  return grading.resolutions.map((formulas) =>
    RESOLUTION_KEYS.filter((key) => {
      const formula = formulas.get(key);
      return formula !== undefined && computeTruth(formula, withMetric);
    }),
  );
}

/** A parameter that a formula names and that has no value, if any. */
export function missingParameter(grading: ReadGrading, values: FieldValues): GradingProblem | undefined {
  for (const field of grading.fields) {
    const parameter = values.has(field) ? undefined : parameterOf(field);
    if (!parameter) continue;
    const message = `the grading names {${field}} and the market group has no such parameter`;
    return { kind: 'missing_parameter', parameter, message };
  }
  return undefined;
}

function notOneTrue(market: number, keys: readonly ResolutionKey[]): GradingProblem {
  const expected = `expected one of win, not_win and void to be true of market ${market + 1}`;
  return keys.length === 0
    ? { kind: 'none_true', market, message: `${expected}, got none` }
    : { kind: 'several_true', market, keys, message: `${expected}, got ${keys.join(' and ')}` };
}

/** Whether the chain takes what becomes of the markets of a group (chain reference 8.4). */
export function isTakenByChain(resolutions: readonly MarketResolution[]): boolean {
  const winners = resolutions.filter((resolution) => resolution === 'win').length;
  const canceled = resolutions.filter((resolution) => resolution === 'cancel').length;
  return canceled === 0 ? winners === 1 : canceled === resolutions.length;
}

function refusal(resolutions: readonly MarketResolution[]): string {
  return `expected one winning market and otherwise not_win, or all canceled, got ${resolutions.join(', ')}`;
}
