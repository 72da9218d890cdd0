import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide } from '../../../../core/decide/decide.ts';
import type { DecisionMemory } from '../../../../core/decide/types.ts';
import type { SportsData } from '../../../../core/sports/types.ts';
import { sampleSports } from '../../../support/sample-sports.ts';
import {
  actionsOf,
  changed,
  decideAs,
  FULL_TREE,
  fullProposal,
  inputOf,
  inRankOrder,
  makeActor,
  SETTINGS,
  stored,
  syncedWorld,
  treeOf,
} from '../scenario.ts';

describe('rule A: one approval among twins', () => {
  test('of two equal proposals only the first is approved', () => {
    const world = syncedWorld();
    const [first, , other] = inRankOrder(world);
    const operations = fullProposal(world);
    const a = world.propose(other!, operations);
    const b = world.propose(first!, operations);
    const decision = decideAs(world, 1);
    assert.deepEqual(actionsOf(decision), [`add ${a}`]);
    assert.deepEqual(decision.refused, [
      { proposal: b, reason: `shares an operation with ${a}, which comes first` },
    ]);
    assert.equal(decision.propose, undefined);
  });

  test('changing over is a withdrawal followed by an addition in one list', () => {
    const world = syncedWorld();
    const [first, second] = inRankOrder(world);
    const operations = fullProposal(world);
    const a = world.propose(first!, operations);
    const b = world.propose(first!, operations);
    world.approve(b, second!);
    assert.deepEqual(actionsOf(decideAs(world, 1)), [`withdraw ${b}`, `add ${a}`]);
  });

  test('twins that share a part only are twins as well', () => {
    const world = syncedWorld();
    const [first, second] = inRankOrder(world);
    const operations = fullProposal(world);
    const a = world.propose(first!, operations.slice(0, 1));
    const b = world.propose(first!, operations);
    world.approve(b, second!);
    assert.deepEqual(actionsOf(decideAs(world, 1)), [`withdraw ${b}`, `add ${a}`]);
  });

  test('a twin that is left after the other executed loses our approval, and only then the call is final', () => {
    const world = syncedWorld();
    const [first, second] = inRankOrder(world);
    const operations = fullProposal(world);
    world.execute(operations);
    const twin = world.propose(first!, operations);
    world.approve(twin, second!);
    world.block(5);
    const decision = decideAs(world, 1);
    assert.deepEqual(actionsOf(decision), [`withdraw ${twin}`]);
    assert.match(decision.refused[0]?.reason ?? '', /on chain already as 1\.22\.0/);
    assert.equal(decision.final, false);
    world.withdraw(twin, second!);
    assert.equal(decideAs(world, 1).final, true);
  });

  test('an approval of a proposal about something else is left alone', () => {
    const world = syncedWorld();
    const [first, second] = inRankOrder(world);
    const operations = fullProposal(world);
    const others = fullProposal(world, [
      stored({ provider: 'p1', home: 'Green Owls' }),
      stored({ provider: 'p2', home: 'Green Owls' }),
    ]);
    const mine = world.propose(first!, operations);
    world.execute(operations);
    const frozen = world.propose(first!, [
      [72, { fee: { amount: 100_000, asset_id: '1.3.0' }, event_id: '1.22.0', status: 'frozen', scores: [] }],
    ]);
    const closing = world.propose(first!, [
      [
        70,
        { fee: { amount: 100_000, asset_id: '1.3.0' }, betting_market_group_id: '1.24.0', status: 'closed' },
      ],
    ]);
    const elsewhere = world.propose(first!, others);
    for (const id of [mine, frozen, closing, elsewhere]) world.approve(id, second!);
    assert.deepEqual(actionsOf(decideAs(world, 1)), [`withdraw ${mine}`]);
  });
});

/** The sample with another German name of events, so that what was proposed before is not wanted any more. */
function renamed(): SportsData {
  const sports = sampleSports();
  const sport = sports.sports[0]!;
  const league = {
    ...sport.eventGroups[0]!,
    eventScheme: { en: '{teams.away} @ {teams.home}', de: 'Neu' },
  };
  return { ...sports, sports: [{ ...sport, eventGroups: [league] }] };
}

describe('rule B: failed is not gone', () => {
  function failing() {
    const world = syncedWorld();
    const order = inRankOrder(world);
    const id = world.propose(order[0]!, fullProposal(world));
    world.failWith('Insufficient Balance');
    for (const witness of order.slice(0, 3)) world.approve(id, witness);
    return { world, id, order };
  }

  test('a failed proposal that is still authorised stays the candidate: neither replaced nor proposed again', () => {
    const { world, id } = failing();
    const decision = decideAs(world, 0);
    assert.deepEqual(actionsOf(decision), [`keep ${id}`]);
    assert.equal(decision.propose, undefined);
    assert.equal(decision.status, 'waiting');
    assert.equal(decision.final, false);
    assert.equal(decision.wakeAtBlock, world.view().head.number + 10);
  });

  test('it stays the candidate even against an equal proposal with a lower id', () => {
    const world = syncedWorld();
    const order = inRankOrder(world);
    const operations = fullProposal(world);
    const lower = world.propose(order[1]!, operations);
    const failed = world.propose(order[0]!, operations);
    world.failWith('Insufficient Balance');
    for (const witness of order.slice(0, 3)) world.approve(failed, witness);
    const decision = decideAs(world, 4);
    assert.deepEqual(actionsOf(decision), [`add ${failed}`]);
    assert.equal(decision.refused[0]?.proposal, lower);
  });

  test('it is poked by rank, with pauses that double, and given up with an alert', () => {
    const { world, id } = failing();
    const pokesOf = (place: number) => {
      let memory: DecisionMemory = {};
      const start = world.view().head.number;
      const pokes: number[] = [];
      let alert: string | undefined;
      for (let block = 0; block < 400; block++) {
        const decision = decideAs(world, place, memory);
        memory = decision.memory;
        if (actionsOf(decision).includes(`poke ${id}`)) pokes.push(world.view().head.number - start);
        alert = decision.alert;
        world.block();
      }
      return { pokes, alert };
    };
    const { pokes, alert } = pokesOf(0);
    assert.deepEqual(pokes, [10, 10 + 20, 10 + 20 + 40]);
    assert.match(alert ?? '', /did not execute after 3 tries: Insufficient Balance/);
    assert.deepEqual(pokesOf(1).pokes, [20, 20 + 40, 20 + 40 + 80]);
  });

  test('a poke executes it once what made it fail is gone', () => {
    const { world, id, order } = failing();
    const actor = makeActor(world, order[0]!);
    actor.run();
    world.failWith(undefined);
    world.block(10);
    assert.deepEqual(actionsOf(actor.run()), [`poke ${id}`]);
    assert.deepEqual(treeOf(world.view()), FULL_TREE);
  });

  test('when it falls below the threshold it is a candidate like any other', () => {
    const { world, id, order } = failing();
    world.withdraw(id, order[2]!);
    world.withdraw(id, order[1]!);
    const decision = decideAs(world, 1);
    assert.deepEqual(actionsOf(decision), [`add ${id}`]);
  });

  test('to abandon it the withdrawal goes alone; the other is approved only after a look', () => {
    const { world, id, order } = failing();
    // The data now want another text, so the failed proposal is not wanted any more.
    const first = world.view().proposal(id)!.proposed_transaction.operations[0]!;
    const better = world.propose(order[1]!, [
      changed(first, {
        name: [
          ['de', 'Neu'],
          ['en', 'Red Foxes @ Blue Whales'],
        ],
      }),
    ]);
    const sports = renamed();
    const decision = decide(inputOf(world.view(), { witness: order[0]!, sports }));
    assert.deepEqual(actionsOf(decision), [`withdraw ${id}`]);
    assert.equal(decision.propose, undefined);
    assert.equal(decision.wakeAtBlock, world.view().head.number + 1);
    world.withdraw(id, order[0]!);
    world.block();
    assert.deepEqual(actionsOf(decide(inputOf(world.view(), { witness: order[0]!, sports }))), [
      `add ${better}`,
    ]);
  });

  const abandoned: readonly (readonly [string, () => ReturnType<typeof failing>])[] = [
    [
      'failed and has lost its majority since',
      () => {
        const one = failing();
        one.world.withdraw(one.id, one.order[2]!);
        return one;
      },
    ],
    [
      'is authorised by a change of weights and has not failed',
      () => {
        const world = syncedWorld();
        const order = inRankOrder(world);
        const id = world.propose(order[0]!, fullProposal(world));
        for (const witness of order.slice(0, 2)) world.approve(id, witness);
        world.setWeights(Object.fromEntries(order.map((witness, at) => [witness.id, at < 2 ? 2 : 1])), 4);
        return { world, id, order };
      },
    ],
  ];
  for (const [what, prepare] of abandoned) {
    test(`to abandon one that ${what}, the withdrawal goes alone, and nothing is proposed yet`, () => {
      const { world, id, order } = prepare();
      const sports = renamed();
      const decision = decide(inputOf(world.view(), { witness: order[0]!, sports }));
      assert.deepEqual(actionsOf(decision), [`withdraw ${id}`]);
      assert.equal(decision.propose, undefined);
      assert.match(decision.wanted[0]?.reason ?? '', /abandoned|may still execute/);
      world.withdraw(id, order[0]!);
      world.block();
      const next = decide(inputOf(world.view(), { witness: order[0]!, sports }));
      assert.deepEqual(actionsOf(next), []);
      assert.equal(next.propose?.operations.length, 10);
    });

    test(`to abandon one that ${what}, nothing else is approved in the same transaction`, () => {
      const { world, id, order } = prepare();
      const sports = renamed();
      const view = { ...world.view(), proposals: () => [] };
      const [operation] = decide(inputOf(view, { witness: order[0]!, sports })).propose!.operations;
      const better = world.propose(order[1]!, [operation!]);
      const run = () => actionsOf(decide(inputOf(world.view(), { witness: order[0]!, sports })));
      assert.deepEqual(run(), [`withdraw ${id}`]);
      world.withdraw(id, order[0]!);
      world.block();
      assert.deepEqual(run(), [`add ${better}`]);
    });
  }

  test('pauses between two tries grow no longer than 1200 blocks', () => {
    const { world, id, order } = failing();
    const pokes = { [id]: { count: 11, lastBlock: world.view().head.number } };
    const settings = { ...SETTINGS, maxPokes: 20 };
    const next = (place: number) =>
      decide(inputOf(world.view(), { witness: order[place]!, settings, memory: { pokes } })).wakeAtBlock;
    assert.deepEqual([next(0), next(2)], [world.view().head.number + 1200, world.view().head.number + 3600]);
  });

  test('what an authorised proposal holds is not proposed again even when we refuse it', () => {
    const world = syncedWorld();
    const order = inRankOrder(world);
    const [first, group] = fullProposal(world);
    const foreign = world.propose(order[1]!, [first!, changed(group!, { delay_before_settling: 1 })]);
    world.failWith('Insufficient Balance');
    for (const witness of order.slice(1, 4)) world.approve(foreign, witness);
    const decision = decideAs(world, 0);
    assert.equal(decision.propose, undefined);
    assert.deepEqual(decision.approvals, []);
    assert.match(decision.wanted[0]?.reason ?? '', /may still execute/);
    assert.equal(decision.wanted[0]?.where, foreign);
  });
});

describe('rule C: the threshold can change', () => {
  test('what a change of weights authorised is poked, by rank', () => {
    const world = syncedWorld();
    const order = inRankOrder(world);
    const id = world.propose(order[0]!, fullProposal(world));
    for (const witness of order.slice(0, 2)) world.approve(id, witness);
    assert.deepEqual(actionsOf(decideAs(world, 0)), [`keep ${id}`]);
    world.setWeights(Object.fromEntries(order.map((witness) => [witness.id, 1])), 2);
    assert.deepEqual(actionsOf(decideAs(world, 0)), [`poke ${id}`]);
    const second = decideAs(world, 1);
    assert.deepEqual(actionsOf(second), [`keep ${id}`]);
    assert.equal(second.wakeAtBlock, world.view().head.number + 1);
    world.block();
    assert.deepEqual(actionsOf(decideAs(world, 1, second.memory)), [`poke ${id}`]);
  });
});
