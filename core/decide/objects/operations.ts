import { type ChainView, CORE_ASSET, type ObjectId, type Operation } from '../../chain/types.ts';
import { needOf, type Standing } from './standing.ts';

/**
 * The operations that bring standings in sync, laid out as the operations of one proposal: a parent that the same
 * list creates is named by its relative id (chain reference 6), one on chain by its id. One operation a standing; for
 * one that needs nothing it is the operation that would have created it.
 * @throws Error when a missing parent is not in the list before its child
 */
export function layOut(view: ChainView, standings: readonly Standing[]): readonly Operation[] {
  const positions = new Map(standings.map((standing, position) => [standing, position]));
  return standings.map((standing, position) => {
    if (needOf(standing) === 'update') return updateOperation(view, standing);
    return createOperation(view, standing, parentReference(standing, position, positions));
  });
}

/** Name of the operation that a standing wants, with what it is for, e.g. `betting_market_group_create Moneyline`. */
export function describeStanding(standing: Standing): string {
  const { kind, object } = standing;
  if (needOf(standing) !== 'update' || !kind.update) return `${kind.create.name} ${object.label}`;
  const fields = standing.differences.map((difference) => difference.field).join(', ');
  return `${kind.update.name} ${object.label} (${fields})`;
}

function createOperation(view: ChainView, standing: Standing, parent: ObjectId | undefined): Operation {
  const { kind, object } = standing;
  return [
    kind.create.tag,
    {
      fee: feeOf(view, kind.create.tag),
      ...object.fields,
      ...(kind.parent && parent !== undefined ? { [kind.parent.name]: parent } : {}),
      extensions: [],
    },
  ];
}

function updateOperation(view: ChainView, standing: Standing): Operation {
  const { kind, object } = standing;
  if (!kind.update) throw new Error(`a ${kind.name} is never updated`);
  const differing = new Set(standing.differences.map((difference) => difference.field.split('.')[0]));
  const set = kind.fields.flatMap((rule) =>
    rule.updateName && differing.has(rule.name) ? [[rule.updateName, object.fields[rule.name]] as const] : [],
  );
  return [
    kind.update.tag,
    {
      fee: feeOf(view, kind.update.tag),
      [kind.update.idField]: standing.id,
      ...Object.fromEntries(set),
      extensions: [],
    },
  ];
}

function feeOf(view: ChainView, tag: number) {
  return { amount: view.bookieFee(tag), asset_id: CORE_ASSET };
}

function parentReference(
  standing: Standing,
  position: number,
  positions: ReadonlyMap<Standing, number>,
): ObjectId | undefined {
  const { parent } = standing;
  if (!parent) return undefined;
  if (parent.id !== undefined) return parent.id;
  const at = positions.get(parent);
  if (at === undefined || at >= position) {
    throw new Error(`${standing.object.label} has no parent to refer to: ${parent.object.label} is missing`);
  }
  return `0.0.${at}`;
}
