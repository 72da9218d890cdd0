import { operationKey } from '../../chain/operation-key.ts';
import {
  type ChainEvent,
  type ChainMarket,
  type ChainMarketGroup,
  type ChainView,
  type ObjectId,
  OP,
  type PastEvent,
} from '../../chain/types.ts';
import type { Score } from '../../sports/grading/values.ts';
import type { NormalizedMatch } from '../../sports/types.ts';
import { scoreText } from '../final-score.ts';
import { type Resolutions, resolutionStanding, statusStanding } from '../objects/acts.ts';
import { makeGrader } from '../objects/grading.ts';
import type { Standing } from '../objects/standing.ts';
import { textOf } from '../objects/texts.ts';
import type { DecisionMemory } from '../types.ts';

/** What a final score wants of an event that is on chain. */
export interface Settlement {
  /** The status first, then the groups that can be resolved or are resolved as wanted. */
  readonly standings: readonly Standing[];
  /** What no program can do, in words. */
  readonly problems: readonly string[];
  /** See `DecisionMemory.settling`; the groups that are on chain. */
  readonly settling: NonNullable<DecisionMemory['settling']>;
}

/**
 * Lays out how an event is settled: `finished` with the scores, home first, then the resolution of each market group.
 * A group that is not closed yet waits for `finished`, which closes it.
 */
export function settlementOf(
  view: ChainView,
  match: NormalizedMatch,
  event: ChainEvent,
  score: Score,
): Settlement {
  const finished = statusStanding(event, 'finished', [String(score.home), String(score.away)]);
  const standings: Standing[] = [finished];
  const problems: string[] = [];
  const settling: Record<ObjectId, { score: string; resolution: string }> = {};
  const grade = makeGrader(view, match);
  for (const group of view.marketGroups(event.id)) {
    if (group.status === 'canceled' || group.status === 'settled') continue;
    const markets = view.markets(group.id);
    const outcome = grade(group, markets, score);
    const step = outcome.ok
      ? stepOf(group, markets, outcome.resolutions, finished)
      : `cannot be resolved: ${outcome.problem}`;
    if (typeof step === 'string') problems.push(`market group ${labelOf(group)} ${step}`);
    else standings.push(step);
    if (outcome.ok) settling[group.id] = entryOf(group.id, outcome.resolutions, score);
  }
  return { standings, problems, settling };
}

/** Everything that a result would be about, whatever the score. */
export function settlementTargets(view: ChainView, event: ChainEvent): readonly Standing[] {
  return [
    statusStanding(event, 'finished', []),
    ...view.marketGroups(event.id).map((group) => resolutionStanding(group, [], false)),
  ];
}

/** What past groups should have been resolved to by this score, in the form of the memory. */
export function pastSettling(
  view: ChainView,
  match: NormalizedMatch,
  past: PastEvent,
  score: Score,
): NonNullable<DecisionMemory['settling']> {
  const grade = makeGrader(view, match);
  const entries = past.groups.flatMap(({ group, markets }) => {
    const outcome = grade(group, markets, score);
    return outcome.ok ? [[group.id, entryOf(group.id, outcome.resolutions, score)] as const] : [];
  });
  return Object.fromEntries(entries);
}

/**
 * Groups that are gone and were not, or cannot have been, resolved as this score gives, in words. Known are
 * executed proposals that the view still shows, and history where it was looked up; about others nothing is said.
 */
export function otherwiseSettled(
  view: ChainView,
  gone: NonNullable<DecisionMemory['settling']>,
  past: PastEvent | undefined,
  score: Score,
): readonly string[] {
  const ids = Object.keys(gone);
  if (ids.length === 0) return [];
  const actual = new Map([...executedResolutions(view, new Set(ids)), ...pastResolutions(past)]);
  const now = scoreText(score);
  const earlier = ids.filter((id) => gone[id]?.score !== now);
  const other = ids.filter(
    (id) => gone[id]?.score === now && actual.has(id) && actual.get(id) !== gone[id]?.resolution,
  );
  const before = [...new Set(earlier.map((id) => gone[id]?.score))].join(', ');
  return [
    ...(earlier.length > 0
      ? [
          `providers now agree on ${now}, but market groups ${earlier.join(', ')} were to be resolved for ${before} and are gone: the chain takes no correction`,
        ]
      : []),
    ...(other.length > 0
      ? [
          `market groups ${other.join(', ')} were resolved otherwise than ${now} gives: the chain takes no correction`,
        ]
      : []),
  ];
}

function stepOf(
  group: ChainMarketGroup,
  markets: readonly ChainMarket[],
  resolutions: Resolutions,
  finished: Standing,
): Standing | string {
  switch (group.status) {
    case 'graded':
    case 're_grading':
      return resolutionKey(group.id, resolutionsOn(markets)) === resolutionKey(group.id, resolutions)
        ? resolutionStanding(group, resolutions, true)
        : `is graded otherwise than the score gives: it can only be canceled, before ${group.settling_time}`;
    case 'closed':
      return resolutionStanding(group, resolutions, false);
    default:
      return finished.id === undefined
        ? resolutionStanding(group, resolutions, false, finished)
        : 'was opened after the event had finished, so that it can never be graded: cancel it';
  }
}

function entryOf(group: ObjectId, resolutions: Resolutions, score: Score) {
  return { score: scoreText(score), resolution: resolutionKey(group, resolutions) };
}

function resolutionKey(group: ObjectId, resolutions: Resolutions): string {
  return operationKey([OP.betting_market_group_resolve, { betting_market_group_id: group, resolutions }]);
}

function resolutionsOn(markets: readonly ChainMarket[]): Resolutions {
  return markets.flatMap(({ id, resolution }) => (resolution === null ? [] : [[id, resolution] as const]));
}

function executedResolutions(
  view: ChainView,
  groups: ReadonlySet<ObjectId>,
): readonly (readonly [ObjectId, string])[] {
  return view
    .closedProposals()
    .filter(({ outcome }) => outcome === 'executed')
    .flatMap(({ proposal }) => proposal.proposed_transaction.operations)
    .flatMap((operation) => {
      const id = String(operation[1].betting_market_group_id);
      if (operation[0] !== OP.betting_market_group_resolve || !groups.has(id)) return [];
      return [[id, operationKey(operation)] as const];
    });
}

function pastResolutions(past: PastEvent | undefined): readonly (readonly [ObjectId, string])[] {
  return (past?.groups ?? []).map(({ group, markets }) => [
    group.id,
    resolutionKey(group.id, resolutionsOn(markets)),
  ]);
}

function labelOf({ id, description }: ChainMarketGroup): string {
  return [id, textOf(description, 'en')].filter(Boolean).join(' ');
}
