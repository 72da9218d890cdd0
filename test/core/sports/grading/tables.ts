import assert from 'node:assert/strict';
import { trueKeys } from '../../../../core/sports/grading/grade.ts';
import { type ResolutionKey, readGrading } from '../../../../core/sports/grading/grading.ts';
import { fieldValues, type Score } from '../../../../core/sports/grading/values.ts';
import type { DynamicValues } from '../../../../core/sports/texts.ts';
import type { Rules } from '../../../../core/sports/types.ts';

/** What becomes of the markets of a group, by a way of its own: plain numbers and no formulas. */
export type Expected = (score: Score, parameters: DynamicValues) => readonly ResolutionKey[];

/** One of two sides is ahead by `lead`; `level` is what both get when nobody is. */
export function twoSides(lead: number, level: ResolutionKey): readonly ResolutionKey[] {
  if (lead === 0) return [level, level];
  return lead > 0 ? ['win', 'not_win'] : ['not_win', 'win'];
}

/** Handicaps and totals as medians become them, halves. */
export const HANDICAPS: readonly DynamicValues[] = [-12.5, -2.5, -0.5, 0.5, 1.5, 7.5].map((home) => ({
  handicaps: [home, -home],
}));
export const TOTALS: readonly DynamicValues[] = [0.5, 6.5, 11.5, 199.5].map((overunder) => ({ overunder }));

/** Compares a grading with what is expected, for all scores up to `highest`; returns how many of them are not settled. */
export function compareAll(
  rules: Rules,
  expected: Expected,
  settings: readonly DynamicValues[],
  highest: number,
): number {
  const read = readGrading(rules.grading);
  assert.ok(read.ok, `${rules.identifier} cannot be read`);
  let unsettled = 0;
  for (const parameters of settings) {
    for (let home = 0; home <= highest; home += 1) {
      for (let away = 0; away <= highest; away += 1) {
        const keys = trueKeys(read.grading, fieldValues({ home, away }, parameters, true));
        const wanted = expected({ home, away }, parameters);
        const isUnsettled = keys.some(({ length }) => length !== 1);
        if (isUnsettled) unsettled += 1;
        const same =
          keys.length === wanted.length && wanted.every((key, at) => isUnsettled || keys[at]?.[0] === key);
        assert.ok(
          same,
          `${rules.identifier} ${home}:${away} ${JSON.stringify(parameters)}: ${JSON.stringify(keys)} instead of ${wanted}`,
        );
      }
    }
  }
  return unsettled;
}
