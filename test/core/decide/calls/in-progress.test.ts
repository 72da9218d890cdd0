import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OP } from '../../../../core/chain/types.ts';
import { begins, cancels, decideCall, EVENT, eventWorld, makeWitness, proposalOf, ranked } from '../match.ts';
import { actionsOf, codesOf } from '../scenario.ts';

describe('in_progress', () => {
  test('wants one operation: the status, without scores, with the fee of the schedule', () => {
    assert.deepEqual(proposalOf(eventWorld({ fee: 777 }), 'in_progress', begins()), [
      [
        OP.event_update_status,
        {
          fee: { amount: 777, asset_id: '1.3.0' },
          event_id: EVENT,
          status: 'in_progress',
          scores: [],
          extensions: [],
        },
      ],
    ]);
  });

  test('its proposal executes, and it is done, then final, with what carried it', () => {
    const world = eventWorld();
    const [first] = ranked(world, 'in_progress');
    const id = world.propose(first!, proposalOf(world, 'in_progress', begins()));
    for (const witness of world.witnesses.slice(0, 3)) world.approve(id, witness);
    assert.equal(world.view().events('1.21.0')[0]?.status, 'in_progress');
    const done = decideCall(world, 'in_progress', begins());
    assert.deepEqual([done.status, done.final], ['done', false]);
    assert.deepEqual(done.memory.proposals, [id]);
    world.block(done.wakeWhenIrreversible! - world.view().irreversible);
    const final = decideCall(world, 'in_progress', begins(), { memory: done.memory });
    assert.deepEqual([final.status, final.final], ['done', true]);
  });

  test('an event that is in progress wants nothing', () => {
    const world = eventWorld();
    world.setEventStatus(EVENT, 'in_progress');
    const decision = decideCall(world, 'in_progress', begins());
    assert.deepEqual([decision.status, decision.propose], ['done', undefined]);
    assert.equal(decision.wanted[0]?.state, 'on_chain');
  });

  test('an event that was frozen before it began is started, as legacy peers do', () => {
    const world = eventWorld();
    world.setEventStatus(EVENT, 'frozen');
    assert.equal(proposalOf(world, 'in_progress', begins())[0]?.[1].status, 'in_progress');
  });

  test('one that was frozen after it began stays frozen, however often providers repeat themselves', () => {
    const world = eventWorld();
    const witness = makeWitness(world, ranked(world, 'in_progress')[0]!, begins('p1'));
    world.setEventStatus(EVENT, 'in_progress');
    witness.run();
    world.setEventStatus(EVENT, 'frozen');
    for (const provider of ['p2', 'p3']) {
      witness.incidents = [...witness.incidents, ...begins(provider)];
      world.block(3);
      witness.run();
      const decision = witness.decisions.get('in_progress')!;
      assert.equal(decision.status, 'done');
      assert.ok(codesOf(decision).includes('frozen_later'));
      assert.equal(decision.propose, undefined);
    }
  });

  test('an event that is finished does not begin any more, and approvals for it are withdrawn', () => {
    const world = eventWorld();
    const order = ranked(world, 'in_progress');
    const id = world.propose(order[1]!, proposalOf(world, 'in_progress', begins()));
    world.approve(id, order[0]!);
    world.setEventStatus(EVENT, 'finished');
    const decision = decideCall(world, 'in_progress', begins());
    assert.deepEqual(actionsOf(decision), [`withdraw ${id}`]);
    assert.deepEqual([decision.status, decision.final], ['done', false]);
    world.withdraw(id, order[0]!);
    assert.equal(decideCall(world, 'in_progress', begins()).final, true);
  });

  test('a cancel un-wants it (rule N)', () => {
    const world = eventWorld();
    const order = ranked(world, 'in_progress');
    const id = world.propose(order[1]!, proposalOf(world, 'in_progress', begins()));
    world.approve(id, order[0]!);
    const decision = decideCall(world, 'in_progress', [...begins(), ...cancels('p2')]);
    assert.deepEqual(actionsOf(decision), [`withdraw ${id}`]);
    assert.deepEqual(codesOf(decision), ['canceled']);
    assert.equal(decision.propose, undefined);
  });
});
