import type { ChainView, ObjectId, Operation } from '../chain/types.ts';
import type { SportsData } from '../sports/types.ts';
import { compareIds } from './agreement/authority.ts';
import { ineligibility } from './agreement/eligibility.ts';
import { makeMatcher } from './agreement/matching.ts';
import { layOut } from './objects/operations.ts';
import { type SportsObject, sportsObjects } from './objects/sports-objects.ts';
import { needOf, standingsOf } from './objects/standing.ts';
import type { FieldDifference } from './objects/texts.ts';

/** One object of the sports data that is missing on chain or differs there. */
export interface SportsDifference extends Pick<SportsObject, 'kind' | 'sport' | 'identifier'> {
  /** Id on chain; absent = it is missing. */
  readonly id?: ObjectId;
  /** What differs; empty for one that is missing. */
  readonly fields: readonly FieldDifference[];
  /** What would bring it in sync; a parent that is missing too is named by its place in the whole list. */
  readonly operation: Operation;
  /** Open proposals that hold this operation. */
  readonly proposals: readonly ObjectId[];
}

/**
 * What of a data set is missing on chain or differs there: sports first, then leagues, then rules; empty when in sync.
 * The comparisons are those of `sync`.
 * @throws BosError `configuration` when the sports data cannot be turned into texts
 */
export function diffSports(view: ChainView, data: SportsData): readonly SportsDifference[] {
  const objects = new Map(sportsObjects(data).map((entry) => [entry.object, entry]));
  const standings = standingsOf(view, [...objects.keys()]);
  const open = standings.filter((standing) => needOf(standing) !== 'nothing');
  const operations = layOut(view, open);
  const matcher = makeMatcher(view, standings);
  const held = view
    .proposals()
    .filter((proposal) => ineligibility(view, proposal) === undefined)
    .flatMap((proposal) =>
      matcher(proposal.proposed_transaction.operations)
        .filter(({ problem }) => problem === undefined)
        .map(({ standing }) => ({ id: proposal.id, standing })),
    );
  return open.map((standing, at) => {
    const entry = objects.get(standing.object);
    const operation = operations[at];
    if (!entry || !operation) throw new Error('every standing has its object and operation');
    const proposals = held.filter((holding) => holding.standing === standing).map(({ id }) => id);
    return {
      kind: entry.kind,
      sport: entry.sport,
      identifier: entry.identifier,
      ...(standing.id === undefined ? {} : { id: standing.id }),
      fields: standing.differences,
      operation,
      proposals: [...new Set(proposals)].sort(compareIds),
    };
  });
}
