import type { DecideInput, Decision } from '../types.ts';
import { notBuilt } from './not-built.ts';

/** `in_progress`: not decided by this version; its incidents are kept and stay unfinished. */
export function decideInProgress(input: DecideInput): Decision {
  return notBuilt(input, 'in_progress');
}
