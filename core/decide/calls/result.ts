import type { DecideInput, Decision } from '../types.ts';
import { notBuilt } from './not-built.ts';

/** `result`: not decided by this version; its incidents are kept and stay unfinished. */
export function decideResult(input: DecideInput): Decision {
  return notBuilt(input, 'result');
}
