import type { NetworkFiles } from '../network-files.ts';
import type { SportsProblem } from '../yaml-file.ts';
import { textErrors } from './chain-texts.ts';
import { formulaErrors } from './formulas.ts';
import { networkIdentityErrors, sportIdentityErrors } from './identity.ts';
import { referenceErrors } from './references.ts';
import { seasonErrors } from './seasons.ts';

/**
 * What is wrong between the files of a data set, each of them being right by itself: with any of it the data set is
 * refused, because something could not be created, not be told apart on chain, or not be settled.
 */
export function errorsBetween(files: NetworkFiles): readonly SportsProblem[] {
  const checks = [referenceErrors, textErrors, formulaErrors, seasonErrors, sportIdentityErrors];
  return [
    ...files.sports.flatMap((sport) => checks.flatMap((check) => check(sport))),
    ...networkIdentityErrors(files),
  ];
}
