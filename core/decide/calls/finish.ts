import { countProviders } from '../counting.ts';
import { voteOnScore } from '../final-score.ts';
import { statusStanding } from '../objects/acts.ts';
import type { DecideInput, Decision, Reason } from '../types.ts';
import {
  cancelOf,
  type EventRun,
  halted,
  isDecision,
  missing,
  pursued,
  startRun,
  tooFew,
} from './event-run.ts';

/**
 * `finish`: sets the event's status to `finished`, without scores, which closes its market groups (oracle reference
 * 6). Wanted only until the event is finished, and not when a result is agreed: that one finishes the event with its
 * scores, which empty ones would wipe (agreement rule N).
 *
 * States: `insufficient_incidents`; `event_missing` until it is on chain; `waiting` while the operation is proposed,
 * approved and executed, or while it is left to the result; `done` when the event is finished or over.
 */
export function decideFinish(input: DecideInput): Decision {
  const run = startRun(input, 'finish');
  if (isDecision(run)) return run;
  const { event } = run;
  const about = event ? [statusStanding(event.chain, 'finished', [])] : [];
  const few = tooFew(run);
  if (few) return halted(run, { status: 'insufficient_incidents', reason: few, about, withdraw: 'given' });
  const cancel = cancelOf(run);
  if (cancel) return halted(run, { status: 'done', reason: cancel, about });
  if (!event) return missing(run);
  const result = event.chain.status === 'finished' ? undefined : agreedResult(run);
  if (result) {
    // The call `result` withdraws what this one had approved; proposals with scores are none of its business.
    const dependsOn = { objects: [event.chain.id], proposals: false };
    return halted(run, { status: 'waiting', final: false, reason: result, dependsOn });
  }
  // A proposal with scores may be one that an operator settles a disagreement with: it is not accepted here, but an
  // approval that was given to it stays.
  return pursued(run, { standings: about, withdraw: 'given' });
}

function agreedResult({ input, match: { sport, eventGroup } }: EventRun): Reason | undefined {
  const threshold = input.settings.threshold('result', sport.identifier, eventGroup.identifier);
  const { verdict } = voteOnScore(countProviders(input.incidents, 'result'), threshold);
  if (verdict.kind !== 'agreed') return undefined;
  return { code: 'left_to_result', text: `the result finishes it, with its scores: ${verdict.reason.text}` };
}
