import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide } from '../../../../core/decide/decide.ts';
import { rankOf } from '../../../../core/decide/rank.ts';
import {
  actionsOf,
  codesOf,
  decideAs,
  firstInRank,
  fullProposal,
  inputOf,
  SETTINGS,
  syncedWorld,
} from '../scenario.ts';

describe('rule F: only active witnesses act', () => {
  test('an account that is not an active witness neither proposes nor approves; the decision says why', () => {
    const world = syncedWorld();
    const outsider = { name: 'outsider', id: '1.2.99' };
    const idle = decide(inputOf(world.view(), { witness: outsider }));
    assert.equal(idle.status, 'waiting');
    assert.equal(idle.propose, undefined);
    assert.ok(codesOf(idle).includes('inactive_account'));
    world.propose(world.witnesses[0]!, fullProposal(world));
    assert.deepEqual(decide(inputOf(world.view(), { witness: outsider })).approvals, []);
  });

  test('without accounts the decision runs and says so', () => {
    const decision = decide(inputOf(syncedWorld().view()));
    assert.equal(decision.status, 'waiting');
    assert.equal(decision.propose, undefined);
    assert.ok(codesOf(decision).includes('no_account'));
  });

  test('proposals of accounts that are not active witnesses do not count, our own neither', () => {
    const world = syncedWorld();
    const id = world.propose({ name: 'outsider', id: '1.2.99' }, fullProposal(world));
    const decision = decideAs(world, 0);
    assert.deepEqual(decision.approvals, []);
    assert.match(
      decision.refused.find(({ proposal }) => proposal === id)?.reason ?? '',
      /not an active witness/,
    );
    assert.equal(decision.propose?.operations.length, 10);
  });

  test('our own proposal is approved by the same rule as others', () => {
    const world = syncedWorld();
    const first = firstInRank(world);
    const id = world.propose(first, fullProposal(world));
    assert.deepEqual(actionsOf(decideAs(world, 0)), [`add ${id}`]);
  });
});

describe('rule G: rank', () => {
  test('rank k waits k blocks and looks again before it proposes', () => {
    const world = syncedWorld();
    assert.ok(decideAs(world, 0).propose);
    const waiting = decideAs(world, 2);
    assert.equal(waiting.propose, undefined);
    assert.deepEqual(codesOf(waiting), ['waiting_rank']);
    assert.equal(waiting.wakeAtBlock, world.view().head.number + 2);
    world.block();
    assert.equal(decideAs(world, 2, waiting.memory).propose, undefined);
    world.block();
    assert.ok(decideAs(world, 2, waiting.memory).propose);
  });

  test('a witness that waits and sees the proposal of another does not propose', () => {
    const world = syncedWorld();
    const waiting = decideAs(world, 1);
    world.propose(firstInRank(world), fullProposal(world));
    world.block(3);
    assert.equal(decideAs(world, 1, waiting.memory).propose, undefined);
  });

  test('other operations wait anew', () => {
    const world = syncedWorld();
    const { memory } = decideAs(world, 2);
    world.execute(fullProposal(world).slice(0, 1));
    world.block(2);
    const decision = decideAs(world, 2, memory);
    assert.equal(decision.propose, undefined);
    assert.equal(decision.wakeAtBlock, world.view().head.number + 2);
  });

  test('ranks are a permutation that depends on sport, call and day but not on the match', () => {
    const ids = ['1.2.11', '1.2.12', '1.2.13', '1.2.14', '1.2.15'];
    const order = (sport: string, call: string, day: string) =>
      ids.map((id) => rankOf({ sport, call, day }, id, ids));
    const one = order('Hockey', 'create', '2026-01-20');
    assert.deepEqual([...one].sort(), [0, 1, 2, 3, 4]);
    assert.deepEqual(one, order('Hockey', 'create', '2026-01-20'));
    const days = Array.from({ length: 20 }, (_, day) => String(order('Hockey', 'create', `2026-02-${day}`)));
    assert.ok(new Set(days).size > 5);
    assert.equal(rankOf({ sport: '', call: '', day: '' }, '1.2.99', ids), undefined);
    assert.deepEqual(
      ids.map((id) => rankOf({ sport: 'a', call: 'b', day: 'c' }, id, [...ids].reverse())),
      order('a', 'b', 'c'),
    );
  });

  test('while a proposal of ours is not visible the decision repeats it and wakes at the next block', () => {
    const world = syncedWorld();
    const first = decideAs(world, 0);
    assert.equal(first.wakeAtBlock, world.view().head.number + 1);
    world.block();
    assert.deepEqual(decideAs(world, 0, first.memory).propose?.operations, first.propose?.operations);
  });
});

describe('rule L: blocks, not pending state', () => {
  test('every absolute id in the operations comes from the view', () => {
    const world = syncedWorld();
    world.execute(fullProposal(world).slice(0, 2));
    world.block(5);
    const view = world.view();
    const known = new Set([
      ...view.sports().map(({ id }) => id),
      ...view.rules().map(({ id }) => id),
      ...view.eventGroups('1.20.0').map(({ id }) => id),
      ...view.events('1.21.0').map(({ id }) => id),
      ...view.marketGroups('1.22.0').map(({ id }) => id),
    ]);
    for (const [, fields] of decideAs(world, 0).propose?.operations ?? []) {
      for (const name of ['event_group_id', 'event_id', 'group_id', 'rules_id']) {
        const id = fields[name];
        if (typeof id === 'string' && !id.startsWith('0.0.')) assert.ok(known.has(id), id);
      }
    }
  });

  test('time is that of the head block', () => {
    const world = syncedWorld();
    const { propose } = decideAs(world, 0);
    const { head } = world.view();
    assert.equal(propose?.expiration.getTime(), head.time.getTime() + SETTINGS.proposalLifetimeMs);
  });
});
