import type { ChainEvent } from '../../chain/types.ts';
import type { Score } from '../../sports/grading/values.ts';
import { voteOnScore } from '../final-score.ts';
import type { DecideInput, Decision, Reason } from '../types.ts';
import { cancelOf, type EventRun, halted, isDecision, missing, pursued, startRun } from './event-run.ts';
import { otherwiseSettled, pastSettling, settlementOf, settlementTargets } from './settlement.ts';

/**
 * `result`: finishes the event with its scores, unless it is finished already, and resolves every market group by the
 * formulas of its rules on chain, all in one proposal, status first because only closed groups can be resolved (oracle
 * reference 6, 10, 15, 17).
 *
 * States: `insufficient_incidents`; `undecided` while no score has enough providers and more than half of them, then
 * approvals of what was agreed before are withdrawn; `event_missing` until it is on chain; `waiting` while operations
 * are proposed, approved and executed; `related_object_not_found`, with an alert, when all is done but groups that no
 * program can resolve; `done` when every group is resolved, or the event is gone. Settled groups are gone from the
 * chain: what became of them is compared with what was wanted, and told in an alert when it was something else, since
 * the chain takes no second resolution.
 */
export function decideResult(input: DecideInput): Decision {
  const begun = startRun(input, 'result');
  if (isDecision(begun)) return begun;
  const { verdict, ...votes } = voteOnScore(begun.providers, begun.threshold);
  const run: EventRun = { ...begun, providers: { ...begun.providers, ...votes } };
  const { event } = run;
  const about = event ? settlementTargets(input.view, event.chain) : [];
  const cancel = verdict.kind === 'insufficient_incidents' ? undefined : cancelOf(run);
  if (cancel) return halted(run, { status: 'done', reason: cancel, about });
  if (verdict.kind !== 'agreed') {
    // An operator may settle by hand what providers do not agree on, and keeps that approval.
    return halted(run, { status: verdict.kind, reason: verdict.reason, about, withdraw: 'given' });
  }
  return event
    ? settled(run, event.chain, verdict.score, verdict.reason)
    : gone(run, verdict.score, verdict.reason);
}

function settled(run: EventRun, event: ChainEvent, score: Score, agreed: Reason): Decision {
  const { input, match } = run;
  const { view, memory } = input;
  const { standings, problems, settling } = settlementOf(view, match, event, score);
  const onChain = new Set(view.marketGroups(event.id).map(({ id }) => id));
  const gone = Object.fromEntries(Object.entries(memory.settling ?? {}).filter(([id]) => !onChain.has(id)));
  const alerts = [...problems, ...otherwiseSettled(view, gone, undefined, score)];
  const decision = pursued(run, { standings }, { notes: [agreed, ...notesOn(event, score)], alerts });
  const remembered = { ...decision.memory, settling: { ...gone, ...settling } };
  if (decision.status !== 'done' || problems.length === 0) return { ...decision, memory: remembered };
  return {
    ...decision,
    status: 'related_object_not_found',
    final: false,
    dependsOn: { objects: [event.id], proposals: false },
    memory: remembered,
  };
}

/** The event is not on chain: it was settled, or canceled, or never came. */
function gone(run: EventRun, score: Score, agreed: Reason): Decision {
  const { input, match, past } = run;
  const { view, memory } = input;
  const settling = {
    ...(past ? pastSettling(view, match, past, score) : {}),
    ...memory.settling,
  };
  const decision = missing(run);
  const alerts = [
    ...otherwiseSettled(view, settling, past, score),
    ...(decision.alert === undefined ? [] : [decision.alert]),
  ];
  return {
    ...decision,
    reasons: [...decision.reasons, agreed],
    ...(alerts.length > 0 ? { alert: alerts.join('; ') } : {}),
  };
}

/** What an operator should know about an event that is settled. */
function notesOn(event: ChainEvent, score: Score): readonly Reason[] {
  if (event.status === 'upcoming') {
    return [{ code: 'never_started', text: 'the event was never set to in_progress' }];
  }
  const [home, away] = event.scores;
  const isSame = event.scores.length === 2 && Number(home) === score.home && Number(away) === score.away;
  if (event.status !== 'finished' || isSame) return [];
  const text = `the event was finished with ${event.scores.join(':') || 'no scores'}, which stays: peers take a finished event as in sync`;
  return [{ code: 'scores_differ', text }];
}
