import { countProviders } from '../counting.ts';
import { scoreText, voteOnScore } from '../final-score.ts';
import { statusStanding } from '../objects/acts.ts';
import type { DecideInput, Decision } from '../types.ts';
import { type EventRun, halted, isDecision, missing, pursued, startRun, tooFew } from './event-run.ts';

/**
 * `canceled`: sets the event's status to `canceled`, which refunds all bets and removes the event (oracle reference 6,
 * chain reference 8). Everything else that was wanted of the event is un-wanted by the other calls, which see the same
 * incidents (agreement rule N). A match that is moved is canceled and created anew with its other start, which is
 * another event.
 *
 * States: `insufficient_incidents`; `event_missing` while it is not on chain, since a peer's pending proposal may still
 * bring it; `waiting` while the operation is proposed, approved and executed; `done` when the event is gone.
 */
export function decideCanceled(input: DecideInput): Decision {
  const run = startRun(input, 'canceled');
  if (isDecision(run)) return run;
  const { event } = run;
  const about = event ? [statusStanding(event.chain, 'canceled', [])] : [];
  const few = tooFew(run);
  if (few) return halted(run, { status: 'insufficient_incidents', reason: few, about, withdraw: 'given' });
  if (!event) {
    const decision = missing(run);
    const alert = settledAlert(run);
    return alert === undefined ? decision : { ...decision, alert };
  }
  const alert = contradiction(run);
  return pursued(run, { standings: about }, alert === undefined ? {} : { alerts: [alert] });
}

function settledAlert({ past }: EventRun): string | undefined {
  if (past?.event.status !== 'settled') return undefined;
  return `providers report a cancel, but event ${past.event.id} has been settled: its bets cannot be refunded any more`;
}

/** A cancel counts before a result, but somebody should know that there were both. */
function contradiction({ input, match: { sport, eventGroup } }: EventRun): string | undefined {
  const threshold = input.settings.threshold('result', sport.identifier, eventGroup.identifier);
  const { verdict } = voteOnScore(countProviders(input.incidents, 'result'), threshold);
  if (verdict.kind !== 'agreed') return undefined;
  return `providers report a cancel and also the result ${scoreText(verdict.score)}: the cancel counts`;
}
