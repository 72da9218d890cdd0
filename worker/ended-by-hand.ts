import type { DecisionCall, IncidentRef } from '../core/decide/types.ts';
import type { DecisionRecord } from '../core/store/store.ts';
import type { Job } from './run-event.ts';

/**
 * Whether an operator ended the call and the run has no cause that came after that: an incident that the operator's
 * decision does not name, or a request that was there when the run began on that decision. What a run that was under
 * way had read before is no such cause, so it does not decide over what the operator set.
 */
export function isEndedByHand(
  latest: DecisionRecord | undefined,
  job: Pick<Job, 'incidents' | 'requests' | 'latest'>,
  call: DecisionCall,
): boolean {
  if (latest?.status !== 'manually_finalized') return false;
  const known = new Set(latest.notCounted.map(keyOf));
  const hasNews = job.incidents.some(
    (incident) => incident.call === call && !incident.seen && !known.has(keyOf(incident)),
  );
  const beganOnIt = job.latest.get(call)?.sequence === latest.sequence;
  const isAsked = beganOnIt && job.requests.some((request) => request.call === call);
  return !hasNews && !isAsked;
}

function keyOf({ uniqueString, provider }: IncidentRef): string {
  return JSON.stringify([uniqueString, provider]);
}
