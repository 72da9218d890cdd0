import { decision } from '../decision.ts';
import type { DecideInput, Decision } from '../types.ts';

/** `unknown`: stored, never acted on (oracle reference 1). */
export function decideUnknown(input: DecideInput): Decision {
  const reasons = [
    { code: 'nothing_to_do', text: 'incidents of the call "unknown" are stored and never acted on' },
  ];
  return decision(input, { status: 'unknown', final: true, reasons });
}
