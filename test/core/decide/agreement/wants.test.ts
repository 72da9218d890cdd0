import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide } from '../../../../core/decide/decide.ts';
import {
  actionsOf,
  changed,
  codesOf,
  decideAs,
  fullProposal,
  inputOf,
  inRankOrder,
  makeActor,
  START,
  stored,
  syncedWorld,
  tagsOf,
  twoCreates,
} from '../scenario.ts';

describe('rule N: what a later fact un-wants is withdrawn', () => {
  test('a cancel un-wants the creation: nothing is proposed, approvals are withdrawn, then it is final', () => {
    const world = syncedWorld();
    const order = inRankOrder(world);
    const id = world.propose(order[0]!, fullProposal(world));
    world.approve(id, order[1]!);
    const incidents = [...twoCreates(), stored({ provider: 'p1', call: 'canceled', arguments: {} })];
    const decision = decide(inputOf(world.view(), { witness: order[1]!, incidents }));
    assert.deepEqual(actionsOf(decision), [`withdraw ${id}`]);
    assert.equal(decision.status, 'done');
    assert.equal(decision.final, false);
    world.withdraw(id, order[1]!);
    const after = decide(inputOf(world.view(), { witness: order[1]!, incidents }));
    assert.equal(after.final, true);
    assert.equal(after.propose, undefined);
    assert.deepEqual(codesOf(after), ['canceled']);
  });

  test('when the match begins before it is on chain, our approval is withdrawn', () => {
    const world = syncedWorld();
    const order = inRankOrder(world);
    const actor = makeActor(world, order[1]!);
    world.setTime('2026-01-20T18:00:00Z');
    const id = world.propose(order[0]!, fullProposal(world));
    actor.run();
    world.setTime(START);
    const decision = actor.run();
    assert.equal(decision.status, 'create_too_old');
    assert.deepEqual(actionsOf(decision), [`withdraw ${id}`]);
    assert.equal(actor.run().final, true);
  });

  test('when incidents fall below the threshold, only what this call approved itself is withdrawn', () => {
    const world = syncedWorld();
    const order = inRankOrder(world);
    const id = world.propose(order[0]!, fullProposal(world));
    world.approve(id, order[1]!);
    const incidents = twoCreates().slice(0, 1);
    const byHand = decide(inputOf(world.view(), { witness: order[1]!, incidents }));
    assert.equal(byHand.status, 'insufficient_incidents');
    assert.deepEqual(byHand.approvals, []);
    const ours = decide(
      inputOf(world.view(), { witness: order[1]!, incidents, memory: { proposals: [id] } }),
    );
    assert.deepEqual(actionsOf(ours), [`withdraw ${id}`]);
  });
});

describe('rule O: create never sets the status of an event that exists', () => {
  test('a frozen event stays frozen while its markets are completed', () => {
    const world = syncedWorld();
    world.execute(fullProposal(world).slice(0, 4));
    world.setEventStatus('1.22.0', 'frozen');
    world.block(5);
    const { propose, wanted } = decideAs(world, 0);
    assert.deepEqual(tagsOf(propose?.operations ?? []), [60, 61, 61, 60, 61, 61]);
    for (const { operation } of wanted) {
      assert.ok(!('status' in operation[1]) && !('new_status' in operation[1]));
    }
  });

  test('in any status the event that is there is on chain as far as create goes', () => {
    for (const status of ['upcoming', 'frozen', 'in_progress', 'finished'] as const) {
      const world = syncedWorld();
      world.execute(fullProposal(world));
      world.setEventStatus('1.22.0', status);
      world.block(5);
      const decision = decideAs(world, 0);
      assert.equal(decision.status, 'done');
      assert.equal(decision.propose, undefined);
    }
  });

  test('a peer update that would set the status is not approved', () => {
    const world = syncedWorld();
    const order = inRankOrder(world);
    world.execute(fullProposal(world));
    world.setName('1.22.0', [
      ['de', 'Blue Whales gegen Red Foxes'],
      ['en', 'Wrong'],
    ]);
    world.block(5);
    const [update] = fullProposal(world);
    const unfreezing = world.propose(order[3]!, [changed(update!, { new_status: 'upcoming' })]);
    const plain = world.propose(order[3]!, [changed(update!, { new_season: [['en', 'any']] })]);
    const decision = decideAs(world, 0);
    assert.deepEqual(actionsOf(decision), [`add ${plain}`]);
    assert.notEqual(unfreezing, plain);
  });
});
