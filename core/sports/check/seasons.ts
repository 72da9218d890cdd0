import type { SportFiles } from '../sport-files.ts';
import type { SportsProblem } from '../yaml-file.ts';

/** Seasons that no match can be in. */
export function seasonErrors({ eventGroups }: SportFiles): readonly SportsProblem[] {
  return [...eventGroups.values()].flatMap((file) => {
    const { start_date: start, finish_date: finish } = file?.data ?? {};
    if (!file || !start || !finish || start <= finish) return [];
    const message = `expected a day not before start_date, ${start.toISOString()}, got ${finish.toISOString()}: no match is in this season`;
    return [file.problem(['finish_date'], message)];
  });
}
