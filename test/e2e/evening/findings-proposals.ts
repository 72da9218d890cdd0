import { operationKeys } from '../../../core/chain/operation-key.ts';
import { type ChainProposal, type ObjectId, OP, type Operation } from '../../../core/chain/types.ts';
import { oursOf } from './findings-index.ts';
import { type Grounds, type GroundsOf, whyNot } from './findings-support.ts';
import type { EveningRecord, RecordedProposal } from './record.ts';

/**
 * Blocks for which an account may still approve what a later fact has un-wanted: the call that learns of it withdraws
 * in its own run, and one transaction at a time is on its way.
 */
const WITHDRAWN_WITHIN_BLOCKS = 5;

/** What one proposal does, for comparing it with others. */
interface Content {
  readonly keys: ReadonlySet<string>;
  /** What it would make of a thing, by the thing: scores of an event, resolutions of a group. */
  readonly effects: ReadonlyMap<string, string>;
  /** Events that it cancels, and events that it does anything else to. */
  readonly cancels: ReadonlySet<string>;
  readonly touches: ReadonlySet<string>;
}

/**
 * No two proposals of ours for the same thing: nobody of ours proposed an operation again that an open proposal of ours
 * held and that could have been approved instead, because the proposer's own incidents supported all of it. Equal ones
 * that come in one block, from two nodes, cannot know of each other; that no account approves both is another property.
 */
export function twins(record: EveningRecord, grounds: GroundsOf): readonly string[] {
  const names = new Set(oursOf(record).map(({ name }) => name));
  const keyed = record.proposals
    .filter(({ proposer }) => names.has(proposer))
    .map((proposal) => ({ proposal, keys: new Set(operationKeys(proposal.operations)) }));
  return keyed.flatMap(({ proposal: later, keys }, at) =>
    keyed
      .slice(0, at)
      .filter(({ proposal: { block } }) => block < later.block)
      .filter(({ proposal: { closedIn } }) => (closedIn ?? Number.POSITIVE_INFINITY) >= later.block)
      .filter((earlier) => [...earlier.keys].some((key) => keys.has(key)))
      .filter(({ proposal }) => isSupported(proposal, grounds(later.proposer, later.block)))
      .map(({ proposal: earlier }) => {
        const wasOpen = `${earlier.proposer} had proposed in ${earlier.id} (block ${earlier.block})`;
        return `${later.proposer} proposed in ${later.id} (block ${later.block}) what ${wasOpen}`;
      }),
  );
}

/**
 * No account of ours approves two open proposals that share an operation (agreement rule A), or that would make
 * different things of one event or group, or one of which cancels what the other is about (rule N).
 */
export function conflicts(record: EveningRecord): readonly string[] {
  const ours = oursOf(record);
  const contents = new Map<ObjectId, Content>();
  const contentOf = ({ id, proposed_transaction }: ChainProposal): Content => {
    const content = contents.get(id) ?? read(proposed_transaction.operations);
    contents.set(id, content);
    return content;
  };
  const found = new Map<string, string>();
  const lasting = new Map<string, number>();
  for (const { number, view, changed } of record.blocks) {
    if (!changed) continue;
    const stillLasting = new Set<string>();
    for (const [one, other] of pairs(view.proposals())) {
      const [a, b] = [contentOf(one), contentOf(other)];
      const shares = [...a.keys].some((key) => b.keys.has(key));
      const differs = [...a.effects].some(([thing, effect]) => (b.effects.get(thing) ?? effect) !== effect);
      const undoes =
        [...a.cancels].some((event) => b.touches.has(event)) ||
        [...b.cancels].some((event) => a.touches.has(event));
      if (!shares && !differs && !undoes) continue;
      const both = `${one.id} and ${other.id}`;
      for (const { id, name } of ours) {
        if (!one.available_active_approvals.includes(id) || !other.available_active_approvals.includes(id))
          continue;
        const key = `${name} ${both}`;
        if (shares || differs) {
          const why = shares ? 'share an operation' : 'make different things of the same';
          found.set(key, `${name} approves ${both}, which ${why}, in block ${number}`);
          continue;
        }
        stillLasting.add(key);
        const since = lasting.get(key) ?? number;
        lasting.set(key, since);
        if (number - since <= WITHDRAWN_WITHIN_BLOCKS) continue;
        found.set(
          key,
          `${name} approves ${both}, one of which cancels what the other is about, from block ${since} to ${number}`,
        );
      }
    }
    for (const key of [...lasting.keys()]) if (!stillLasting.has(key)) lasting.delete(key);
  }
  return [...found.values()];
}

/**
 * No account of ours proposed anything again when its former proposal of it had executed, or was open and still what
 * its incidents supported: one that holds anything else besides is no good any more.
 */
export function needlessRepeats(record: EveningRecord, grounds: GroundsOf): readonly string[] {
  const found: string[] = [];
  for (const { name } of oursOf(record)) {
    const before = new Map<string, RecordedProposal>();
    for (const proposal of record.proposals.filter(({ proposer }) => proposer === name)) {
      for (const key of operationKeys(proposal.operations)) {
        const former = before.get(key);
        before.set(key, proposal);
        if (!former || former === proposal) continue;
        const wasOpen = former.closedIn === undefined || former.closedIn >= proposal.block;
        if (wasOpen ? !isSupported(former, grounds(name, proposal.block)) : former.outcome !== 'executed')
          continue;
        const why = wasOpen ? 'was still open' : `had executed in block ${former.closedIn}`;
        found.push(
          `${name} proposed in ${proposal.id} (block ${proposal.block}) again what ${former.id} held, which ${why}`,
        );
        break;
      }
    }
  }
  return found;
}

/** Whatever executed had the approvals of a majority of weight then, by the updates in the blocks, in their order. */
export function minorities({ blocks, proposals, authority }: EveningRecord): readonly string[] {
  const approving = new Map<ObjectId, Set<ObjectId>>();
  for (const { transactions } of blocks) {
    for (const [tag, fields] of transactions.flatMap(({ operations }) => operations)) {
      if (tag !== OP.proposal_update) continue;
      const id = String(fields.proposal);
      const accounts = approving.get(id) ?? new Set<ObjectId>();
      approving.set(id, accounts);
      for (const account of idsIn(fields.active_approvals_to_remove)) accounts.delete(account);
      for (const account of idsIn(fields.active_approvals_to_add)) accounts.add(account);
    }
  }
  const weights = blocks.at(-1)?.view.authority.weights ?? new Map<ObjectId, number>();
  return proposals
    .filter(({ outcome }) => outcome === 'executed')
    .flatMap(({ id, closedIn }) => {
      const weight = [...(approving.get(id) ?? [])].reduce(
        (sum, account) => sum + (weights.get(account) ?? 0),
        0,
      );
      if (weight >= authority.threshold) return [];
      return [`${id} executed in block ${closedIn} with weight ${weight} of ${authority.threshold}`];
    });
}

/** Whether all of it was supported all the time in which something else was signed. */
function isSupported({ operations }: RecordedProposal, grounds: readonly Grounds[]): boolean {
  return grounds.every((ground) => whyNot(operations, ground) === undefined);
}

function read(operations: readonly Operation[]): Content {
  const effects = new Map<string, string>();
  const cancels = new Set<string>();
  const touches = new Set<string>();
  for (const [tag, fields] of operations) {
    if (tag === OP.betting_market_group_resolve) {
      const resolutions = Array.isArray(fields.resolutions)
        ? fields.resolutions.map((each) => JSON.stringify(each))
        : [];
      effects.set(String(fields.betting_market_group_id), resolutions.sort().join());
    }
    if (tag !== OP.event_update_status) continue;
    const event = String(fields.event_id);
    if (fields.status === 'canceled') cancels.add(event);
    else touches.add(event);
    if (fields.status === 'finished') effects.set(event, JSON.stringify(fields.scores));
  }
  return { keys: new Set(operationKeys(operations)), effects, cancels, touches };
}

function pairs<T>(list: readonly T[]): readonly (readonly [T, T])[] {
  return list.flatMap((one, index) => list.slice(index + 1).map((other) => [one, other] as const));
}

function idsIn(value: unknown): readonly ObjectId[] {
  return Array.isArray(value) ? value.map(String) : [];
}
