import { type ChainView, CORE_ASSET, OP, type Operation } from '../../chain/types.ts';
import type { Kind } from '../objects/kinds.ts';
import { needOf, type Standing } from '../objects/standing.ts';
import { differences, type FieldDifference, type Fields, inWords } from '../objects/texts.ts';

/** What one operation of a proposal is to us. */
interface MatchedOperation {
  /** The wanted object that it is about, in sync or not; absent when it is about none of ours. */
  readonly standing?: Standing;
  /** Why it is not an operation that we want, in words; absent when it is one. */
  readonly problem?: string;
}

/** Matches the operations of one proposal, in their order. */
export type Matcher = (operations: readonly Operation[]) => readonly MatchedOperation[];

/** Names of operations by tag, for messages. */
const OPERATION_NAMES = new Map<number, string>(Object.entries(OP).map(([name, tag]) => [tag, name]));

/**
 * Prepares matching of peers' operations against the standings of a call, field by field (oracle reference 16).
 * An operation is *about* an object when it creates one that would be the same, or updates it without touching its
 * status (statuses belong to other calls and to operators); it is *wanted* when each field that counts is as wanted,
 * fee included. Relative parents are compared inside the same proposal.
 */
export function makeMatcher(view: ChainView, standings: readonly Standing[]): Matcher {
  // Mostly nothing is open, and then there is nothing to match.
  let prepared: Prepared | undefined;
  return (operations) => {
    prepared ??= prepare(standings);
    const { creations, updates, kinds } = prepared;
    const matched: MatchedOperation[] = [];
    for (const [tag, fields] of operations) {
      const creating = kinds.find((kind) => kind.create.tag === tag);
      const updating = kinds.find((kind) => kind.update?.tag === tag)?.update;
      let standing: Standing | undefined;
      if (creating) {
        standing = creating
          .identities(fields)
          .flatMap((identity) => creations.get(`${tag} ${identity}`) ?? [])
          .find((candidate) => isSameParent(candidate, fields, matched));
      } else if (updating) {
        const { statusField, idField } = updating;
        const isAboutStatus = statusField !== undefined && isSet(fields[statusField]);
        standing = isAboutStatus ? undefined : updates.get(`${tag} ${String(fields[idField])}`);
      }
      if (!standing) {
        matched.push({ problem: `${OPERATION_NAMES.get(tag) ?? `operation ${tag}`} is not wanted here` });
        continue;
      }
      const problem =
        feeProblem(view, tag, fields) ??
        (creating ? creationProblem(standing, fields) : updateProblem(standing, fields));
      matched.push({ standing, ...(problem === undefined ? {} : { problem }) });
    }
    // Of a proposal that is about other objects only nobody reads why.
    const isRelated = matched.some(({ standing }) => standing !== undefined);
    return matched.map((operation, at) => {
      const { standing, problem = orderProblem(standing, at, matched) } = operation;
      if (problem === undefined) return operation;
      const likeness = isRelated && !standing ? likenessOf(operations[at], standings, matched) : undefined;
      return { ...operation, problem: likeness === undefined ? problem : `${problem}: ${likeness}` };
    });
  };
}

/** The standings by what operations are about them. */
interface Prepared {
  readonly creations: ReadonlyMap<string, readonly Standing[]>;
  readonly updates: ReadonlyMap<string, Standing>;
  readonly kinds: readonly Kind[];
}

function prepare(standings: readonly Standing[]): Prepared {
  const creations = new Map<string, Standing[]>();
  const updates = new Map<string, Standing>();
  for (const standing of standings) {
    const { kind, object, id } = standing;
    for (const identity of kind.identities(object.fields)) {
      const key = `${kind.create.tag} ${identity}`;
      creations.set(key, [...(creations.get(key) ?? []), standing]);
    }
    if (id !== undefined && kind.update) updates.set(`${kind.update.tag} ${id}`, standing);
  }
  const kinds = [...new Map(standings.map((standing) => [standing.kind.name, standing.kind])).values()];
  return { creations, updates, kinds };
}

/** What has to happen first may be in another proposal, but in the same one it comes before. */
function orderProblem(
  standing: Standing | undefined,
  at: number,
  all: readonly MatchedOperation[],
): string | undefined {
  const first = standing?.after;
  if (!standing || !first || !all.some((other, place) => place > at && other.standing === first)) {
    return undefined;
  }
  return `${standing.kind.create.name} ${standing.object.label}: comes before ${first.object.label}, which it needs`;
}

/** Whether an operation's parent, by id or relative to its own proposal, is the parent of a standing. */
function isSameParent(standing: Standing, fields: Fields, before: readonly MatchedOperation[]): boolean {
  const { kind, parent } = standing;
  if (!kind.parent || !parent) return true;
  const reference = String(fields[kind.parent.name]);
  const relative = /^0\.\d+\.(\d+)$/.exec(reference);
  return relative ? before[Number(relative[1])]?.standing === parent : reference === parent.id;
}

/**
 * What an operation that is about none of ours would have to be, in words: a peer whose text differs in the very
 * language by which we recognise an object means the same one. Told is the wanted object of the same kind and parent
 * that no operation of the proposal is about and that differs least.
 */
function likenessOf(
  operation: Operation | undefined,
  standings: readonly Standing[],
  matched: readonly MatchedOperation[],
): string | undefined {
  if (!operation) return undefined;
  const [tag, fields] = operation;
  const [nearest] = standings
    .filter(({ kind }) => kind.create.tag === tag)
    .filter((standing) => isSameParent(standing, fields, matched))
    .filter((standing) => !matched.some((other) => other.standing === standing))
    .map((standing) => ({ standing, found: creationDifferences(standing, fields) }))
    .sort((a, b) => a.found.length - b.found.length);
  const first = nearest?.found[0];
  return first && `most like ${nearest.standing.object.label}: ${inWords(first)}`;
}

function creationDifferences({ kind, object }: Standing, fields: Fields): readonly FieldDifference[] {
  return kind.fields
    .filter(({ inOperations }) => inOperations !== 'ignored')
    .flatMap(({ name, absent }) => differences(name, object.fields[name] ?? absent, fields[name] ?? absent));
}

function creationProblem(standing: Standing, fields: Fields): string | undefined {
  const { kind, object, id } = standing;
  if (id !== undefined) return `${kind.create.name} ${object.label}: on chain already as ${id}`;
  const [first] = creationDifferences(standing, fields);
  return first && `${kind.create.name} ${object.label}: ${inWords(first)}`;
}

function updateProblem(standing: Standing, fields: Fields): string | undefined {
  const { kind, object, parent } = standing;
  const name = `${kind.update?.name} ${object.label}`;
  if (needOf(standing) !== 'update') return `${name}: in sync already`;
  const differing = new Set(standing.differences.map((difference) => difference.field.split('.')[0]));
  let helps = false;
  for (const rule of kind.fields) {
    if (rule.updateName === undefined || !isSet(fields[rule.updateName])) continue;
    if (rule.inOperations === 'ignored') continue;
    const [first] = differences(rule.updateName, object.fields[rule.name], fields[rule.updateName]);
    if (first) return `${name}: ${inWords(first)}`;
    helps ||= differing.has(rule.name);
  }
  const newParent = kind.parent?.updateName && fields[kind.parent.updateName];
  if (isSet(newParent) && newParent !== parent?.id) return `${name}: moves it below ${String(newParent)}`;
  return helps ? undefined : `${name}: sets nothing that differs`;
}

/**
 * The fee has to be exactly what the schedule asks for: less is accepted at creation and fails at execution, more
 * drains the witness-account, which pays.
 */
function feeProblem(view: ChainView, tag: number, fields: Fields): string | undefined {
  const wanted = view.bookieFee(tag);
  const fee = fields.fee;
  const amount = typeof fee === 'object' && fee !== null && 'amount' in fee ? String(fee.amount) : 'none';
  const asset = typeof fee === 'object' && fee !== null && 'asset_id' in fee ? String(fee.asset_id) : 'none';
  if (amount === String(wanted) && asset === CORE_ASSET) return undefined;
  return `${OPERATION_NAMES.get(tag) ?? tag}: fee: wanted ${wanted} of ${CORE_ASSET}, found ${amount} of ${asset}`;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
