import type { DecideInput, Decision } from '../types.ts';
import { notBuilt } from './not-built.ts';

/** `canceled`: not decided by this version; its incidents are kept and stay unfinished. */
export function decideCanceled(input: DecideInput): Decision {
  return notBuilt(input, 'canceled');
}
