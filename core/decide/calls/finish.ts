import type { DecideInput, Decision } from '../types.ts';
import { notBuilt } from './not-built.ts';

/** `finish`: not decided by this version; its incidents are kept and stay unfinished. */
export function decideFinish(input: DecideInput): Decision {
  return notBuilt(input, 'finish');
}
