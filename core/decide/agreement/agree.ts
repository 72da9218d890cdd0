import { operationKey, operationKeys } from '../../chain/operation-key.ts';
import type { ChainView, ObjectId, Operation } from '../../chain/types.ts';
import { isAct } from '../objects/kinds.ts';
import { describeStanding, layOut } from '../objects/operations.ts';
import { needOf, type Standing } from '../objects/standing.ts';
import { type RankSubject, rankOf } from '../rank.ts';
import type { DecideInput, Decision, DecisionMemory, Reason, WantedOperation } from '../types.ts';
import { reconcileApprovals } from './approvals.ts';
import { isActive } from './authority.ts';
import { choose, relatedProposals, STUCK_BLOCKS } from './candidates.ts';
import { expirationOf, MIN_REMAINING_MS } from './eligibility.ts';
import { type Matcher, makeMatcher } from './matching.ts';
import { planProposal } from './proposing.ts';
import type { Operating, Want } from './want.ts';

/** An operation with its content key. */
type Content = Pick<WantedOperation, 'operation' | 'key'>;
type Contents = ReadonlyMap<Standing, Content>;

/** The part of a decision that follows from agreement with the other witnesses. */
export interface Agreement
  extends Pick<
    Decision,
    | 'wanted'
    | 'approvals'
    | 'refused'
    | 'propose'
    | 'wakeAtBlock'
    | 'retryAt'
    | 'alert'
    | 'reasons'
    | 'memory'
  > {
  /** Everything wanted is on chain. */
  readonly isOnChain: boolean;
  /** Something is to be sent now. */
  readonly hasEffects: boolean;
  /** What is missing is more than one proposal may hold: the rest follows in later ones. */
  readonly hasMore: boolean;
}

/**
 * One run of the agreement (agreement rules A to G and N): which open proposals are accepted, what becomes of our
 * approvals, and what is to be proposed by us. Pure.
 */
export function agree(input: DecideInput, want: Want): Agreement {
  const { view, memory, settings } = input;
  const head = view.head.number;
  const proposer = operatingAs(input, 'proposer', want.rank);
  const approver = operatingAs(input, 'approver', want.rank);
  const matcher = makeMatcher(view, want.standings);
  const candidates = relatedProposals(view, matcher, input.approver?.id, want.unwanted?.reason);
  const choice = choose(candidates, head, memory.stuckSinceBlock);
  const given = new Set(memory.proposals ?? []);
  const approvals = approver.can
    ? reconcileApprovals(choice, {
        headNumber: head,
        rank: approver.rank,
        maxPokes: settings.maxPokes,
        pokes: memory.pokes ?? {},
        mayWithdraw: ({ problem, proposal }) =>
          problem === undefined || want.withdraw !== 'given' || given.has(proposal.id),
      })
    : undefined;
  const contents = contentsOf(view, want.standings);
  const proposing = planProposal(input, want, {
    choice,
    proposer,
    isAbandoning: approvals?.isAbandoning ?? false,
    keyOf: (standing) => contents.get(standing)?.key ?? '',
  });
  const changes = approvals?.changes ?? [];
  const sends = changes.filter((change) => change.action !== 'keep');
  const hasEffects = sends.length > 0 || proposing.propose !== undefined;
  const isOnChain = want.standings.every((standing) => needOf(standing) === 'nothing');

  const wanted = wantedOperations(want, contents, proposing.states);
  const reasons: Reason[] = [...proposing.reasons];
  if (isOnChain)
    reasons.push({ code: 'on_chain', text: `everything wanted is on chain (${want.standings.length})` });
  if (!isOnChain && !want.unwanted) {
    if (!approver.can) reasons.push(approver.reason);
    for (const { proposal, weight } of choice.accepted) {
      reasons.push({
        code: 'waiting_execution',
        text: `proposal ${proposal.id} has weight ${weight} of ${view.authority.threshold}`,
      });
    }
    if (choice.stuckSinceBlock !== undefined) {
      reasons.push({
        code: 'rival_proposals',
        text: `proposals that share an operation compete since block ${choice.stuckSinceBlock}; after ${STUCK_BLOCKS} blocks weight decides`,
      });
    }
  }

  const wakes = [
    hasEffects ? head + 1 : undefined,
    proposing.wakeAtBlock,
    approvals?.wakeAtBlock,
    choice.stuckSinceBlock === undefined ? undefined : choice.stuckSinceBlock + STUCK_BLOCKS,
  ].filter((block): block is number => block !== undefined && block > head);
  // One second past the moment at which an accepted proposal is not looked at any more.
  const retries = choice.accepted.map(
    ({ proposal }) => expirationOf(proposal).getTime() - MIN_REMAINING_MS + 1000,
  );

  return {
    isOnChain,
    hasEffects,
    hasMore: proposing.hasMore,
    wanted,
    approvals: changes,
    refused: choice.refused.map(({ candidate, reason }) => ({ proposal: candidate.proposal.id, reason })),
    reasons,
    ...(proposing.propose ? { propose: proposing.propose } : {}),
    ...(wakes.length > 0 ? { wakeAtBlock: Math.min(...wakes) } : {}),
    ...(retries.length > 0 ? { retryAt: new Date(Math.min(...retries)) } : {}),
    ...(approvals?.alert === undefined ? {} : { alert: approvals.alert }),
    memory: nextMemory(memory, {
      waiting: proposing.waiting,
      pokes: approvals?.pokes ?? {},
      stuckSinceBlock: choice.stuckSinceBlock,
      proposals: [
        ...carriers(
          view,
          matcher,
          want.standings.filter(({ kind }) => !isAct(kind)),
        ),
        // Looked for once, when the last of them has happened.
        ...actCarriers(
          view,
          isOnChain && memory.doneSinceBlock === undefined
            ? want.standings.filter(({ kind }) => isAct(kind))
            : [],
        ),
        ...choice.accepted.map(({ proposal }) => proposal.id),
      ],
      hasProposed: proposing.propose !== undefined,
      hasApproved: sends.some((change) => change.action === 'add'),
      doneSinceBlock: doneSince(input, want, isOnChain),
    }),
  };
}

/** A fork may undo what was done; what is not wanted any more stays as it was. */
function doneSince({ view, memory }: DecideInput, want: Want, isOnChain: boolean): number | undefined {
  if (want.unwanted) return memory.doneSinceBlock;
  return isOnChain ? (memory.doneSinceBlock ?? view.head.number) : undefined;
}

/** Whether one of our accounts may act, and its rank (agreement rules F, G). */
function operatingAs(input: DecideInput, role: 'proposer' | 'approver', subject: RankSubject): Operating {
  const account = input[role];
  if (!account) {
    return { can: false, reason: { code: 'no_account', text: `no ${role} is configured: set "${role}"` } };
  }
  const rank = isActive(input.view, account.id)
    ? rankOf(subject, account.id, input.view.authority.weights.keys())
    : undefined;
  if (rank === undefined) {
    return {
      can: false,
      reason: {
        code: 'inactive_account',
        text: `${role} ${account.name} (${account.id}) is not an active witness: it neither proposes nor approves`,
      },
    };
  }
  return { can: true, rank };
}

/** The operation of each standing with its content key. */
function contentsOf(view: ChainView, standings: readonly Standing[]): Contents {
  const open = standings.filter((standing) => needOf(standing) !== 'nothing');
  // Content keys do not depend on how operations are dealt out to proposals, so one layout of all open ones serves.
  const operations = layOut(view, open);
  const keys = operationKeys(operations);
  const contents = new Map<Standing, Content>();
  for (const [place, standing] of open.entries()) {
    contents.set(standing, contentAt(operations[place], keys[place]));
  }
  for (const standing of standings) {
    if (contents.has(standing)) continue;
    const [operation] = layOut(view, [standing]);
    contents.set(standing, contentAt(operation, operation && operationKey(operation)));
  }
  return contents;
}

function contentAt(operation: Operation | undefined, key: string | undefined): Content {
  if (!operation || key === undefined) throw new Error('every wanted operation has a content key');
  return { operation, key };
}

function wantedOperations(
  want: Want,
  contents: Contents,
  states: ReadonlyMap<Standing, Pick<WantedOperation, 'state' | 'where' | 'reason'>>,
): readonly WantedOperation[] {
  return want.standings.flatMap((standing) => {
    const content = contents.get(standing);
    if (!content) return [];
    const onChain = {
      state: 'on_chain' as const,
      ...(standing.id === undefined ? {} : { where: standing.id }),
    };
    const state = states.get(standing) ?? onChain;
    return [{ ...content, description: describeStanding(standing), ...state }];
  });
}

/** Executed proposals that brought the objects on chain, found by the block in which they came. */
function carriers(view: ChainView, matcher: Matcher, standings: readonly Standing[]): readonly ObjectId[] {
  const blocks = new Set(standings.map(({ id }) => (id === undefined ? undefined : view.seenSince(id))));
  return view
    .closedProposals()
    .filter(({ outcome, block }) => outcome === 'executed' && blocks.has(block))
    .map(({ proposal }) => proposal)
    .filter(({ proposed_transaction: { operations } }) =>
      matcher(operations).some(({ standing }) => standing !== undefined),
    )
    .map(({ id }) => id);
}

/** Executed proposals that held the operations of these acts, which leave no object that would tell the block. */
function actCarriers(view: ChainView, acts: readonly Standing[]): readonly ObjectId[] {
  if (acts.length === 0) return [];
  const keys = new Set(operationKeys(layOut(view, acts)));
  const tags = new Set(acts.map(({ kind }) => kind.create.tag));
  return view
    .closedProposals()
    .filter(({ outcome }) => outcome === 'executed')
    .map(({ proposal }) => proposal)
    .filter(({ proposed_transaction: { operations } }) =>
      operations.some((operation) => tags.has(operation[0]) && keys.has(operationKey(operation))),
    )
    .map(({ id }) => id);
}

function nextMemory(
  before: DecisionMemory,
  run: {
    readonly waiting: DecisionMemory['waiting'];
    readonly pokes: NonNullable<DecisionMemory['pokes']>;
    readonly stuckSinceBlock: number | undefined;
    readonly proposals: readonly ObjectId[];
    readonly hasProposed: boolean;
    readonly hasApproved: boolean;
    readonly doneSinceBlock: number | undefined;
  },
): DecisionMemory {
  const proposals = [...new Set([...(before.proposals ?? []), ...run.proposals])];
  const actions = [
    ...new Set([
      ...(before.actions ?? []),
      ...(run.hasProposed ? (['proposal'] as const) : []),
      ...(run.hasApproved ? (['approval'] as const) : []),
    ]),
  ];
  return {
    ...(run.waiting ? { waiting: run.waiting } : {}),
    ...(Object.keys(run.pokes).length > 0 ? { pokes: run.pokes } : {}),
    ...(run.stuckSinceBlock === undefined ? {} : { stuckSinceBlock: run.stuckSinceBlock }),
    ...(proposals.length > 0 ? { proposals } : {}),
    ...(actions.length > 0 ? { actions } : {}),
    // What the calls themselves remember of the event.
    ...(before.created === undefined ? {} : { created: before.created }),
    ...(before.opened === undefined ? {} : { opened: before.opened }),
    ...(before.settling === undefined ? {} : { settling: before.settling }),
    ...(run.doneSinceBlock === undefined ? {} : { doneSinceBlock: run.doneSinceBlock }),
  };
}
