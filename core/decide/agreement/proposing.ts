import { createHash } from 'node:crypto';
import { layOut } from '../objects/operations.ts';
import { needOf, type Standing } from '../objects/standing.ts';
import type { DecideInput, Decision, DecisionMemory, Reason, WantedOperation } from '../types.ts';
import { nextBatch } from './batch.ts';
import type { Choice } from './candidates.ts';
import type { Operating, Want } from './want.ts';

/** Where a wanted operation stands. */
type OperationState = Pick<WantedOperation, 'state' | 'where' | 'reason'>;

/** What is to be proposed by us, and how every open operation stands. */
export interface ProposingPlan {
  readonly states: ReadonlyMap<Standing, OperationState>;
  readonly propose?: NonNullable<Decision['propose']>;
  readonly waiting?: DecisionMemory['waiting'];
  readonly wakeAtBlock?: number;
  readonly reasons: readonly Reason[];
  /** What is missing is more than one proposal may hold. */
  readonly hasMore: boolean;
}

/** What a plan depends on besides the want. */
export interface ProposingInput {
  readonly choice: Choice;
  readonly proposer: Operating;
  /** A proposal is being abandoned (agreement rule B). */
  readonly isAbandoning: boolean;
  /** Content key of a standing's operation. */
  keyOf(standing: Standing): string;
}

/**
 * What is neither on chain nor held by an accepted proposal is proposed by us, in one proposal, once our rank is due
 * (agreement rules D, G). Children of parents that are only pending in somebody's proposal are not proposed, nor is
 * what an authorised proposal holds that we do not accept: it may still execute at its expiration.
 */
export function planProposal(
  input: DecideInput,
  want: Want,
  { choice, proposer, isAbandoning, keyOf }: ProposingInput,
): ProposingPlan {
  const { view, memory, settings } = input;
  const states = new Map<Standing, OperationState>();
  const free = want.unwanted
    ? unwantedStates(want, want.unwanted.reason, states)
    : freeStandings(want, choice, states);
  const bounds = {
    operations: Math.min(want.maxOperations ?? Number.POSITIVE_INFINITY, settings.maxProposalOperations),
    bytes: settings.maxProposalBytes,
  };
  const batch = nextBatch(view, free, bounds);
  const missing = want.unwanted
    ? []
    : want.standings.filter((standing) => needOf(standing) !== 'nothing' && proposes(want, standing));
  const first = missing.length === free.length ? batch : nextBatch(view, missing, bounds);
  const hasMore = first.length < missing.length;
  for (const later of free.slice(batch.length)) {
    states.set(later, { state: 'blocked', reason: 'follows in a later proposal' });
  }
  if (batch.length === 0) return { states, reasons: [], hasMore };

  const hold = (reason: Reason, rest: Partial<ProposingPlan> = {}): ProposingPlan => {
    for (const standing of batch) states.set(standing, { state: 'blocked', reason: reason.text });
    return { ...rest, states, reasons: [reason], hasMore };
  };
  if (!proposer.can) return hold(proposer.reason);
  if (isAbandoning) {
    return hold({
      code: 'abandoning',
      text: 'a proposal is being abandoned: looks again after the next block',
    });
  }

  const operations = layOut(view, batch);
  const waiting = waitingSince(batch.map(keyOf), memory, view.head.number);
  const due = waiting.sinceBlock + proposer.rank;
  if (due > view.head.number) {
    const text = `rank ${proposer.rank} proposes from block ${due} on`;
    return hold({ code: 'waiting_rank', text }, { waiting, wakeAtBlock: due });
  }
  for (const standing of batch) states.set(standing, { state: 'to_propose' });
  const expiration = new Date(view.head.time.getTime() + settings.proposalLifetimeMs);
  return {
    states,
    waiting,
    propose: { operations, expiration },
    reasons: [{ code: 'proposing', text: `proposes ${operations.length} operations` }],
    hasMore,
  };
}

/** Marks what accepted and authorised proposals hold and what hangs on it; returns what is left, parents first. */
function freeStandings(
  want: Want,
  choice: Choice,
  states: Map<Standing, OperationState>,
): readonly Standing[] {
  for (const { proposal, standings } of choice.accepted) {
    for (const standing of standings) states.set(standing, { state: 'taken', where: proposal.id });
  }
  for (const { candidate } of choice.refused) {
    if (!candidate.authorised) continue;
    const { id } = candidate.proposal;
    for (const standing of candidate.standings) {
      if (needOf(standing) === 'nothing' || states.has(standing)) continue;
      states.set(standing, {
        state: 'blocked',
        where: id,
        reason: `proposal ${id}, which we do not accept, may still execute`,
      });
    }
  }
  return want.standings.filter((standing) => {
    if (needOf(standing) === 'nothing' || states.has(standing)) return false;
    if (!proposes(want, standing)) {
      states.set(standing, { state: 'blocked', reason: 'was not asked for' });
      return false;
    }
    for (const needed of [standing.parent, standing.after]) {
      const above = needed && needed.id === undefined ? states.get(needed) : undefined;
      if (!needed || !above) continue;
      states.set(standing, {
        state: 'blocked',
        ...(above.where === undefined ? {} : { where: above.where }),
        reason: above.where
          ? `waits for ${needed.object.label} of proposal ${above.where}`
          : (above.reason ?? `waits for ${needed.object.label}`),
      });
      return false;
    }
    return true;
  });
}

function proposes(want: Want, standing: Standing): boolean {
  return want.proposes?.(standing) ?? true;
}

function unwantedStates(
  want: Want,
  reason: string,
  states: Map<Standing, OperationState>,
): readonly Standing[] {
  for (const standing of want.standings) {
    if (needOf(standing) !== 'nothing') states.set(standing, { state: 'blocked', reason });
  }
  return [];
}

/** Since when exactly these operations have been waiting; a different set starts anew. */
function waitingSince(
  contentKeys: readonly string[],
  memory: DecisionMemory,
  headNumber: number,
): NonNullable<DecisionMemory['waiting']> {
  const keys = [...contentKeys].sort();
  const key = createHash('sha256').update(JSON.stringify(keys)).digest('hex');
  return memory.waiting?.key === key ? memory.waiting : { key, sinceBlock: headNumber };
}
