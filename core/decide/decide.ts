import { unreachable } from '../errors.ts';
import { decideCanceled } from './calls/canceled.ts';
import { decideCreate } from './calls/create.ts';
import { decideDynamicBmgs } from './calls/dynamic-bmgs.ts';
import { decideFinish } from './calls/finish.ts';
import { decideInProgress } from './calls/in-progress.ts';
import { decideResult } from './calls/result.ts';
import { decideSync } from './calls/sync.ts';
import { decideUnknown } from './calls/unknown.ts';
import type { DecideInput, Decision } from './types.ts';

/**
 * Decides one run of one call: what should be on chain, where it stands, which approvals to add or withdraw and what
 * to propose. A pure function: equal inputs, with the incidents in any order, give equal decisions.
 * @throws BosError `configuration` when the sports data cannot be turned into texts
 */
export function decide(input: DecideInput): Decision {
  switch (input.call) {
    case 'create':
      return decideCreate(input);
    case 'in_progress':
      return decideInProgress(input);
    case 'finish':
      return decideFinish(input);
    case 'result':
      return decideResult(input);
    case 'canceled':
      return decideCanceled(input);
    case 'dynamic_bmgs':
      return decideDynamicBmgs(input);
    case 'sync':
      return decideSync(input);
    case 'unknown':
      return decideUnknown(input);
    default:
      return unreachable(input.call);
  }
}
