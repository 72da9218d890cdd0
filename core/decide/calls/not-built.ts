import type { Call } from '../../incidents/types.ts';
import { countProviders } from '../counting.ts';
import { decision } from '../decision.ts';
import type { DecideInput, Decision } from '../types.ts';

/**
 * The decision of a call that this version does not carry out: nothing happens, and it stays unfinished so that a
 * later version takes it up.
 */
export function notBuilt(input: DecideInput, call: Call): Decision {
  const { counted, notCounted } = countProviders(input.incidents, call);
  const text = `this version does not carry out "${call}": a later one takes it up`;
  return decision(input, {
    status: 'waiting',
    final: false,
    reasons: [{ code: 'call_not_built', text }],
    counted,
    notCounted,
  });
}
