import { isDeepStrictEqual } from 'node:util';
import type { Submission } from './chain.ts';
import { isRecord } from './json.ts';
import type { NodeChain } from './node-chain.ts';
import { kindOf, type Tracked } from './objects.ts';
import { operationKeys } from './operation-key.ts';
import { readByIds, readList } from './reader.ts';
import {
  type ChainProposal,
  type ChainView,
  type ObjectId,
  OP,
  type Operation,
  WITNESS_ACCOUNT,
} from './types.ts';

const RULES_LOOKED_AHEAD = 20;

/** Creating operations: the field that names the parent, how its children are listed, and what the view has there. */
const CREATES: Readonly<
  Record<
    number,
    {
      readonly parent: string;
      readonly list: string;
      children(view: ChainView, parent: ObjectId): readonly object[];
    }
  >
> = {
  [OP.event_group_create]: {
    parent: 'sport_id',
    list: 'list_event_groups',
    children: (view, id) => view.eventGroups(id),
  },
  [OP.event_create]: {
    parent: 'event_group_id',
    list: 'list_events_in_group',
    children: (view, id) => view.events(id),
  },
  [OP.betting_market_group_create]: {
    parent: 'event_id',
    list: 'list_betting_market_groups',
    children: (view, id) => view.marketGroups(id),
  },
  [OP.betting_market_create]: {
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

/**
 * Reads from the node what a submission builds on, right before it is signed, pending state included, and compares it
 * with the view that was decided on (agreement rule L). Readings are shared: one instance serves one batch.
 */
export class FreshRead {
  readonly #chain: Pick<NodeChain, 'call'>;
  readonly #readings = new Map<string, Promise<readonly Tracked[]>>();

  constructor(chain: Pick<NodeChain, 'call'>) {
    this.#chain = chain;
  }

  /** What differs, in words; undefined when nothing does. Rejects with NodeError or ConnectionError. */
  async difference(submission: Submission): Promise<string | undefined> {
    const { view, kind } = submission;
    if (kind === 'approve') return this.#approvalDifference(submission);
    const operations = submission.operations.flatMap(proposedOperations);
    return (await this.#rivalProposal(submission)) ?? (await this.#objectDifference(operations, view));
  }

  /** A proposal, perhaps pending, that the decision did not know and that holds what this one would. */
  async #rivalProposal({ view, holds }: Submission): Promise<string | undefined> {
    const held = new Set(holds);
    for (const proposal of await this.#list('get_proposed_transactions', WITNESS_ACCOUNT)) {
      if (proposal.kind !== 'proposals' || isSameProposal(proposal.value, view.proposal(proposal.value.id)))
        continue;
      const keys = operationKeys(proposal.value.proposed_transaction.operations);
      if (keys.some((key) => held.has(key)))
        return `proposal ${proposal.value.id} has come up, with an operation of this one`;
    }
    return undefined;
  }

  async #approvalDifference({ view, operations, account }: Submission): Promise<string | undefined> {
    for (const [, fields] of operations) {
      const id = String(fields.proposal);
      const known = view.proposal(id);
      const [fresh] = await this.#read(id);
      if (!known || fresh?.kind !== 'proposals') return `proposal ${id} is not open any more`;
      if (!isSameProposal(fresh.value, known))
        return `proposal ${id} holds other operations than were checked`;
      const isApproved = (proposal: ChainProposal) =>
        proposal.available_active_approvals.includes(account.id);
      if (isApproved(fresh.value) !== isApproved(known)) return `our approval of proposal ${id} is changing`;
      const isAdded =
        Array.isArray(fields.active_approvals_to_add) && fields.active_approvals_to_add.length > 0;
      const difference = isAdded
        ? await this.#objectDifference(known.proposed_transaction.operations, view)
        : undefined;
      if (difference) return difference;
    }
    return undefined;
  }

  async #objectDifference(operations: readonly Operation[], view: ChainView): Promise<string | undefined> {
    const differences = await Promise.all(operations.map((operation) => this.#differenceAt(operation, view)));
    return differences.find((difference) => difference !== undefined);
  }

  async #differenceAt([tag, fields]: Operation, view: ChainView): Promise<string | undefined> {
    if (tag === OP.sport_create) return compare('the sports', await this.#list('list_sports'), view.sports());
    if (tag === OP.betting_market_rules_create) return this.#newRules(view);
    const creates = CREATES[tag];
    const id = String(fields[creates?.parent ?? CHANGES[tag] ?? '']);
    // What hangs under a result of the same proposal is not there yet.
    if (kindOf(id) === undefined) return undefined;
    if (creates)
      return compare(
        `what hangs under ${id}`,
        await this.#list(creates.list, id),
        creates.children(view, id),
      );
    const [fresh] = await this.#read(id);
    return isDeepStrictEqual(fresh?.value, fresh && inView(view, fresh)) ? undefined : `${id} is changing`;
  }

  /** Rules cannot be listed; new ones have the ids that follow. */
  async #newRules(view: ChainView): Promise<string | undefined> {
    const last = Number(view.rules().at(-1)?.id.split('.')[2] ?? -1);
    const ids = Array.from({ length: RULES_LOOKED_AHEAD }, (_, i) => `1.23.${last + 1 + i}`);
    const found = await this.#once(`rules after ${last}`, () => readList(this.#chain, 'get_objects', [ids]));
    return found.length > 0 ? 'there are new rules' : undefined;
  }

  #list(method: string, ...params: readonly string[]): Promise<readonly Tracked[]> {
    return this.#once(`${method} ${params.join()}`, () => readList(this.#chain, method, params));
  }

  #read(id: ObjectId): Promise<readonly Tracked[]> {
    return this.#once(id, async () =>
      [...(await readByIds(this.#chain, [id])).values()].filter((object) => object !== null),
    );
  }

  #once(key: string, read: () => Promise<readonly Tracked[]>): Promise<readonly Tracked[]> {
    const reading = this.#readings.get(key) ?? read();
    this.#readings.set(key, reading);
    return reading;
  }
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

function compare(what: string, fresh: readonly Tracked[], known: readonly object[]): string | undefined {
  return isDeepStrictEqual(
    fresh.map(({ value }) => value),
    known,
  )
    ? undefined
    : `${what} is changing`;
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
