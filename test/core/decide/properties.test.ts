import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ChainView, Operation } from '../../../core/chain/types.ts';
import { decide } from '../../../core/decide/decide.ts';
import type { StoredIncident } from '../../../core/incidents/types.ts';
import type { World } from '../../support/view-builder.ts';
import {
  type Actor,
  FULL_TREE,
  firstInRank,
  fullProposal,
  inputOf,
  inRankOrder,
  makeActor,
  stored,
  syncedWorld,
  treeOf,
} from './scenario.ts';

const minute = fc.integer({ min: 10, max: 59 });

/** Sets of reports for one match, in which providers repeat themselves, disagree and cancel. */
const incidentSets = fc
  .array(
    fc.record({
      provider: fc.constantFrom('p1', 'p2', 'p3', 'p4'),
      call: fc.constantFrom('create' as const, 'create' as const, 'create' as const, 'in_progress' as const),
      season: fc.constantFrom('2026', '2025/26', ''),
      pushed: fc.option(minute, { nil: undefined }),
      timestamp: minute,
      receivedAt: minute,
    }),
    { minLength: 2, maxLength: 8 },
  )
  .map((reports) => {
    const unique = new Map<string, StoredIncident>();
    for (const report of reports) {
      const incident = stored({
        provider: report.provider,
        call: report.call,
        arguments: report.call === 'create' ? { season: report.season } : {},
        timestamp: `2026-01-15T10:${report.timestamp}:00Z`,
        receivedAt: `2026-01-15T11:${report.receivedAt}:00Z`,
        ...(report.pushed === undefined ? {} : { pushed: `2026-01-15T09:${report.pushed}:00Z` }),
      });
      unique.set(`${incident.uniqueString} ${incident.provider}`, incident);
    }
    return [...unique.values()];
  });

const shuffled = incidentSets.chain((incidents) =>
  fc.tuple(
    fc.constant(incidents),
    fc.shuffledSubarray(incidents, { minLength: incidents.length, maxLength: incidents.length }),
  ),
);

describe('equal inputs give equal decisions', () => {
  test('incidents in any order give byte-equal decisions', () => {
    const world = syncedWorld();
    const view = world.view();
    const witness = firstInRank(world);
    fc.assert(
      fc.property(shuffled, ([incidents, turned]) => {
        const one = decide(inputOf(view, { witness, incidents, eventId: 'e' }));
        const two = decide(inputOf(view, { witness, incidents: turned, eventId: 'e' }));
        assert.equal(JSON.stringify(two), JSON.stringify(one));
      }),
      { numRuns: 100 },
    );
  });

  test('two witnesses with the same set propose the same operations, whenever they received it', () => {
    const world = syncedWorld();
    const [first, second] = inRankOrder(world);
    fc.assert(
      fc.property(shuffled, fc.integer({ min: 1, max: 1_000_000 }), ([incidents, turned], delayMs) => {
        const later = turned.map((incident) => ({
          ...incident,
          receivedAt: new Date(incident.receivedAt.getTime() + delayMs),
          position: incident.position + delayMs,
          seen: true,
        }));
        const view = world.view();
        const one = decide(inputOf(view, { witness: first!, incidents }));
        const waiting = decide(inputOf(view, { witness: second!, incidents: later }));
        const later1 = { ...view, head: { ...view.head, number: view.head.number + 1 } };
        const two = decide(inputOf(later1, { witness: second!, incidents: later, memory: waiting.memory }));
        assert.equal(JSON.stringify(two.propose?.operations), JSON.stringify(one.propose?.operations));
      }),
      { numRuns: 100 },
    );
  });

  test('deciding again on its own memory changes nothing but the head', () => {
    const world = syncedWorld();
    const view = world.view();
    for (const witness of world.witnesses) {
      const one = decide(inputOf(view, { witness }));
      const two = decide(inputOf(view, { witness, memory: one.memory }));
      assert.equal(JSON.stringify(two), JSON.stringify(one));
    }
  });
});

/** The full proposal cut at places into pieces; what hangs on a piece before waits until that one has executed. */
interface Cut {
  readonly event: boolean;
  readonly groups: readonly boolean[];
}

/**
 * A peer like the Python suite: it knows no ranks, proposes what it finds missing in pieces of its own cut, and
 * approves every proposal whose operations are all wanted, twins included.
 */
function makeLegacyPeer(world: World, at: number, cut: Cut): { run(view: ChainView): void } {
  const account = world.witnesses[at]!;
  const seen = new Set<string>();
  return {
    run(view) {
      const decision = decide(inputOf(view, { witness: firstInRank(world) }));
      const full = new Set(fullTexts);
      for (const proposal of view.proposals()) {
        const isWanted = proposal.proposed_transaction.operations.every((operation) =>
          full.has(nameOf(operation)),
        );
        if (isWanted && !seen.has(proposal.id) && world.view().proposal(proposal.id)) {
          seen.add(proposal.id);
          world.approve(proposal.id, account);
        }
      }
      // What is pending somewhere it has approved; what is not, it proposes, as far as its cut goes.
      if (!decision.propose || proposedAt.get(at) === decision.propose.operations.length) return;
      proposedAt.set(at, decision.propose.operations.length);
      world.propose(account, pieceOf(decision.propose.operations, cut));
    },
  };
}

const proposedAt = new Map<number, number>();
const nameOf = ([tag, fields]: Operation) =>
  JSON.stringify([tag, fields.name ?? fields.description, fields.asset_id]);
const fullTexts = fullProposal(syncedWorld()).map(nameOf);

/** A closed part of operations: the event alone, or with the groups the cut names, with or without their markets. */
function pieceOf(operations: readonly Operation[], cut: Cut): readonly Operation[] {
  if (cut.event && operations[0]?.[0] === 56) return operations.slice(0, 1);
  const kept: number[] = [];
  let group = -1;
  operations.forEach(([tag, fields], at) => {
    if (tag === 60) group += 1;
    const parent = /^0\.0\.(\d+)$/.exec(String(fields.event_id ?? fields.group_id));
    if (parent && !kept.includes(Number(parent[1]))) return;
    if (tag === 61 && cut.groups[group % cut.groups.length]) return;
    kept.push(at);
  });
  return kept.map((at) => {
    const [tag, fields] = operations[at]!;
    const moved = Object.entries(fields).map(([name, value]) => {
      const parent = /^0\.0\.(\d+)$/.exec(String(value));
      return [name, parent ? `0.0.${kept.indexOf(Number(parent[1]))}` : value];
    });
    return [tag, Object.fromEntries(moved)];
  });
}

describe('pieces and races never lead to two of one thing', () => {
  const cuts = fc.record({
    event: fc.boolean(),
    groups: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
  });
  const schedule = fc.array(fc.shuffledSubarray([0, 1, 2, 3, 4]), { minLength: 30, maxLength: 30 });

  test('three of ours and two legacy peers below the threshold, in any order of acting and any cut', () => {
    fc.assert(
      fc.property(cuts, cuts, schedule, (cutA, cutB, turns) => {
        proposedAt.clear();
        const world = syncedWorld();
        const ours = world.witnesses.slice(0, 3).map((account) => makeActor(world, account));
        const peers = [makeLegacyPeer(world, 3, cutA), makeLegacyPeer(world, 4, cutB)];
        const all: readonly { run(view: ChainView): unknown }[] = [...ours, ...peers];
        for (const turn of turns) {
          // All see the block before, so that they race within a block.
          const view = world.view();
          for (const at of turn) {
            all[at]?.run(view);
            assertOnce(world, ours);
          }
          world.block();
        }
        for (let block = 0; block < 40; block++) {
          for (const actor of ours) actor.run();
          assertOnce(world, ours);
          world.block();
        }
        assert.deepEqual([...treeOf(world.view())].sort(), [...FULL_TREE].sort());
        for (const actor of ours) assert.equal(actor.run().final, true);
      }),
      { numRuns: 30 },
    );
  });

  test('ours alone, acting in any order and at any time, make everything once and propose it once', () => {
    fc.assert(
      fc.property(schedule, (turns) => {
        const world = syncedWorld();
        const ours = world.witnesses.map((account) => makeActor(world, account));
        for (const turn of turns) {
          for (const at of turn) ours[at]?.run();
          assertOnce(world, ours);
          world.block();
        }
        assert.deepEqual(treeOf(world.view()), FULL_TREE);
        assert.equal(
          ours.reduce((sum, actor) => sum + actor.proposed.size, 0),
          1,
        );
      }),
      { numRuns: 30 },
    );
  });
});

/** Nothing is on chain twice, and no two open proposals that share something carry the approval of one of ours. */
function assertOnce(world: World, ours: readonly Actor[]): void {
  const tree = treeOf(world.view());
  assert.equal(new Set(tree).size, tree.length, tree.join('\n'));
  for (const { account } of ours) {
    const names = world
      .view()
      .proposals()
      .filter((proposal) => proposal.available_active_approvals.includes(account.id))
      .flatMap((proposal) => proposal.proposed_transaction.operations)
      .filter(([tag]) => tag !== 61)
      .map(nameOf);
    assert.equal(new Set(names).size, names.length, names.join('\n'));
  }
}
