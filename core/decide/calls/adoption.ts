import type { ChainMarketGroup, ChainProposal, ChainView, ObjectId } from '../../chain/types.ts';
import { OP } from '../../chain/types.ts';
import { dynamicValuesOf } from '../../sports/grading/values.ts';
import type { DynamicValues } from '../../sports/texts.ts';
import { approvingWeight, compareIds, isAuthorised } from '../agreement/authority.ts';
import { STUCK_BLOCKS } from '../agreement/candidates.ts';
import { ineligibility } from '../agreement/eligibility.ts';
import { type DynamicType, isNear, valueText } from '../dynamic-values.ts';
import { textOf, textsOf } from '../objects/texts.ts';

/** The parameters that a dynamic type of an event gets. */
export type Adoption =
  /** On chain with a value that is not ours: it is left alone. */
  | { readonly kind: 'left_alone'; readonly group: ObjectId; readonly values: DynamicValues | undefined }
  | {
      readonly kind: 'adopted';
      /** By asset: those of the group on chain, else those that all others have. */
      valuesOf(asset: ObjectId): DynamicValues;
      /** Where they were found, for people; absent when they are our own. */
      readonly from?: ObjectId;
      /** Since which block open proposals with different values have both had weight. */
      readonly rivalsSinceBlock?: number;
    };

/** What adoption depends on. */
export interface AdoptionInput {
  readonly view: ChainView;
  readonly event: ObjectId;
  readonly type: DynamicType;
  /** The value that our incidents give. */
  readonly own: DynamicValues;
  readonly tolerance: number;
  /** From the memory of the run before. */
  readonly rivalsSinceBlock?: number;
}

/**
 * Whose value a dynamic type gets: that of a group on chain, else that of a pending proposal, else our own (oracle
 * reference 6, fuzzy matching). All witnesses look at the same blocks, so all adopt the same. Of several pending values
 * the order is that of the choice among proposals: one that would execute now first, then the lowest id, and weight
 * before id once two values have both had weight for 20 blocks (agreement rules B, D, E).
 */
export function adopt(input: AdoptionInput): Adoption {
  const { view, event, type, own, tolerance, rivalsSinceBlock } = input;
  const onChain = view.marketGroups(event).filter((group) => textOf(group.description, '_dynamic') === type);
  const [first] = onChain;
  if (first) {
    const read = new Map(onChain.map((group) => [group.asset_id, valuesOn(group)]));
    const foreign = onChain.find((group) => !isAccepted(read.get(group.asset_id), own, tolerance));
    const values = read.get(first.asset_id);
    if (foreign || !values) {
      const group = foreign ?? first;
      return { kind: 'left_alone', group: group.id, values: valuesOn(group) };
    }
    return { kind: 'adopted', valuesOf: (asset) => read.get(asset) ?? values, from: first.id };
  }
  const pending = view.proposals().flatMap((proposal) => pendingOf(view, proposal, input));
  const since = rivalsSince(pending, view.head.number, rivalsSinceBlock);
  const isStuck = since !== undefined && view.head.number - since >= STUCK_BLOCKS;
  const [chosen] = [...pending].sort(
    (a, b) =>
      Number(b.authorised) - Number(a.authorised) ||
      (isStuck ? b.weight - a.weight : 0) ||
      compareIds(a.id, b.id),
  );
  return {
    kind: 'adopted',
    valuesOf: () => chosen?.values ?? own,
    ...(chosen ? { from: chosen.id } : {}),
    ...(since === undefined ? {} : { rivalsSinceBlock: since }),
  };
}

/** An open proposal that creates a group of the type, with a value that is near ours. */
interface Pending {
  readonly id: ObjectId;
  readonly values: DynamicValues;
  readonly weight: number;
  readonly authorised: boolean;
}

function pendingOf(
  view: ChainView,
  proposal: ChainProposal,
  { event, type, own, tolerance }: AdoptionInput,
): readonly Pending[] {
  const values = proposal.proposed_transaction.operations
    .filter(
      ([tag, fields]) =>
        tag === OP.betting_market_group_create &&
        fields.event_id === event &&
        textOf(fields.description, '_dynamic') === type,
    )
    .map(([, fields]) => dynamicValuesOf(textsOf(fields.description)))
    .find((found) => isAccepted(found, own, tolerance));
  if (!values || ineligibility(view, proposal) !== undefined) return [];
  const { id } = proposal;
  return [{ id, values, weight: approvingWeight(view, proposal), authorised: isAuthorised(view, proposal) }];
}

function rivalsSince(
  pending: readonly Pending[],
  headNumber: number,
  before: number | undefined,
): number | undefined {
  if (new Set(pending.map(({ values }) => valueText(values))).size < 2) return undefined;
  if (before !== undefined) return before;
  const weighty = pending.filter(({ weight }) => weight > 0).map(({ values }) => valueText(values));
  return new Set(weighty).size > 1 ? headNumber : undefined;
}

function valuesOn({ description }: ChainMarketGroup): DynamicValues | undefined {
  return dynamicValuesOf(description);
}

function isAccepted(
  found: DynamicValues | undefined,
  own: DynamicValues,
  tolerance: number,
): found is DynamicValues {
  return found !== undefined && isNear(found, own, tolerance);
}
