import type { Broadcaster, Submission, SubmitResult } from '../core/chain/chain.ts';
import type { Clock } from '../core/clock.ts';
import type { Decision } from '../core/decide/types.ts';
import { unreachable } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Sight } from './sight.ts';
import { approvalContents, proposalContents } from './submissions.ts';
import type { Tally } from './tally.ts';

/*
 * The one place where a decision becomes transactions. It runs on every run of an undecided call, also when the
 * decision is the one recorded before: that is how effects cut off by a crash come about (agreement rule K). What keeps
 * them from happening twice is below, in the broadcaster (rule I), and in the next view, which shows them done.
 */

/** A decision as it is carried out: the sequence under which it is recorded, the lease it was made under. */
export interface Carrying {
  readonly decision: Decision;
  readonly sight: Sight;
  readonly recorded: { readonly eventId: string; readonly call: string; readonly sequence: number };
  readonly lease: { readonly eventId: string; readonly epoch: number };
}

/** What is needed to carry out. Without a broadcaster everything is held. */
export interface Hands {
  readonly broadcaster: Broadcaster | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly tally: Tally;
}

/** What follows for the next run of the call. */
export interface Carried {
  /** Blocks to wait before looking again, beyond what the decision asks for. */
  readonly pauseBlocks: number;
  /** The changes of our approvals are on their way, or there were none; else they have not been tried. */
  readonly approvalsTaken: boolean;
  /** Another worker has the event: this run must do nothing more. */
  readonly leaseLost: boolean;
}

/** While signing is off there is no hurry; switching it on is noticed after this many blocks. */
const HELD_PAUSE_BLOCKS = 20;
/** Bound of the pause after refusals, which doubles with each. */
const MAX_REFUSED_PAUSE_BLOCKS = 64;

/** Outcomes after which a transaction is, or may be, on its way into a block. */
const TAKEN: readonly SubmitResult['outcome'][] = ['sent', 'unknown', 'in_flight'];

/** Whether the decision asks for any transaction. */
export function hasEffects(decision: Decision): boolean {
  return (
    (decision.propose?.operations.length ?? 0) > 0 ||
    decision.approvals.some((change) => change.action !== 'keep')
  );
}

/** Sends approvals first, then the proposal. Waits for the node's answer, never for a block. */
export async function carryOut(hands: Hands, carrying: Carrying): Promise<Carried> {
  const { decision, sight, recorded, lease } = carrying;
  const common = { view: sight.view, lease, decision: recorded };
  const submissions: Submission[] = [];
  const approve = sight.approver && approvalContents(recorded.eventId, decision.approvals, sight.approver);
  if (approve && sight.approver) {
    submissions.push({ ...common, ...approve, kind: 'approve', account: sight.approver });
  }
  const propose = sight.proposer && proposalContents(decision.propose, sight.proposer);
  if (propose && sight.proposer) {
    submissions.push({ ...common, ...propose, kind: 'propose', account: sight.proposer });
  }

  let pauseBlocks = 0;
  let approvalsTaken = true;
  for (const submission of submissions) {
    const result: SubmitResult = hands.broadcaster
      ? await hands.broadcaster.submit(submission)
      : { outcome: 'held', reason: 'this process holds no keys' };
    if (result.outcome === 'lease_lost') {
      note(hands, submission, result);
      return { pauseBlocks, approvalsTaken: false, leaseLost: true };
    }
    if (submission.kind === 'approve') approvalsTaken = TAKEN.includes(result.outcome);
    pauseBlocks = Math.max(pauseBlocks, note(hands, submission, result));
  }
  return { pauseBlocks, approvalsTaken, leaseLost: false };
}

/** Writes down what became of a submission; answers how many blocks to wait before looking again. */
function note(hands: Hands, submission: Submission, result: SubmitResult): number {
  const { eventId, call } = submission.decision;
  const reason = 'reason' in result ? result.reason : undefined;
  const times = hands.tally.effect({
    eventId,
    call,
    kind: submission.kind,
    outcome: result.outcome,
    ...(reason === undefined ? {} : { reason }),
    at: hands.clock.now(),
  });
  const log = hands.log.child({
    ...submission.decision,
    kind: submission.kind,
    account: submission.account.name,
  });
  const details = { ...result, holds: submission.holds.length, block: submission.view.head.number };
  switch (result.outcome) {
    case 'sent':
      log.info(details, 'sent a transaction');
      return 0;
    case 'unknown':
      log.warn(details, 'no answer came for a transaction; blocks will tell');
      return 0;
    case 'in_flight':
      log.debug(details, 'an earlier transaction holds this and is not resolved yet');
      return 0;
    case 'already_pending':
      log.info(details, 'an equal operation is pending; looking again after the next block');
      return 0;
    case 'stale':
      log.debug(details, 'the chain has moved on; looking again after the next block');
      return 0;
    case 'refused':
      log.warn(details, 'the node refused a transaction');
      return Math.min(2 ** (times - 1), MAX_REFUSED_PAUSE_BLOCKS);
    case 'held':
      if (times === 1) log.info(details, 'signing is off; nothing was sent');
      return HELD_PAUSE_BLOCKS;
    case 'lease_lost':
      log.warn(details, 'another worker has the event; nothing was sent');
      return 0;
    default:
      return unreachable(result);
  }
}
