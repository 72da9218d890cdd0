import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DecisionMemory } from '../../../../core/decide/types.ts';
import type { World } from '../../../support/view-builder.ts';
import {
  cancels,
  creates,
  decideCall,
  dynamics,
  EVENT,
  eventWorld,
  MONEYLINE,
  proposalOf,
  results,
} from '../match.ts';
import { codesOf, tagsOf } from '../scenario.ts';

/** Cancels a market group as the chain does: it goes with its markets. */
function cancelGroup(world: World, group: string): void {
  for (const { id } of world.view().markets(group)) world.remove(id);
  world.remove(group);
  world.block();
}

const create = (world: World, memory: DecisionMemory) => decideCall(world, 'create', creates(), { memory });
const total = (value: string) => [dynamics('p1', [{ type: 'ou', value }])];

describe('a market group that operators canceled', () => {
  test('is not opened again by a repeated create, which says so', () => {
    const world = eventWorld();
    const before = create(world, {});
    assert.equal(before.status, 'done');
    cancelGroup(world, MONEYLINE);
    const repeated = create(world, before.memory);
    assert.deepEqual([repeated.status, repeated.final, repeated.propose], ['done', true, undefined]);
    assert.ok(codesOf(repeated).includes('group_gone'), codesOf(repeated).join());
    assert.match(
      repeated.reasons.map(({ text }) => text).join(),
      /Moneyline was on chain as 1\.24\.0 and is gone/,
    );
    assert.deepEqual(create(world, repeated.memory).propose, undefined, 'nor by one more');
  });

  test('is not approved when a peer opens it again', () => {
    const world = eventWorld();
    const { memory } = create(world, {});
    cancelGroup(world, MONEYLINE);
    // One that never saw it wants it.
    world.propose(world.witnesses[3]!, proposalOf(world, 'create', creates()));
    const decision = create(world, memory);
    assert.deepEqual([decision.status, decision.approvals], ['done', []]);
  });

  test('is opened by one that saw it only in a block that is not irreversible yet', () => {
    const world = eventWorld({ lag: 20 });
    const { memory } = create(world, {});
    assert.equal(memory.opened, undefined);
    cancelGroup(world, MONEYLINE);
    assert.deepEqual(tagsOf(create(world, memory).propose?.operations ?? []), [60, 61, 61]);
  });

  test('is opened below another event of the same match', () => {
    const world = eventWorld();
    const { memory } = create(world, {});
    assert.equal(memory.opened?.event, EVENT);
    const opened = { event: '1.22.99', groups: memory.opened?.groups ?? {} };
    cancelGroup(world, MONEYLINE);
    assert.deepEqual(tagsOf(create(world, { ...memory, opened }).propose?.operations ?? []), [60, 61, 61]);
  });

  test('is remembered beside the groups that are still there, and through a run that withdraws', () => {
    const world = eventWorld();
    world.execute(proposalOf(world, 'dynamic_bmgs', total('5.5')));
    world.block(5);
    const [, group] = world.view().marketGroups(EVENT);
    const { memory } = decideCall(world, 'dynamic_bmgs', total('5.5'));
    assert.deepEqual(memory.opened, { event: EVENT, groups: { '["Total 5.5","1.3.0"]': group!.id } });
    for (const call of ['create', 'dynamic_bmgs'] as const) {
      const incidents = [...creates(), ...total('5.5'), ...cancels()];
      const after = decideCall(world, call, incidents, { memory: { ...memory, created: EVENT } }).memory;
      assert.deepEqual([after.opened, after.created], [memory.opened, EVENT]);
    }
  });

  test('with a value is not opened again with that value, but with another one', () => {
    const world = eventWorld();
    world.execute(proposalOf(world, 'dynamic_bmgs', total('5.5')));
    world.block(5);
    const { memory } = decideCall(world, 'dynamic_bmgs', total('5.5'));
    cancelGroup(world, world.view().marketGroups(EVENT)[1]!.id);
    const repeated = decideCall(world, 'dynamic_bmgs', total('5.5'), { memory });
    assert.deepEqual([repeated.status, repeated.propose], ['done', undefined]);
    assert.ok(codesOf(repeated).includes('group_gone'));
    const other = decideCall(world, 'dynamic_bmgs', total('7.5'), { memory });
    assert.deepEqual(tagsOf(other.propose?.operations ?? []), [60, 61, 61]);
  });
});

describe('what a result remembers of settled groups', () => {
  test('outlives providers that fall out with each other, so that a correction is still told as too late', () => {
    const world = eventWorld();
    world.execute(proposalOf(world, 'dynamic_bmgs', total('5.5')));
    const agreed = results(2, 1, 'p1', 'p2');
    world.setEventStatus(EVENT, 'finished');
    const first = decideCall(world, 'result', agreed);
    // One group is settled at once, the other waits.
    cancelGroup(world, MONEYLINE);
    const split = [...results(2, 1, 'p1'), ...results(3, 1, 'p2')];
    const undecided = decideCall(world, 'result', split, { memory: first.memory });
    assert.equal(undecided.status, 'undecided');
    const corrected = decideCall(world, 'result', results(3, 1, 'p1', 'p2'), { memory: undecided.memory });
    assert.match(corrected.alert ?? '', /1\.24\.0 were to be resolved for 2:1 and are gone/);
  });
});
