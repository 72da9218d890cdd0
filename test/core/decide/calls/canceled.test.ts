import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PastEvent } from '../../../../core/chain/types.ts';
import { OP } from '../../../../core/chain/types.ts';
import { decide } from '../../../../core/decide/decide.ts';
import {
  agreedOn,
  allOurs,
  begins,
  cancels,
  creates,
  decideCall,
  EVENT,
  eventWorld,
  executedOf,
  finishes,
  makeWitness,
  play,
  proposalOf,
  ranked,
  report,
  results,
  SPORTS,
} from '../match.ts';
import { actionsOf, codesOf, inputOf, stored, syncedWorld } from '../scenario.ts';

describe('canceled', () => {
  test('wants one operation: canceled without scores, whatever the event was', () => {
    for (const status of ['upcoming', 'in_progress', 'frozen', 'finished'] as const) {
      const world = eventWorld();
      world.setEventStatus(EVENT, status);
      const [operation, ...more] = proposalOf(world, 'canceled', cancels());
      assert.deepEqual(more, []);
      assert.equal(operation?.[0], OP.event_update_status);
      assert.deepEqual([operation?.[1].status, operation?.[1].scores], ['canceled', []]);
    }
  });

  test('its execution removes the event, and the call is done by the proposal that did it', () => {
    const world = eventWorld();
    const all = allOurs(world, cancels());
    play(world, all, 8);
    assert.deepEqual(world.view().events('1.21.0'), []);
    assert.equal(agreedOn(all, 'canceled'), 'done final');
    assert.deepEqual(executedOf(world), ['72 canceled']);
    assert.equal(
      all.reduce((sum, witness) => sum + witness.proposed().length, 0),
      1,
    );
  });

  test('an event that is canceled before its creation was irreversible is over by the proposal that did it', () => {
    const world = syncedWorld(SPORTS);
    world.execute(proposalOf(world, 'create', creates()));
    const witness = makeWitness(world, ranked(world, 'canceled')[0]!, cancels());
    witness.run();
    const [id] = witness.proposed();
    witness.run();
    for (const peer of ranked(world, 'canceled').slice(0, 3)) {
      if (world.view().proposal(id!)) world.approve(id!, peer);
    }
    witness.run();
    const done = witness.decisions.get('canceled')!;
    assert.equal(witness.memory('canceled').created, undefined);
    assert.deepEqual([done.status, done.final], ['done', false]);
    world.block(done.wakeWhenIrreversible! - world.view().irreversible);
    witness.run();
    assert.deepEqual([witness.decisions.get('canceled')?.final], [true]);
  });

  test('an event that was there irreversibly and is gone is over', () => {
    const world = eventWorld();
    const { memory } = decideCall(world, 'canceled', cancels());
    assert.equal(memory.created, EVENT);
    world.remove(EVENT);
    const decision = decideCall(world, 'canceled', cancels(), { memory });
    assert.deepEqual([decision.status, decision.final, codesOf(decision)], ['done', true, ['event_over']]);
  });

  test('an event that is not on chain yet is waited for, while its pending creation is un-wanted', () => {
    const world = syncedWorld(SPORTS);
    const order = ranked(world, 'create');
    const creation = world.propose(order[3]!, proposalOf(world, 'create', creates()));
    const witness = makeWitness(world, order[0]!, creates());
    witness.run();
    assert.deepEqual(actionsOf(witness.decisions.get('create')!), [`add ${creation}`]);
    witness.incidents = [...creates(), ...cancels()];
    world.block();
    witness.run();
    assert.deepEqual(actionsOf(witness.decisions.get('create')!), [`withdraw ${creation}`]);
    const waiting = witness.decisions.get('canceled')!;
    assert.deepEqual([waiting.status, waiting.final], ['event_missing', false]);
    assert.deepEqual(waiting.dependsOn.objects, ['1.20.0', '1.21.0']);
    // Others bring it about nevertheless.
    for (const peer of order.slice(1, 4)) world.approve(creation, peer);
    assert.equal(world.view().events('1.21.0').length, 1);
    world.block(5);
    witness.run();
    assert.deepEqual(proposalOf(world, 'canceled', witness.incidents)[0]?.[1].status, 'canceled');
  });

  test('it un-wants open proposals of every other call', () => {
    const world = eventWorld();
    const us = ranked(world, 'canceled')[0]!;
    const peer = world.witnesses.find(({ id }) => id !== us.id)!;
    const incidents = [...begins(), ...finishes(), ...results(2, 1, 'p1', 'p2')];
    const open = [
      world.propose(peer, proposalOf(world, 'in_progress', incidents)),
      world.propose(peer, proposalOf(world, 'result', incidents)),
    ];
    const witness = makeWitness(world, us, incidents);
    witness.run();
    for (const id of open)
      assert.ok(world.view().proposal(id)?.available_active_approvals.includes(us.id), id);
    report([witness], cancels('p9'));
    world.block();
    witness.run();
    for (const id of open)
      assert.ok(!world.view().proposal(id)?.available_active_approvals.includes(us.id), id);
    for (const call of ['in_progress', 'finish', 'result'] as const) {
      assert.equal(witness.decisions.get(call)?.propose, undefined);
    }
  });

  test('a cancel beside an agreed result counts, and somebody is told', () => {
    const world = eventWorld();
    const incidents = [...cancels('p3'), ...results(2, 1, 'p1', 'p2')];
    const decision = decideCall(world, 'canceled', incidents);
    assert.ok(decision.propose);
    assert.match(decision.alert ?? '', /also the result 2:1/);
  });

  test('a cancel after the settlement changes nothing, and history makes it an alert', () => {
    const world = eventWorld();
    const [event] = world.view().events('1.21.0');
    world.remove(EVENT);
    const history: PastEvent[] = [
      { event: { ...event!, status: 'settled', scores: ['2', '1'] }, groups: [] },
    ];
    const decision = decideCall(world, 'canceled', cancels(), { history });
    assert.deepEqual([decision.status, decision.final], ['done', true]);
    assert.match(decision.reasons[0]?.text ?? '', /settled 2:1/);
    assert.match(decision.alert ?? '', /has been settled/);
    const canceled: PastEvent[] = [{ event: { ...event!, status: 'canceled' }, groups: [] }];
    assert.equal(decideCall(world, 'canceled', cancels(), { history: canceled }).alert, undefined);
  });
});

describe('a match that is moved', () => {
  const LATER = '2026-01-21T19:00:00Z';
  const moved = () => ['p1', 'p2'].map((provider) => stored({ provider, start: LATER }, SPORTS));

  test('is canceled and created with its other start; neither touches the other', () => {
    const world = eventWorld();
    const old = allOurs(world, [...creates(), ...cancels()]);
    const fresh = allOurs(world, moved());
    play(world, [...old, ...fresh], 10);
    assert.deepEqual(
      world
        .view()
        .events('1.21.0')
        .map(({ start_time, status }) => [start_time, status]),
      [['2026-01-21T19:00:00', 'upcoming']],
    );
    assert.equal(agreedOn(old, 'canceled'), 'done final');
    assert.equal(agreedOn(old, 'create'), 'done final');
    assert.equal(agreedOn(fresh, 'create'), 'done final');
  });

  test('the canceled one is not created again when its creates are repeated', () => {
    const world = eventWorld();
    const all = allOurs(world, creates());
    play(world, all, 3);
    report(all, cancels());
    play(world, all, 8);
    report(all, [stored({ provider: 'p7' }, SPORTS)]);
    play(world, all, 8);
    assert.deepEqual(world.view().events('1.21.0'), []);
    assert.equal(agreedOn(all, 'create'), 'done final');
  });

  test('a start that is six minutes off is another event, and somebody is told', () => {
    const world = eventWorld();
    const incidents = ['p1', 'p2'].map((provider) =>
      stored({ provider, start: '2026-01-20T19:06:00Z' }, SPORTS),
    );
    const decision = decide(
      inputOf(world.view(), { sports: SPORTS, incidents, witness: ranked(world, 'create')[0]! }),
    );
    assert.equal(decision.propose?.operations[0]?.[1].start_time, '2026-01-20T19:05:00');
    assert.match(decision.alert ?? '', /same pair is on chain as 1\.22\.0 at 2026-01-20T19:00:00/);
  });
});
