import type { DecideInput, Decision } from '../types.ts';
import { notBuilt } from './not-built.ts';

/** `dynamic_bmgs`: not decided by this version; its incidents are kept and stay unfinished. */
export function decideDynamicBmgs(input: DecideInput): Decision {
  return notBuilt(input, 'dynamic_bmgs');
}
