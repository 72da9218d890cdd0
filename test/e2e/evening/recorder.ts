import type { NodeChain } from '../../../core/chain/node-chain.ts';
import { type ChainView, type ObjectId, OP, type Operation } from '../../../core/chain/types.ts';
import type { JsonObject } from '../../../core/incidents/types.ts';
import type { Devnet } from '../../../devnet/devnet.ts';
import type { RecordedApproval, RecordedBlock, RecordedEvent, RecordedProposal } from './record.ts';

/** Writes down what blocks did. */
export interface Recorder {
  readonly blocks: readonly RecordedBlock[];
  proposals(): readonly RecordedProposal[];
  /** Asks the bookie API about what is gone. */
  events(): Promise<readonly RecordedEvent[]>;
}

/** Starts with the next block. */
export function startRecorder(devnet: Devnet, mirror: NodeChain): Recorder {
  const names = new Map(devnet.accounts.map(({ id, name }) => [id, name]));
  const nameOf = (id: unknown): string => names.get(String(id)) ?? String(id);
  const blocks: RecordedBlock[] = [];
  /** Ids of what belongs to matches and was ever in a view, by parent. */
  const seen = new Map<ObjectId, Map<ObjectId, Set<ObjectId>>>();

  mirror.onChange(({ view, kind, touched }) => {
    const { number, time } = view.head;
    const last = blocks.at(-1)?.number;
    if (kind !== 'block' || (last !== undefined && number !== last + 1)) {
      throw new Error(`expected the block after ${last}, got ${number} by a ${kind}`);
    }
    blocks.push({
      number,
      time,
      view,
      changed: touched.size > 0,
      transactions: (devnet.chain.block(number)?.transactions ?? []).map((transaction) => {
        // Blocks of the devnet hold operations in the node's JSON form.
        const operations = transaction.operations as unknown as readonly Operation[];
        return {
          account: nameOf(operations[0]?.[1].fee_paying_account),
          operations,
          results: transaction.operation_results,
        };
      }),
    });
    if (touched.size > 0) noteEvents(view, seen);
  });

  return {
    blocks,
    proposals: () => proposalsOf(blocks, nameOf),
    events: async () => {
      const view = blocks.at(-1)?.view;
      const ids = [...seen].flatMap(([event, groups]) => [
        event,
        ...[...groups].flatMap(([group, markets]) => [group, ...markets]),
      ]);
      if (!view || ids.length === 0) return [];
      const answer = await mirror.call('bookie', 'get_objects', [ids]);
      // What the bookie API answers: each object or null, in order.
      const objects = new Map((answer as (JsonObject | null)[]).map((object, index) => [ids[index], object]));
      const alive = new Set(allOf(view));
      const copy = (id: ObjectId): JsonObject => objects.get(id) ?? { id };
      return [...seen].map(([event, groups]) => ({
        id: event,
        alive: alive.has(event),
        event: copy(event),
        groups: [...groups].map(([group, markets]) => ({
          id: group,
          alive: alive.has(group),
          group: copy(group),
          markets: [...markets].map(copy),
        })),
      }));
    },
  };
}

function noteEvents(view: ChainView, seen: Map<ObjectId, Map<ObjectId, Set<ObjectId>>>): void {
  for (const sport of view.sports()) {
    for (const league of view.eventGroups(sport.id)) {
      for (const { id } of view.events(league.id)) {
        const groups = seen.get(id) ?? new Map<ObjectId, Set<ObjectId>>();
        seen.set(id, groups);
        for (const group of view.marketGroups(id)) {
          const markets = groups.get(group.id) ?? new Set<ObjectId>();
          groups.set(group.id, markets);
          for (const market of view.markets(group.id)) markets.add(market.id);
        }
      }
    }
  }
}

/** Ids of all events, groups and markets of a view. */
function allOf(view: ChainView): readonly ObjectId[] {
  const events = view
    .sports()
    .flatMap(({ id }) => view.eventGroups(id))
    .flatMap(({ id }) => view.events(id));
  const groups = events.flatMap(({ id }) => view.marketGroups(id));
  const markets = groups.flatMap(({ id }) => view.markets(id));
  return [...events, ...groups, ...markets].map(({ id }) => id);
}

/** Reads the lives of proposals out of the blocks. */
function proposalsOf(
  blocks: readonly RecordedBlock[],
  nameOf: (id: unknown) => string,
): readonly RecordedProposal[] {
  const approvals = new Map<ObjectId, RecordedApproval[]>();
  const created: Omit<RecordedProposal, 'approvals' | 'outcome'>[] = [];
  for (const { number, time, transactions } of blocks) {
    for (const [place, { account, operations, results }] of transactions.entries()) {
      for (const [index, [tag, fields]] of operations.entries()) {
        if (tag === OP.proposal_create) {
          const id = String(results[index]?.[1]);
          approvals.set(id, []);
          created.push({
            id,
            proposer: account,
            operations: proposed(fields.proposed_ops),
            block: number,
            at: time,
            expiresAt: new Date(`${fields.expiration_time}Z`),
          });
        }
        if (tag !== OP.proposal_update) continue;
        const list = approvals.get(String(fields.proposal));
        const changes = [
          ['withdraw', fields.active_approvals_to_remove],
          ['add', fields.active_approvals_to_add],
        ] as const;
        for (const [action, ids] of changes) {
          for (const id of Array.isArray(ids) ? ids : [])
            list?.push({ account: nameOf(id), action, block: number, at: time, place });
        }
      }
    }
  }
  const closed = new Map(
    (blocks.at(-1)?.view.closedProposals() ?? []).map((each) => [each.proposal.id, each]),
  );
  return created.map((proposal) => {
    const end = closed.get(proposal.id);
    const common = { ...proposal, approvals: approvals.get(proposal.id) ?? [] };
    if (!end) {
      const { view } = blocks.at(-1) ?? {};
      // One that executes in the block that it came with was never in a view.
      return view?.proposal(proposal.id) || !view
        ? { ...common, outcome: 'open' }
        : { ...common, outcome: 'executed', closedIn: proposal.block };
    }
    // `unknown` is what is gone in the block in which its time was over, perhaps by a last execution.
    const outcome = end.outcome === 'executed' ? 'executed' : 'expired';
    return { ...common, outcome, closedIn: end.block };
  });
}

function proposed(wrapped: unknown): readonly Operation[] {
  if (!Array.isArray(wrapped)) return [];
  return wrapped.map(({ op }: { op: Operation }) => op);
}
