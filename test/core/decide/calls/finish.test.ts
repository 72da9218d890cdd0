import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OP } from '../../../../core/chain/types.ts';
import {
  begins,
  cancels,
  decideCall,
  EVENT,
  eventWorld,
  finishes,
  makeWitness,
  proposalOf,
  ranked,
  results,
} from '../match.ts';
import { actionsOf, codesOf } from '../scenario.ts';

const AGREED = results(2, 1, 'p1', 'p2');

describe('finish', () => {
  test('wants one operation: finished without scores, whatever the event was', () => {
    for (const status of ['upcoming', 'in_progress', 'frozen'] as const) {
      const world = eventWorld();
      world.setEventStatus(EVENT, status);
      const [operation, ...more] = proposalOf(world, 'finish', finishes());
      assert.deepEqual(more, []);
      assert.equal(operation?.[0], OP.event_update_status);
      assert.deepEqual([operation?.[1].status, operation?.[1].scores], ['finished', []]);
    }
  });

  test('an event that is finished wants nothing', () => {
    const world = eventWorld();
    world.setEventStatus(EVENT, 'finished');
    const decision = decideCall(world, 'finish', finishes());
    assert.deepEqual([decision.status, decision.propose], ['done', undefined]);
  });

  test('the provider threshold of the settings counts', () => {
    const world = eventWorld();
    const [first] = ranked(world, 'finish');
    const witness = makeWitness(world, first!, finishes());
    witness.run();
    assert.equal(witness.decisions.get('finish')?.threshold, 1);
  });

  test('an agreed result finishes the event with its scores, so finish wants nothing and waits (rule N)', () => {
    const world = eventWorld();
    const incidents = [...finishes(), ...AGREED];
    const decision = decideCall(world, 'finish', incidents);
    assert.deepEqual([decision.status, decision.final], ['waiting', false]);
    assert.deepEqual(codesOf(decision), ['left_to_result']);
    assert.deepEqual([decision.propose, decision.approvals], [undefined, []]);
    assert.deepEqual(decision.dependsOn.objects, [EVENT]);
    world.setEventStatus(EVENT, 'finished');
    assert.equal(decideCall(world, 'finish', incidents).status, 'done');
  });

  test('when the result is not agreed any more, finish is wanted again', () => {
    const world = eventWorld();
    assert.ok(proposalOf(world, 'finish', [...finishes(), ...AGREED, ...results(1, 1, 'p3', 'p4')]));
  });

  test('a pending finish is withdrawn by the result that un-wants it, and only by that (rule N)', () => {
    const world = eventWorld();
    const [first] = ranked(world, 'result');
    const id = world.propose(ranked(world, 'finish')[1]!, proposalOf(world, 'finish', finishes()));
    const witness = makeWitness(world, first!, finishes());
    witness.run();
    assert.deepEqual(actionsOf(witness.decisions.get('finish')!), [`add ${id}`]);
    world.block();
    witness.incidents = [...finishes(), ...AGREED];
    witness.run();
    assert.deepEqual(actionsOf(witness.decisions.get('finish')!), []);
    assert.deepEqual(actionsOf(witness.decisions.get('result')!), [`withdraw ${id}`]);
    assert.match(
      witness.decisions.get('result')!.refused[0]?.reason ?? '',
      /scores: wanted \["2","1"\], found \[\]/,
    );
  });

  test('a proposal with scores is not accepted, but an approval that an operator gave to it stays', () => {
    const world = eventWorld();
    const order = ranked(world, 'finish');
    const settling = world.propose(order[1]!, proposalOf(world, 'result', AGREED));
    world.approve(settling, order[0]!);
    const decision = decideCall(world, 'finish', finishes());
    assert.deepEqual(decision.approvals, []);
    assert.match(decision.refused[0]?.reason ?? '', /scores: wanted/);
    assert.ok(decision.propose);
  });

  test('a cancel un-wants it (rule N)', () => {
    const world = eventWorld();
    const order = ranked(world, 'finish');
    const id = world.propose(order[1]!, proposalOf(world, 'finish', finishes()));
    world.approve(id, order[0]!);
    const decision = decideCall(world, 'finish', [...finishes(), ...cancels('p2')]);
    assert.deepEqual(actionsOf(decision), [`withdraw ${id}`]);
    assert.equal(decision.propose, undefined);
  });

  test('it does not care for proposals that begin the event', () => {
    const world = eventWorld();
    const id = world.propose(ranked(world, 'finish')[1]!, proposalOf(world, 'in_progress', begins()));
    const decision = decideCall(world, 'finish', finishes());
    assert.deepEqual(decision.refused, []);
    assert.deepEqual(decision.approvals, []);
    assert.ok(id);
  });
});
