import { isDeepStrictEqual } from 'node:util';
import { BosError } from '../errors.ts';
import { type FeeSchedule, flatFee, readFeeSchedule } from './fees.ts';
import { idsFrom, instanceOf, typeOf } from './ids.ts';
import { isRecord } from './json.ts';
import { type Kind, type Kinds, kindOf, type Tracked } from './objects.ts';
import { Table } from './tables.ts';
import {
  type ChainProposal,
  type ChainView,
  type ClosedProposal,
  type ObjectId,
  WITNESS_ACCOUNT,
} from './types.ts';

const GLOBAL_PROPERTIES = '2.0.0';
const CLOSED_PROPOSALS_KEPT = 2000;
/** Longest run of numbers without a notice that is read. */
const MAX_SKIPPED = 1000;

/** What is read once for each sync. */
export interface ChainFacts {
  readonly chainId: string;
  /** Symbols by id; an asset never changes its symbol. */
  readonly assets: ReadonlyMap<ObjectId, string>;
}

interface Authority {
  readonly threshold: number;
  readonly weights: ReadonlyMap<ObjectId, number>;
}

/**
 * What the blocks so far have left, in a form that can be changed; `view` freezes it at a block. Knows which ids have
 * changed since the last view.
 */
export class World {
  readonly facts: ChainFacts;
  readonly #tables: { readonly [K in Kind]: Table<Kinds[K]> } = {
    sports: new Table(),
    eventGroups: new Table(),
    events: new Table(),
    rules: new Table(),
    marketGroups: new Table(),
    markets: new Table(),
    proposals: new Table(),
  };
  #authority: Authority = { threshold: 1, weights: new Map() };
  #fees: FeeSchedule = readFeeSchedule({ parameters: [] });
  #seenSince: ReadonlyMap<ObjectId, number>;
  #closed: readonly ClosedProposal[];
  #assets: ReadonlyMap<ObjectId, string>;
  #nextInstances: ReadonlyMap<string, number> = new Map();
  #touched = new Set<ObjectId>();
  /** Seconds between blocks, and slots that stay empty after maintenance. */
  pace = { blockInterval: 3, skippedSlots: 3 };

  /** @param before the world of the last sync, which says since when objects have been seen and what has closed */
  constructor(facts: ChainFacts, before?: World) {
    this.facts = facts;
    this.#seenSince = before ? before.#seenSince : new Map();
    this.#closed = before ? before.#closed : [];
    this.#assets = facts.assets;
  }

  get authority(): Authority {
    return this.#authority;
  }

  get fees(): FeeSchedule {
    return this.#fees;
  }

  get(id: ObjectId): Tracked | undefined {
    const kind = kindOf(id);
    const known = kind && this.#tables[kind].get(id);
    // The table of a kind holds only values of that kind.
    return known && ({ kind, ...known } as Tracked);
  }

  *ids(): Generator<ObjectId> {
    for (const table of Object.values(this.#tables)) yield* table.ids();
  }

  /** Takes in an object as a block left it. True when that changes what views show. */
  put(object: Tracked): boolean {
    const known = this.get(object.value.id);
    if (known && isDeepStrictEqual(known, object)) return false;
    if (known && known.parent !== object.parent) this.#touch(known);
    // As in get.
    (this.#tables[object.kind] as Table<{ readonly id: ObjectId }>).set(object.value, object.parent);
    this.#touch(object);
    return true;
  }

  /**
   * Notes that a block has created an object: the next of its type gets the number that follows. Answers the ids
   * between this one and the last, which were created and are gone, or of which no notice came.
   */
  noteCreated(id: ObjectId): readonly ObjectId[] {
    const type = typeOf(id);
    const instance = instanceOf(id);
    const expected = this.#nextInstances.get(type) ?? instance;
    if (instance < expected) return [];
    const next = new Map(this.#nextInstances);
    const skipped = instance - expected;
    // After such a gap it is not known any more what there is.
    if (skipped > MAX_SKIPPED) next.delete(type);
    else next.set(type, instance + 1);
    this.#nextInstances = next;
    return skipped > MAX_SKIPPED ? [] : idsFrom(type, expected, skipped);
  }

  /** Takes an object out and answers it; undefined when there was none. */
  remove(id: ObjectId): Tracked | undefined {
    const known = this.get(id);
    if (!known) return undefined;
    this.#touch(known);
    this.#tables[known.kind].delete(id);
    return known;
  }

  /** Takes in witness-account. Throws `invalid` when its authority is not as the chain reference says. */
  putWitnessAccount(raw: unknown): void {
    const active = isRecord(raw) && isRecord(raw.active) ? raw.active : undefined;
    if (typeof active?.weight_threshold !== 'number' || !Array.isArray(active.account_auths)) {
      throw new BosError('invalid', `expected witness-account with its active authority, got ${shown(raw)}`);
    }
    const weights = active.account_auths.map((member: unknown) => {
      const [account, weight]: unknown[] = Array.isArray(member) ? member : [];
      if (typeof account === 'string' && typeof weight === 'number') return [account, weight] as const;
      throw new BosError('invalid', `expected [account, weight] in witness-account, got ${shown(member)}`);
    });
    const authority = { threshold: active.weight_threshold, weights: new Map(weights) };
    if (isDeepStrictEqual(authority, this.#authority)) return;
    this.#authority = authority;
    this.#touched.add(WITNESS_ACCOUNT);
  }

  putAsset(id: ObjectId, symbol: string): void {
    if (!this.#assets.has(id)) this.#assets = new Map([...this.#assets, [id, symbol]]);
  }

  /** Takes in the global properties (2.0.0). Throws `invalid` when they hold no fee schedule. */
  putGlobalProperties(raw: unknown): void {
    const parameters = isRecord(raw) && isRecord(raw.parameters) ? raw.parameters : undefined;
    const fees = readFeeSchedule(parameters?.current_fees);
    this.pace = {
      blockInterval: numberOr(parameters?.block_interval, 3),
      skippedSlots: numberOr(parameters?.maintenance_skip_slots, 3),
    };
    if (isDeepStrictEqual(fees, this.#fees)) return;
    this.#fees = fees;
    this.#touched.add(GLOBAL_PROPERTIES);
  }

  /** Notes since when each object is there, forgets those that are gone, and what became of proposals. */
  settle(block: number, closed: readonly ClosedProposal[]): void {
    const news = [...this.#touched].filter((id) => (this.get(id) !== undefined) !== this.#seenSince.has(id));
    if (news.length > 0) {
      const seen = new Map(this.#seenSince);
      for (const id of news) {
        if (this.get(id)) seen.set(id, block);
        else seen.delete(id);
      }
      this.#seenSince = seen;
    }
    if (closed.length > 0) this.#closed = [...this.#closed, ...closed].slice(-CLOSED_PROPOSALS_KEPT);
  }

  /** After a resync: ids that were seen before and are gone, and proposals that went meanwhile. */
  settleAgainst(before: World | undefined, block: number): void {
    const gone = before ? [...before.ids()].filter((id) => !this.get(id)) : [];
    for (const id of gone) this.#touched.add(id);
    const closed = gone.flatMap((id): ClosedProposal[] => {
      const object = before?.get(id);
      const isKnown = this.#closed.some(({ proposal }) => proposal.id === id);
      return object?.kind === 'proposals' && !isKnown
        ? [{ proposal: object.value, outcome: 'unknown', block }]
        : [];
    });
    this.settle(block, closed);
  }

  /** Ids touched since the last call. */
  takeTouched(): ReadonlySet<ObjectId> {
    const touched = this.#touched;
    this.#touched = new Set();
    return touched;
  }

  /** The world as it is now, as a value that never changes. */
  view(head: ChainView['head'], irreversible: number): ChainView {
    const tables = {
      sports: this.#tables.sports.snapshot(),
      eventGroups: this.#tables.eventGroups.snapshot(),
      events: this.#tables.events.snapshot(),
      rules: this.#tables.rules.snapshot(),
      marketGroups: this.#tables.marketGroups.snapshot(),
      markets: this.#tables.markets.snapshot(),
      proposals: this.#tables.proposals.snapshot(),
    };
    const fees = this.#fees;
    const seenSince = this.#seenSince;
    const closed = this.#closed;
    const assets = this.#assets;
    return {
      nextInstances: this.#nextInstances,
      chainId: this.facts.chainId,
      head,
      irreversible,
      authority: this.#authority,
      sports: () => tables.sports.under(''),
      eventGroups: (sport) => tables.eventGroups.under(sport),
      events: (group) => tables.events.under(group),
      rules: () => tables.rules.under(''),
      marketGroups: (event) => tables.marketGroups.under(event),
      markets: (group) => tables.markets.under(group),
      proposals: () => tables.proposals.under(''),
      proposal: (id) => tables.proposals.get(id),
      closedProposals: () => closed,
      seenSince: (id) => seenSince.get(id),
      assetId: (symbol) => [...assets].find(([, known]) => known === symbol)?.[0],
      assetSymbol: (id) => assets.get(id),
      bookieFee: (tag) => flatFee(fees, tag),
    };
  }

  /** An object is touched with all it hangs under, so that who waits on an event hears of its markets. */
  #touch(object: Tracked): void {
    this.#touched.add(object.value.id);
    for (let parent = object.parent; parent !== ''; parent = this.get(parent)?.parent ?? '')
      this.#touched.add(parent);
  }
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' && value >= 0 ? value : fallback;
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 100) ?? String(value);
}

/** Weight that has approved a proposal, and whether that is enough. */
export function isAuthorised(proposal: ChainProposal, authority: Authority): boolean {
  const weight = proposal.available_active_approvals.reduce(
    (sum, id) => sum + (authority.weights.get(id) ?? 0),
    0,
  );
  return weight >= authority.threshold;
}
