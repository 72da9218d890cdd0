import type { ChainProposal, ChainView, ObjectId } from '../../chain/types.ts';
import type { Standing } from '../objects/standing.ts';
import { approvingWeight, compareIds, isAuthorised } from './authority.ts';
import { ineligibility } from './eligibility.ts';
import type { Matcher } from './matching.ts';

/** How long two sides may block each other before weight decides (agreement rule E). */
export const STUCK_BLOCKS = 20;

/** An open proposal that has something to do with a call. */
export interface Candidate {
  readonly proposal: ChainProposal;
  /** The standings that its operations are about. */
  readonly standings: ReadonlySet<Standing>;
  /** Why it cannot be accepted whatever else is open; absent when it can. */
  readonly problem?: string;
  readonly weight: number;
  /** Would execute at its next update or at its expiration. */
  readonly authorised: boolean;
  readonly approvedByUs: boolean;
}

/** The open proposals of a call after the choice among them. */
export interface Choice {
  /** Accepted ones; no two share a standing. */
  readonly accepted: readonly Candidate[];
  readonly refused: readonly { readonly candidate: Candidate; readonly reason: string }[];
  /** Since which block sides have been blocking each other; absent when they don't. */
  readonly stuckSinceBlock?: number;
}

/**
 * The open proposals that share a wanted or present object with the call, each with what speaks against it. A
 * proposal about other objects only is none of our business and is left out.
 */
export function relatedProposals(
  view: ChainView,
  matcher: Matcher,
  approver: ObjectId | undefined,
  unwanted: string | undefined,
): readonly Candidate[] {
  return view.proposals().flatMap((proposal) => {
    const matched = matcher(proposal.proposed_transaction.operations);
    const about = matched.flatMap(({ standing }) => (standing ? [standing] : []));
    const standings = new Set(about);
    if (standings.size === 0) return [];
    const problem =
      unwanted ??
      ineligibility(view, proposal) ??
      matched.find((operation) => operation.problem !== undefined)?.problem ??
      (about.length > standings.size ? 'it holds two operations for one object' : undefined);
    return [
      {
        proposal,
        standings,
        ...(problem === undefined ? {} : { problem }),
        weight: approvingWeight(view, proposal),
        authorised: isAuthorised(view, proposal),
        approvedByUs: approver !== undefined && proposal.available_active_approvals.includes(approver),
      },
    ];
  });
}

/**
 * Chooses which proposals are accepted (agreement rule D): in order, one is accepted when none of its operations is
 * held by one accepted before. Order: those that would execute now first (rule B: while authorised it stays the
 * candidate, and approving a twin of it could make both execute), then by id; when sides are stuck, by approving
 * weight before id (rule E). The clock of E starts when two that share an operation both have weight, and runs as long
 * as two that share one are open, so that a change over is not changed back.
 */
export function choose(
  candidates: readonly Candidate[],
  headNumber: number,
  stuckBefore: number | undefined,
): Choice {
  const acceptable = candidates.filter((candidate) => candidate.problem === undefined);
  const stuckSinceBlock = stuckSince(acceptable, headNumber, stuckBefore);
  const isStuck = stuckSinceBlock !== undefined && headNumber - stuckSinceBlock >= STUCK_BLOCKS;
  const ordered = [...acceptable].sort(
    (a, b) =>
      Number(b.authorised) - Number(a.authorised) ||
      (isStuck ? b.weight - a.weight : 0) ||
      compareIds(a.proposal.id, b.proposal.id),
  );
  const accepted: Candidate[] = [];
  const refused: { candidate: Candidate; reason: string }[] = candidates.flatMap((candidate) =>
    candidate.problem === undefined ? [] : [{ candidate, reason: candidate.problem }],
  );
  for (const candidate of ordered) {
    const holder = accepted.find((other) => sharesStanding(candidate, other));
    if (holder) {
      refused.push({
        candidate,
        reason: `shares an operation with ${holder.proposal.id}, which comes first`,
      });
    } else {
      accepted.push(candidate);
    }
  }
  refused.sort((a, b) => compareIds(a.candidate.proposal.id, b.candidate.proposal.id));
  accepted.sort((a, b) => compareIds(a.proposal.id, b.proposal.id));
  return { accepted, refused, ...(stuckSinceBlock === undefined ? {} : { stuckSinceBlock }) };
}

function stuckSince(
  acceptable: readonly Candidate[],
  headNumber: number,
  stuckBefore: number | undefined,
): number | undefined {
  const rivals = acceptable.flatMap((a, at) =>
    acceptable.slice(at + 1).flatMap((b) => (sharesStanding(a, b) ? [[a, b] as const] : [])),
  );
  if (rivals.length === 0) return undefined;
  if (stuckBefore !== undefined) return stuckBefore;
  return rivals.some(([a, b]) => a.weight > 0 && b.weight > 0) ? headNumber : undefined;
}

function sharesStanding(a: Candidate, b: Candidate): boolean {
  return [...a.standings].some((standing) => b.standings.has(standing));
}
