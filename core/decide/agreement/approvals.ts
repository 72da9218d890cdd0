import type { ObjectId } from '../../chain/types.ts';
import type { ApprovalChange, DecisionMemory } from '../types.ts';
import { compareIds } from './authority.ts';
import type { Candidate, Choice } from './candidates.ts';

/** First pause between two tries of a proposal that fails on execution; doubles with each try of ours. */
const FIRST_PAUSE_BLOCKS = 10;
/** No pause grows beyond this; an hour of blocks at 3 s. */
const MAX_PAUSE_BLOCKS = 1200;

/** What the approvals of a call are to become. */
export interface ApprovalPlan {
  /** Withdrawals first, so that in one transaction nothing is added before it is gone elsewhere (agreement rule A). */
  readonly changes: readonly ApprovalChange[];
  /**
   * A failed or authorised proposal is being abandoned: its withdrawal goes alone, and nothing is approved or proposed
   * until a block shows the outcome (agreement rule B).
   */
  readonly isAbandoning: boolean;
  readonly pokes: NonNullable<DecisionMemory['pokes']>;
  /** Block at which the next poke of ours is due. */
  readonly wakeAtBlock?: number;
  /** A proposal that we gave up poking. */
  readonly alert?: string;
}

/** What an approval plan depends on besides the choice. */
export interface ApprovalInput {
  readonly headNumber: number;
  /** Our rank among the active witnesses. */
  readonly rank: number;
  readonly maxPokes: number;
  readonly pokes: NonNullable<DecisionMemory['pokes']>;
  /** Whether our approval of a refused proposal is to be withdrawn. */
  mayWithdraw(candidate: Candidate): boolean;
}

/**
 * Reconciles our approvals with the choice (agreement rules A, B, C): accepted proposals carry ours, refused ones that
 * are about the same objects do not, and an accepted one that is authorised but did not execute is poked.
 */
export function reconcileApprovals(choice: Choice, input: ApprovalInput): ApprovalPlan {
  const withdrawn = choice.refused.filter(
    ({ candidate }) => candidate.approvedByUs && input.mayWithdraw(candidate),
  );
  const isAbandoning = withdrawn.some(({ candidate }) => candidate.authorised || hasFailed(candidate));
  const changes: ApprovalChange[] = withdrawn.map(({ candidate, reason }) => ({
    proposal: candidate.proposal.id,
    action: 'withdraw',
    reason,
  }));
  const pokes: Record<ObjectId, { count: number; lastBlock: number }> = {};
  const wakes: number[] = [];
  const alerts: string[] = [];
  for (const candidate of choice.accepted) {
    const proposal = candidate.proposal.id;
    if (!candidate.approvedByUs) {
      if (!isAbandoning) changes.push({ proposal, action: 'add', reason: additionReason(candidate) });
      continue;
    }
    if (!candidate.authorised) {
      changes.push({ proposal, action: 'keep', reason: 'approved already' });
      continue;
    }
    const poke = input.pokes[proposal] ?? { count: 0, lastBlock: input.headNumber };
    pokes[proposal] = poke;
    if (poke.count >= input.maxPokes) {
      const why = candidate.proposal.fail_reason || 'the node names no reason';
      alerts.push(`proposal ${proposal} is authorised but did not execute after ${poke.count} tries: ${why}`);
      changes.push({ proposal, action: 'keep', reason: 'tried often enough' });
      continue;
    }
    const due = pokeDueBlock(poke, hasFailed(candidate), input.rank);
    if (due <= input.headNumber) {
      pokes[proposal] = { count: poke.count + 1, lastBlock: input.headNumber };
      changes.push({ proposal, action: 'poke', reason: 'authorised but not executed' });
    } else {
      wakes.push(due);
      changes.push({
        proposal,
        action: 'keep',
        reason: `authorised but not executed; next try at block ${due}`,
      });
    }
  }
  changes.sort(
    (a, b) => ORDER.indexOf(a.action) - ORDER.indexOf(b.action) || compareIds(a.proposal, b.proposal),
  );
  return {
    changes,
    isAbandoning,
    pokes,
    ...(wakes.length > 0 ? { wakeAtBlock: Math.min(...wakes) } : {}),
    ...(alerts.length > 0 ? { alert: alerts.join('; ') } : {}),
  };
}

/**
 * Block at which a proposal is to be poked again. One that has failed: `last + min(10 * 2^tries, 1200) * (rank + 1)`,
 * so pauses grow and ranks take turns. One that has not (its authority came to be by a change of weights, agreement
 * rule C): `seen + rank` for the first try.
 */
function pokeDueBlock(
  poke: { readonly count: number; readonly lastBlock: number },
  failed: boolean,
  rank: number,
): number {
  if (!failed && poke.count === 0) return poke.lastBlock + rank;
  const pause = Math.min(FIRST_PAUSE_BLOCKS * 2 ** poke.count, MAX_PAUSE_BLOCKS);
  return poke.lastBlock + pause * (rank + 1);
}

const ORDER: readonly ApprovalChange['action'][] = ['withdraw', 'add', 'poke', 'keep'];

function hasFailed(candidate: Candidate): boolean {
  return Boolean(candidate.proposal.fail_reason);
}

function additionReason(candidate: Candidate): string {
  const { length } = candidate.proposal.proposed_transaction.operations;
  return length === 1 ? 'its operation is wanted' : `all its ${length} operations are wanted`;
}
