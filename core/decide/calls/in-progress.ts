import type { EventStatus } from '../../chain/types.ts';
import { statusStanding } from '../objects/acts.ts';
import type { DecideInput, Decision, Reason } from '../types.ts';
import { cancelOf, halted, isDecision, missing, pursued, startRun, tooFew } from './event-run.ts';

/**
 * `in_progress`: sets the event's status to `in_progress` (oracle reference 6).
 *
 * States: `insufficient_incidents`; `event_missing` until it is on chain; `waiting` while the operation is proposed,
 * approved and executed; `done` when the event is in progress, or over. One that was in progress and is frozen later
 * is left to whoever froze it: providers repeat this report, and a repeat must not open it again.
 */
export function decideInProgress(input: DecideInput): Decision {
  const run = startRun(input, 'in_progress');
  if (isDecision(run)) return run;
  const { event } = run;
  const about = event ? [statusStanding(event.chain, 'in_progress', [])] : [];
  const few = tooFew(run);
  if (few) return halted(run, { status: 'insufficient_incidents', reason: few, about, withdraw: 'given' });
  const cancel = cancelOf(run);
  if (cancel) return halted(run, { status: 'done', reason: cancel, about });
  if (!event) return missing(run);
  const obstacle = obstacleOf(event.chain.status, input.memory.doneSinceBlock !== undefined);
  return obstacle
    ? pursued(run, { standings: about, unwanted: { reason: obstacle.text } }, { notes: [obstacle] })
    : pursued(run, { standings: about });
}

/** Why an event in this status is not set to `in_progress` any more. */
function obstacleOf(status: EventStatus, hasBegun: boolean): Reason | undefined {
  switch (status) {
    case 'upcoming':
    case 'in_progress':
      return undefined;
    case 'frozen': {
      const text = 'the event was frozen after it had begun: whoever froze it resumes it';
      return hasBegun ? { code: 'frozen_later', text } : undefined;
    }
    case 'finished':
    case 'canceled':
    case 'settled':
      return { code: 'event_over', text: `the event is ${status}: it does not begin any more` };
  }
}
