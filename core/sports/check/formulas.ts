import { readGrading } from '../grading/grading.ts';
import { rulesOf } from '../make-sport.ts';
import type { SportFiles } from '../sport-files.ts';
import type { SportsProblem } from '../yaml-file.ts';

/** Formulas of gradings that cannot be read, with their place. */
export function formulaErrors({ rules }: SportFiles): readonly SportsProblem[] {
  return [...rules.values()].flatMap((file) => {
    if (!file) return [];
    const read = readGrading(rulesOf(file.data).grading);
    if (read.ok) return [];
    return read.problems.map(({ path, message }) => file.problem(['grading', ...path], message));
  });
}
