import type { ChainView, ObjectId } from '../../chain/types.ts';
import { BosError } from '../../errors.ts';
import { KINDS, type Kind, type KindName, type Sibling } from './kinds.ts';
import { differences, type FieldDifference, type Fields } from './texts.ts';

/** An object that should be on chain, with the texts and values of the sports data. */
export interface WantedObject {
  readonly kind: KindName;
  /** Short name for people. */
  readonly label: string;
  /** The object above it. */
  readonly parent?: WantedObject;
  /** The fields of its create operation without fee, extensions and parent. */
  readonly fields: Fields;
}

/** How a wanted object stands on chain: missing (`id` absent), differing, or in sync. */
export interface Standing {
  readonly object: WantedObject;
  readonly kind: Kind;
  readonly parent?: Standing;
  /** What has to happen before it, in the same proposal or earlier: only closed market groups can be resolved. */
  readonly after?: Standing;
  readonly id?: ObjectId;
  /** Fields that an update has to bring in sync; empty while the object is missing. */
  readonly differences: readonly FieldDifference[];
  /** Further objects on chain that are the same by their identity. */
  readonly twins: readonly ObjectId[];
}

/** What has to happen so that the object is on chain as wanted. */
export function needOf(standing: Standing): 'create' | 'update' | 'nothing' {
  if (standing.id === undefined) return 'create';
  return standing.differences.length > 0 ? 'update' : 'nothing';
}

/**
 * Finds each wanted object on chain and compares it (oracle reference 7). An object wanted twice below one parent is
 * taken once, so that it is never created twice.
 * @param objects parents before their children
 * @param known standings found before that may be parents here
 * @throws BosError `configuration` for an object without the text that it is recognised by
 */
export function standingsOf(
  view: ChainView,
  objects: readonly WantedObject[],
  known: readonly Standing[] = [],
): readonly Standing[] {
  const byObject = new Map(known.map((standing) => [standing.object, standing]));
  const found: Standing[] = [];
  const seen = new Set<string>();
  const places = new Map<WantedObject | undefined, number>();
  for (const object of objects) {
    const kind = KINDS[object.kind];
    const identities = identitiesOf(kind, object);
    const place = places.get(object.parent) ?? places.size;
    places.set(object.parent, place);
    const keys = identities.map((identity) => `${kind.name} ${place} ${identity}`);
    if (keys.some((key) => seen.has(key))) continue;
    for (const key of keys) seen.add(key);
    const standing = standingOf(view, object, kind, identities, parentOf(object, byObject));
    byObject.set(object, standing);
    found.push(standing);
  }
  return found;
}

function standingOf(
  view: ChainView,
  object: WantedObject,
  kind: Kind,
  identities: readonly string[],
  parent: Standing | undefined,
): Standing {
  const base = { object, kind, ...(parent ? { parent } : {}) };
  if (kind.parent && parent?.id === undefined) return { ...base, differences: [], twins: [] };
  const same = sameOf(kind, kind.siblings(view, parent?.id), identities);
  // Lists ascend by id, so all witnesses settle on the same one of several.
  const [first, ...twins] = same;
  if (!first) return { ...base, differences: [], twins: [] };
  return {
    ...base,
    id: first.id,
    differences: kind.fields
      .filter((rule) => rule.inSync)
      .flatMap((rule) => differences(rule.name, object.fields[rule.name], first[rule.name])),
    twins: twins.map((twin) => twin.id),
  };
}

/** Those of a list on chain that have one of these identities, in the order of the list. */
function sameOf(kind: Kind, list: readonly Sibling[], identities: readonly string[]): readonly Sibling[] {
  const index = indexes.get(list) ?? indexOf(kind, list);
  indexes.set(list, index);
  const found = identities.flatMap((identity) => index.get(identity) ?? []);
  return found.length > 1 ? list.filter((sibling) => found.includes(sibling)) : found;
}

/** Views share the lists that did not change between them, so one index serves many blocks. */
const indexes = new WeakMap<readonly Sibling[], ReadonlyMap<string, readonly Sibling[]>>();

function indexOf(kind: Kind, list: readonly Sibling[]): ReadonlyMap<string, readonly Sibling[]> {
  const index = new Map<string, Sibling[]>();
  for (const sibling of list) {
    for (const identity of kind.identities(sibling)) {
      index.set(identity, [...(index.get(identity) ?? []), sibling]);
    }
  }
  return index;
}

function identitiesOf(kind: Kind, object: WantedObject): readonly string[] {
  const identities = kind.identities(object.fields);
  if (identities.length > 0) return identities;
  throw new BosError(
    'configuration',
    `expected ${kind.name} "${object.label}" of the sports data to have an English text (sports and leagues: an identifier) to recognise it by, found none: add it`,
    { kind: kind.name, label: object.label },
  );
}

function parentOf(object: WantedObject, byObject: ReadonlyMap<WantedObject, Standing>): Standing | undefined {
  if (!object.parent) return undefined;
  const parent = byObject.get(object.parent);
  if (parent) return parent;
  throw new Error(`parent of ${object.kind} "${object.label}" comes after it`);
}
