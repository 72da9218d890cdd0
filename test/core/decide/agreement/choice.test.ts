import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  actionsOf,
  changed,
  decideAs,
  fullProposal,
  inRankOrder,
  makeActor,
  syncedWorld,
  tagsOf,
} from '../scenario.ts';

describe('rule D: pieces', () => {
  test('a piece is accepted, its operations are taken, and what hangs on it is not proposed', () => {
    const world = syncedWorld();
    const order = inRankOrder(world);
    const piece = world.propose(order[3]!, fullProposal(world).slice(0, 1));
    const decision = decideAs(world, 0);
    assert.deepEqual(actionsOf(decision), [`add ${piece}`]);
    assert.equal(decision.propose, undefined);
    assert.deepEqual(
      decision.wanted.map(({ state }) => state),
      ['taken', ...Array.from({ length: 9 }, () => 'blocked')],
    );
    assert.match(decision.wanted[1]?.reason ?? '', /waits for Red Foxes @ Blue Whales of proposal/);
  });

  test('several pieces that do not overlap are accepted, and the rest is proposed', () => {
    const world = syncedWorld();
    const order = inRankOrder(world);
    world.execute(fullProposal(world).slice(0, 1));
    world.block(5);
    const rest = fullProposal(world);
    const moneyline = world.propose(order[3]!, rest.slice(0, 3));
    const overtime = world.propose(
      order[4]!,
      rest
        .slice(6)
        .map(([tag, fields]) => [tag, fields.group_id ? { ...fields, group_id: '0.0.0' } : fields]),
    );
    const decision = decideAs(world, 0);
    assert.deepEqual(actionsOf(decision), [`add ${moneyline}`, `add ${overtime}`]);
    assert.deepEqual(tagsOf(decision.propose?.operations ?? []), [60, 61, 61]);
    assert.deepEqual(decision.propose?.operations[0]?.[1].asset_id, '1.3.1');
  });

  test('a piece that overlaps an accepted one is refused', () => {
    const world = syncedWorld();
    const order = inRankOrder(world);
    const operations = fullProposal(world);
    const a = world.propose(order[3]!, operations.slice(0, 1));
    const b = world.propose(order[4]!, operations.slice(0, 4));
    const decision = decideAs(world, 0);
    assert.deepEqual(actionsOf(decision), [`add ${a}`]);
    assert.equal(decision.refused[0]?.proposal, b);
  });

  test('a proposal with one operation that is not wanted is refused whole, with the difference in words', () => {
    const world = syncedWorld();
    const order = inRankOrder(world);
    const operations = [...fullProposal(world)];
    operations[1] = changed(operations[1]!, { rules_id: '1.23.9' });
    const id = world.propose(order[3]!, operations);
    const decision = decideAs(world, 0);
    assert.deepEqual(decision.approvals, []);
    assert.deepEqual(decision.refused, [
      {
        proposal: id,
        reason: 'betting_market_group_create Moneyline_PPY: rules_id: wanted "1.23.0", found "1.23.9"',
      },
    ]);
    assert.equal(decision.propose?.operations.length, 10);
  });
});

describe('rule E: when sides are stuck', () => {
  function rivals() {
    const world = syncedWorld();
    const order = inRankOrder(world);
    const operations = fullProposal(world);
    const a = world.propose(order[3]!, operations);
    const b = world.propose(order[4]!, operations);
    world.approve(a, order[0]!);
    world.approve(b, order[3]!);
    world.approve(b, order[4]!);
    return { world, order, a, b };
  }

  test('for 20 blocks the lowest id counts, then the most approving weight, by a change over', () => {
    const { world, a, b } = rivals();
    const first = decideAs(world, 0);
    assert.deepEqual(actionsOf(first), [`keep ${a}`]);
    assert.equal(first.memory.stuckSinceBlock, world.view().head.number);
    assert.equal(first.wakeAtBlock, world.view().head.number + 20);
    world.block(19);
    assert.deepEqual(actionsOf(decideAs(world, 0, first.memory)), [`keep ${a}`]);
    world.block();
    assert.deepEqual(actionsOf(decideAs(world, 0, first.memory)), [`withdraw ${a}`, `add ${b}`]);
  });

  test('the change over is not changed back', () => {
    const { world, order, b } = rivals();
    world.setWeights(Object.fromEntries(order.map((witness) => [witness.id, 1])), 4);
    const actor = makeActor(world, order[0]!);
    actor.run();
    world.block(20);
    actor.run();
    world.block();
    assert.deepEqual(actionsOf(actor.run()), [`keep ${b}`]);
  });

  test('one that nobody approves does not block another: the clock does not run', () => {
    const world = syncedWorld();
    const order = inRankOrder(world);
    const operations = fullProposal(world);
    const [a, b] = [world.propose(order[3]!, operations), world.propose(order[4]!, operations)];
    assert.equal(decideAs(world, 0).memory.stuckSinceBlock, undefined);
    world.approve(b, order[4]!);
    assert.equal(decideAs(world, 0).memory.stuckSinceBlock, undefined);
    world.approve(a, order[3]!);
    assert.equal(decideAs(world, 0).memory.stuckSinceBlock, world.view().head.number);
  });

  test('equal weights go to the lowest id', () => {
    const { world, order, a, b } = rivals();
    world.withdraw(b, order[4]!);
    const { memory } = decideAs(world, 0);
    world.block(20);
    assert.deepEqual(actionsOf(decideAs(world, 0, memory)), [`keep ${a}`]);
  });
});
