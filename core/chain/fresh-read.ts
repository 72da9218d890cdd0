import { isDeepStrictEqual } from 'node:util';
import type { Submission } from './chain.ts';
import { idsFrom } from './ids.ts';
import { isRecord } from './json.ts';
import type { NodeChain } from './node-chain.ts';
import { kindOf, readObject, type Tracked } from './objects.ts';
import { operationKeys } from './operation-key.ts';
import { readList, readRaw } from './reader.ts';
import {
  type ChainProposal,
  type ChainView,
  type ObjectId,
  OP,
  type Operation,
  WITNESS_ACCOUNT,
} from './types.ts';

/*
 * What a batch of submissions builds on is read from the node right before it is signed, pending state included, and
 * compared with the view that each was decided on (agreement rule L). A reading that differs means to look again after
 * the next block.
 *
 * Everything goes into one call of get_objects: what is changed, the parents of what is created, and, to learn whether
 * anything has been created that the view does not know, the ids that come next. Numbers of a type are given one after
 * the other, so where the view knows which is next (see `ChainView.nextInstances`), what is new is found there. Where it
 * does not, the lists are read.
 */

/** Ids looked at behind the last known one. More new objects than that between a block and its view are a difference. */
const LOOKED_AHEAD = 20;

/** What the node answered. */
interface Fresh {
  object(id: ObjectId): Tracked | undefined;
  /** Whether there is any object of this id, of a kind that views hold or not. */
  has(id: ObjectId): boolean;
  list(call: ListCall): readonly Tracked[];
}

interface ListCall {
  readonly method: string;
  readonly params: readonly string[];
}

/** One thing that has to be as the view says. */
interface Check {
  readonly ids?: readonly ObjectId[];
  readonly lists?: readonly ListCall[];
  /** What differs, in words; undefined when nothing does. */
  differs(fresh: Fresh): string | undefined;
}

/**
 * The submissions whose view does not agree with a fresh read, each with what differs, in words.
 * @throws NodeError or ConnectionError
 */
export async function freshDifferences(
  chain: Pick<NodeChain, 'call'>,
  submissions: readonly Submission[],
): Promise<ReadonlyMap<Submission, string>> {
  const checks = new Map(submissions.map((submission) => [submission, checksOf(submission)]));
  const fresh = await read(chain, [...checks.values()].flat());
  const differences = new Map<Submission, string>();
  for (const [submission, all] of checks) {
    for (const check of all) {
      const difference = check.differs(fresh);
      if (difference === undefined) continue;
      differences.set(submission, difference);
      break;
    }
  }
  return differences;
}

async function read(chain: Pick<NodeChain, 'call'>, checks: readonly Check[]): Promise<Fresh> {
  const ids = new Set(checks.flatMap((check) => check.ids ?? []));
  const calls = new Map(checks.flatMap((check) => check.lists ?? []).map((call) => [keyOf(call), call]));
  const lists = new Map<string, readonly Tracked[]>();
  const [raw] = await Promise.all([
    readRaw(chain, [...ids]),
    ...[...calls].map(async ([key, { method, params }]) => {
      lists.set(key, await readList(chain, method, params));
    }),
  ]);
  return {
    object: (id) => {
      const found = raw.get(id);
      return found === undefined ? undefined : readObject(found);
    },
    has: (id) => raw.has(id),
    list: (call) => lists.get(keyOf(call)) ?? [],
  };
}

function keyOf({ method, params }: ListCall): string {
  return JSON.stringify([method, ...params]);
}

function checksOf(submission: Submission): readonly Check[] {
  const { view, kind, operations, account, holds } = submission;
  if (kind === 'propose') {
    return [
      noRival(view, holds),
      ...operations.flatMap(proposedOperations).flatMap((one) => unchanged(view, one)),
    ];
  }
  return operations.flatMap(([, fields]) => {
    const id = String(fields.proposal);
    const isAdded =
      Array.isArray(fields.active_approvals_to_add) && fields.active_approvals_to_add.length > 0;
    const held = isAdded ? (view.proposal(id)?.proposed_transaction.operations ?? []) : [];
    return [sameApproval(view, id, account.id), ...held.flatMap((one) => unchanged(view, one))];
  });
}

/** No proposal, perhaps pending, that the decision did not know holds what this one would. */
function noRival(view: ChainView, holds: readonly string[]): Check {
  const held = new Set(holds);
  const rivalOf = (proposals: readonly (Tracked | undefined)[]): string | undefined => {
    const rival = proposals.find(
      (proposal) =>
        proposal?.kind === 'proposals' &&
        !isSameProposal(proposal.value, view.proposal(proposal.value.id)) &&
        operationKeys(proposal.value.proposed_transaction.operations).some((key) => held.has(key)),
    );
    return rival && `proposal ${rival.value.id} has come up, with an operation of this one`;
  };
  const ids = idsAhead(view, '1.10');
  if (!ids) {
    const call = { method: 'get_proposed_transactions', params: [WITNESS_ACCOUNT] };
    return { lists: [call], differs: (fresh) => rivalOf(fresh.list(call)) };
  }
  return { ids, differs: (fresh) => tooMany(ids, fresh) ?? rivalOf(ids.map((id) => fresh.object(id))) };
}

/** The proposal is open, holds what was checked, and carries our approval or not as the view says. */
function sameApproval(view: ChainView, id: ObjectId, approver: ObjectId): Check {
  const isApproved = (proposal: ChainProposal) => proposal.available_active_approvals.includes(approver);
  return {
    ids: [id],
    differs(fresh) {
      const known = view.proposal(id);
      const found = fresh.object(id);
      if (!known || found?.kind !== 'proposals') return `proposal ${id} is not open any more`;
      if (!isSameProposal(found.value, known))
        return `proposal ${id} holds other operations than were checked`;
      if (isApproved(found.value) === isApproved(known)) return undefined;
      return `our approval of proposal ${id} is changing`;
    },
  };
}

/** How creating operations name their parent, and how its children are listed. */
interface Creation {
  readonly type: string;
  /** Absent for what hangs under nothing. */
  readonly parent?: string;
  readonly list?: string;
  /** What the view has below the parent. */
  children(view: ChainView, parent: ObjectId): readonly object[];
}

const CREATES: Readonly<Record<number, Creation>> = {
  [OP.sport_create]: { type: '1.20', list: 'list_sports', children: (view) => view.sports() },
  [OP.betting_market_rules_create]: { type: '1.23', children: (view) => view.rules() },
  [OP.event_group_create]: {
    type: '1.21',
    parent: 'sport_id',
    list: 'list_event_groups',
    children: (view, id) => view.eventGroups(id),
  },
  [OP.event_create]: {
    type: '1.22',
    parent: 'event_group_id',
    list: 'list_events_in_group',
    children: (view, id) => view.events(id),
  },
  [OP.betting_market_group_create]: {
    type: '1.24',
    parent: 'event_id',
    list: 'list_betting_market_groups',
    children: (view, id) => view.marketGroups(id),
  },
  [OP.betting_market_create]: {
    type: '1.25',
    parent: 'group_id',
    list: 'list_betting_markets',
    children: (view, id) => view.markets(id),
  },
};

/** Changing operations: the field that names what they change. */
const CHANGES: Readonly<Record<number, string>> = {
  [OP.sport_update]: 'sport_id',
  [OP.sport_delete]: 'sport_id',
  [OP.event_group_update]: 'event_group_id',
  [OP.event_group_delete]: 'event_group_id',
  [OP.event_update]: 'event_id',
  [OP.event_update_status]: 'event_id',
  [OP.betting_market_rules_update]: 'betting_market_rules_id',
  [OP.betting_market_group_update]: 'betting_market_group_id',
  [OP.betting_market_group_resolve]: 'betting_market_group_id',
  [OP.betting_market_group_cancel_unmatched_bets]: 'betting_market_group_id',
  [OP.betting_market_update]: 'betting_market_id',
};

/** What a bookie operation builds on is as the view says. */
function unchanged(view: ChainView, [tag, fields]: Operation): readonly Check[] {
  const creation = CREATES[tag];
  if (!creation) {
    const id = String(fields[CHANGES[tag] ?? '']);
    return kindOf(id) === undefined ? [] : [sameObject(view, id)];
  }
  if (creation.parent === undefined) return [nothingNew(view, creation, '')];
  const parent = String(fields[creation.parent]);
  // What hangs under a result of the same proposal is not there yet.
  if (kindOf(parent) === undefined) return [];
  return [sameObject(view, parent), nothingNew(view, creation, parent)];
}

function sameObject(view: ChainView, id: ObjectId): Check {
  return {
    ids: [id],
    differs(fresh) {
      const found = fresh.object(id);
      const isSame = found
        ? isDeepStrictEqual(found.value, inView(view, found))
        : view.seenSince(id) === undefined;
      return isSame ? undefined : `${id} is changing`;
    },
  };
}

/** Nothing has been created below the parent that the view does not know. */
function nothingNew(view: ChainView, creation: Creation, parent: ObjectId): Check {
  const { type, list, children } = creation;
  const difference =
    parent === '' ? `there are new objects ${type}` : `what hangs under ${parent} is changing`;
  const ids = idsAhead(view, type);
  if (ids) {
    // One of which no notice came, and that was found by reading, is in the view although it comes next.
    const isNew = (fresh: Fresh) =>
      ids.some((id) => view.seenSince(id) === undefined && fresh.object(id)?.parent === parent);
    return { ids, differs: (fresh) => tooMany(ids, fresh) ?? (isNew(fresh) ? difference : undefined) };
  }
  if (list === undefined) throw new Error(`objects ${type} can neither be listed nor counted`);
  const call = { method: list, params: parent === '' ? [] : [parent] };
  return {
    lists: [call],
    differs(fresh) {
      const found = fresh.list(call).map(({ value }) => value);
      return isDeepStrictEqual(found, children(view, parent)) ? undefined : difference;
    },
  };
}

/** The ids that objects of a type get next; undefined where the view does not know which is the first of them. */
function idsAhead(view: ChainView, type: string): readonly ObjectId[] | undefined {
  // Rules are never deleted, and views hold all of them.
  const next = type === '1.23' ? view.rules().length : view.nextInstances?.get(type);
  return next === undefined ? undefined : idsFrom(type, next, LOOKED_AHEAD);
}

function tooMany(ids: readonly ObjectId[], fresh: Fresh): string | undefined {
  const last = ids.at(-1) ?? '';
  return fresh.has(last)
    ? `${ids.length} new objects, up to ${last}, are more than can be looked through`
    : undefined;
}

/** The operations that a proposal_create proposes. */
export function proposedOperations([tag, fields]: Operation): readonly Operation[] {
  if (tag !== OP.proposal_create || !Array.isArray(fields.proposed_ops)) return [];
  // Whoever made the submission put operations there; the codec checks them.
  return fields.proposed_ops.flatMap((wrapped: unknown) =>
    isRecord(wrapped) ? [wrapped.op as Operation] : [],
  );
}

function isSameProposal(fresh: ChainProposal, known: ChainProposal | undefined): boolean {
  return known !== undefined && isDeepStrictEqual(fresh.proposed_transaction, known.proposed_transaction);
}

function inView(view: ChainView, { kind, parent, value }: Tracked): object | undefined {
  const siblings: Readonly<Record<Tracked['kind'], () => readonly { readonly id: ObjectId }[]>> = {
    sports: () => view.sports(),
    eventGroups: () => view.eventGroups(parent),
    events: () => view.events(parent),
    rules: () => view.rules(),
    marketGroups: () => view.marketGroups(parent),
    markets: () => view.markets(parent),
    proposals: () => view.proposals(),
  };
  return siblings[kind]().find(({ id }) => id === value.id);
}
