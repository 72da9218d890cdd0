import type {
  AccountRef,
  ChainEvent,
  ChainEventGroup,
  ChainMarket,
  ChainMarketGroup,
  ChainProposal,
  ChainRules,
  ChainSport,
  ChainView,
  ClosedProposal,
  EventStatus,
  GroupStatus,
  I18n,
  ObjectId,
  Operation,
} from '../../core/chain/types.ts';
import { WITNESS_ACCOUNT } from '../../core/chain/types.ts';
import { applyOperation, setEventStatus, settle, type WorldObjects } from './world-operations.ts';

/** How a test proposal differs from an ordinary one. */
export interface ProposalOptions {
  /** Milliseconds from the head's time to the expiration; 6 h. */
  readonly lifetimeMs?: number;
  readonly reviewPeriodTime?: string;
  readonly requiredActive?: readonly ObjectId[];
  readonly requiredOwner?: readonly ObjectId[];
  readonly keyApprovals?: readonly string[];
}

/** A chain that a test sets: it holds objects and proposals, executes operations, and shows itself as views. */
export interface World {
  /** Accounts of the active witnesses at the start, `1.2.11` on. */
  readonly witnesses: readonly AccountRef[];
  /** Applies operations as if a proposal with them had executed; relative ids are resolved. Returns the ids made. */
  execute(operations: readonly Operation[]): readonly ObjectId[];
  /** Opens a proposal; equal ones may be open side by side. */
  propose(proposer: AccountRef, operations: readonly Operation[], options?: ProposalOptions): ObjectId;
  /** Adds an approval; the proposal executes at once when that authorises it and nothing makes executions fail. */
  approve(proposal: ObjectId, account: AccountRef): void;
  withdraw(proposal: ObjectId, account: AccountRef): void;
  /** From now on each execution fails with this text; undefined lets them succeed again. */
  failWith(reason: string | undefined): void;
  /** Moves the head; proposals that have expired go. The irreversible block follows `lag` blocks behind. */
  block(count?: number): void;
  setTime(time: Date | string): void;
  /** Makes the active witnesses and their weights anew, as maintenance does. */
  setWeights(weights: Readonly<Record<ObjectId, number>>, threshold?: number): void;
  /** Changes an event as the chain would, its groups with it. */
  setEventStatus(event: ObjectId, status: EventStatus): void;
  /** Sets a group alone, allowed or not. */
  setGroupStatus(group: ObjectId, status: GroupStatus): void;
  setName(id: ObjectId, name: I18n): void;
  remove(id: ObjectId): void;
  /** An immutable picture of the head. */
  view(): ChainView;
}

export interface WorldOptions {
  /** Number of active witnesses, weight 1 each; 5. */
  readonly witnesses?: number;
  readonly time?: string;
  readonly assets?: readonly string[];
  /** Fee of every bookie operation; 100000. */
  readonly fee?: number;
  /** How many blocks the irreversible one is behind; 2. */
  readonly lag?: number;
  readonly blockIntervalMs?: number;
}

function restore<K, V>(map: Map<K, V>, to: ReadonlyMap<K, V>): void {
  map.clear();
  for (const [key, value] of to) map.set(key, value);
}

/** Makes a world at block 100 with the assets PPY and BTC, and nothing else. */
export function makeWorld(options: WorldOptions = {}): World {
  const { assets = ['PPY', 'BTC'], fee = 100_000, lag = 2, blockIntervalMs = 3000 } = options;
  const witnesses = Array.from({ length: options.witnesses ?? 5 }, (_, at) => ({
    name: `witness${at + 1}`,
    id: `1.2.${at + 11}`,
  }));
  const objects = new Map<ObjectId, Record<string, unknown> & { id: ObjectId }>();
  const since = new Map<ObjectId, number>();
  const proposals = new Map<ObjectId, ChainProposal>();
  const closed: ClosedProposal[] = [];
  const counters = new Map<number, number>();
  let number = 100;
  let time = new Date(options.time ?? '2026-01-15T12:00:00Z').getTime();
  let weights = new Map(witnesses.map(({ id }) => [id, 1]));
  let threshold = Math.floor(witnesses.length / 2) + 1;
  let failure: string | undefined;

  const nextId = (type: number): ObjectId => {
    const instance = counters.get(type) ?? 0;
    counters.set(type, instance + 1);
    return `1.${type}.${instance}`;
  };
  const create = (type: number, fields: Record<string, unknown>): ObjectId => {
    const id = nextId(type);
    const { fee: _fee, extensions: _extensions, ...rest } = fields;
    objects.set(id, { ...rest, id });
    since.set(id, number);
    return id;
  };
  const change = (id: unknown, fields: Record<string, unknown>) => {
    const object = objects.get(String(id));
    if (!object) throw new Error(`no object ${String(id)}`);
    const set = Object.entries(fields).filter(([, value]) => value !== undefined);
    objects.set(object.id, { ...object, ...Object.fromEntries(set) });
  };

  const objectsInUse: WorldObjects = {
    create,
    change,
    get: (id) => objects.get(String(id)),
    all: (type) => [...objects.values()].filter(({ id }) => id.startsWith(`1.${type}.`)),
    children: (type, parent, id) =>
      [...objects.values()].filter((object) => object.id.startsWith(`1.${type}.`) && object[parent] === id),
    remove: (id) => objects.delete(id),
    time: () => time,
  };
  /** All of the operations or none, as the node does. */
  const execute = (operations: readonly Operation[]): readonly ObjectId[] => {
    const before = [new Map(objects), new Map(since), new Map(counters)] as const;
    try {
      const results: (ObjectId | undefined)[] = [];
      for (const operation of operations) results.push(applyOperation(objectsInUse, operation, results));
      settle(objectsInUse);
      return results.filter((id) => id !== undefined);
    } catch (error) {
      restore(objects, before[0]);
      restore(since, before[1]);
      restore(counters, before[2]);
      throw error;
    }
  };

  const weightOf = (proposal: ChainProposal) =>
    proposal.available_active_approvals.reduce((sum, id) => sum + (weights.get(id) ?? 0), 0);
  const tryExecution = (id: ObjectId) => {
    const proposal = proposals.get(id);
    if (!proposal || weightOf(proposal) < threshold || proposal.review_period_time) return;
    if (failure !== undefined) {
      proposals.set(id, { ...proposal, fail_reason: failure });
      return;
    }
    try {
      execute(proposal.proposed_transaction.operations);
    } catch (error) {
      proposals.set(id, { ...proposal, fail_reason: error instanceof Error ? error.message : String(error) });
      return;
    }
    proposals.delete(id);
    closed.push({ proposal, outcome: 'executed', block: number });
  };
  const setApprovals = (id: ObjectId, alter: (approvals: Set<ObjectId>) => void) => {
    const proposal = proposals.get(id);
    if (!proposal) throw new Error(`no open proposal ${id}`);
    const approvals = new Set(proposal.available_active_approvals);
    alter(approvals);
    proposals.set(id, { ...proposal, available_active_approvals: [...approvals].sort() });
    tryExecution(id);
  };

  const of = <T extends { readonly id: ObjectId }>(snapshot: readonly T[], type: number) =>
    snapshot
      .filter(({ id }) => id.startsWith(`1.${type}.`))
      .sort((a, b) => Number(a.id.split('.')[2]) - Number(b.id.split('.')[2]));

  return {
    witnesses,
    execute,
    propose(proposer, operations, options = {}) {
      const id = nextId(10);
      proposals.set(id, {
        id,
        expiration_time: new Date(time + (options.lifetimeMs ?? 6 * 3_600_000)).toISOString().slice(0, 19),
        ...(options.reviewPeriodTime ? { review_period_time: options.reviewPeriodTime } : {}),
        proposed_transaction: { operations },
        required_active_approvals: options.requiredActive ?? [WITNESS_ACCOUNT],
        available_active_approvals: [],
        required_owner_approvals: options.requiredOwner ?? [],
        available_owner_approvals: [],
        available_key_approvals: options.keyApprovals ?? [],
        proposer: proposer.id,
        fail_reason: '',
      });
      return id;
    },
    approve: (proposal, account) => setApprovals(proposal, (approvals) => approvals.add(account.id)),
    withdraw: (proposal, account) =>
      setApprovals(proposal, (approvals) => {
        if (!approvals.delete(account.id)) throw new Error(`${account.name} does not approve ${proposal}`);
      }),
    failWith(reason) {
      failure = reason;
    },
    block(count = 1) {
      number += count;
      time += count * blockIntervalMs;
      settle(objectsInUse);
      for (const proposal of [...proposals.values()]) {
        if (Date.parse(`${proposal.expiration_time}Z`) > time) continue;
        tryExecution(proposal.id);
        if (!proposals.delete(proposal.id)) continue;
        closed.push({ proposal, outcome: 'expired', block: number });
      }
    },
    setTime(to) {
      time = new Date(to).getTime();
    },
    setWeights(to, newThreshold) {
      weights = new Map(Object.entries(to));
      const sum = [...weights.values()].reduce((total, weight) => total + weight, 0);
      threshold = newThreshold ?? Math.floor(sum / 2) + 1;
    },
    setEventStatus(event, status) {
      setEventStatus(objectsInUse, event, status);
      settle(objectsInUse);
    },
    setGroupStatus: (group, status) => change(group, { status }),
    setName: (id, name) =>
      change(id, id.startsWith('1.24.') || id.startsWith('1.25.') ? { description: name } : { name }),
    remove(id) {
      objects.delete(id);
    },
    view() {
      const all = [...objects.values()];
      const snapshot = new Map(since);
      const open = of([...proposals.values()], 10);
      const gone = [...closed];
      const head = {
        number,
        id: number.toString(16).padStart(8, '0').padEnd(40, 'a'),
        time: new Date(time),
      };
      // The operations that made the objects carry the fields that their types name.
      const typed = <T>(type: number) => of(all, type) as unknown as readonly T[];
      return {
        chainId: '7c01',
        head,
        irreversible: number - lag,
        sports: () => typed<ChainSport>(20),
        eventGroups: (sport) => typed<ChainEventGroup>(21).filter(({ sport_id }) => sport_id === sport),
        events: (group) => typed<ChainEvent>(22).filter((event) => event.event_group_id === group),
        rules: () => typed<ChainRules>(23),
        marketGroups: (event) => typed<ChainMarketGroup>(24).filter(({ event_id }) => event_id === event),
        markets: (group) => typed<ChainMarket>(25).filter(({ group_id }) => group_id === group),
        proposals: () => open,
        proposal: (id) => open.find((proposal) => proposal.id === id),
        closedProposals: () => gone,
        seenSince: (id) => snapshot.get(id),
        authority: { threshold, weights: new Map(weights) },
        assetId: (symbol) => {
          const at = assets.indexOf(symbol);
          return at < 0 ? undefined : `1.3.${at}`;
        },
        assetSymbol: (id) => assets[Number(id.split('.')[2])],
        bookieFee: () => fee,
      };
    },
  };
}
