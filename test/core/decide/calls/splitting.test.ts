import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeOperation } from '../../../../core/chain/codec.ts';
import { decide } from '../../../../core/decide/decide.ts';
import { wideSports } from '../../../support/sample-sports.ts';
import type { World } from '../../../support/view-builder.ts';
import { decideCall, dynamics, eventWorld, results } from '../match.ts';
import { firstInRank, inputOf, makeActor, SETTINGS, syncedWorld, tagsOf, treeOf } from '../scenario.ts';

/** 8 groups of two markets on two assets: 49 operations. */
const SPORTS = wideSports(8);
const FULL = 1 + 8 * 2 * 3;

function creating(world: World, settings = {}) {
  return decide(
    inputOf(world.view(), {
      sports: SPORTS,
      witness: firstInRank(world),
      settings: { ...SETTINGS, ...settings },
    }),
  );
}

describe('splitting', () => {
  test('what fits goes into one proposal', () => {
    const decision = creating(syncedWorld(SPORTS));
    assert.equal(decision.status, 'waiting');
    assert.equal(decision.propose?.operations.length, FULL);
  });

  test('a proposal holds at most the operations of the settings, and no group without its markets', () => {
    const decision = creating(syncedWorld(SPORTS), { maxProposalOperations: 12 });
    assert.equal(decision.status, 'midway');
    assert.deepEqual(tagsOf(decision.propose!.operations), [56, 60, 61, 61, 60, 61, 61, 60, 61, 61]);
    assert.equal(
      decision.wanted.filter(({ reason }) => reason === 'follows in a later proposal').length,
      FULL - 10,
    );
  });

  test('a proposal holds at most the bytes of the settings, as the chain packs them', () => {
    const maxProposalBytes = 1000;
    const { propose } = creating(syncedWorld(SPORTS), { maxProposalBytes });
    const bytes = propose!.operations.reduce((sum, operation) => sum + encodeOperation(operation).length, 0);
    assert.ok(bytes <= maxProposalBytes, String(bytes));
    assert.ok(bytes > maxProposalBytes - 300, String(bytes));
  });

  test('one that alone is too large still goes', () => {
    const { propose, status } = creating(syncedWorld(SPORTS), { maxProposalBytes: 10 });
    assert.deepEqual([status, tagsOf(propose!.operations)], ['midway', [56]]);
    const tight = creating(syncedWorld(SPORTS), { maxProposalOperations: 2 });
    assert.deepEqual(tagsOf(tight.propose!.operations), [56]);
  });

  test('while the first part is pending, what hangs on it is not proposed', () => {
    const world = syncedWorld(SPORTS);
    const settings = { maxProposalOperations: 12 };
    const id = world.propose(world.witnesses[3]!, creating(world, settings).propose!.operations);
    const decision = creating(world, settings);
    assert.deepEqual([decision.status, decision.propose], ['midway', undefined]);
    assert.ok(decision.wanted.every(({ state, where }) => state === 'taken' || where === id));
  });

  test('below an event that is there the next part does not wait for the one before, and they fit in any order', () => {
    const world = syncedWorld(SPORTS);
    const settings = { maxProposalOperations: 12 };
    world.execute(creating(world, { maxProposalOperations: 1 }).propose!.operations);
    world.block();
    const parts = [];
    for (let part = 0; part < 4; part += 1) {
      const operations = creating(world, settings).propose!.operations;
      assert.deepEqual(tagsOf(operations), Array.from({ length: 4 }, () => [60, 61, 61]).flat());
      parts.push(world.propose(world.witnesses[part]!, operations));
    }
    assert.equal(creating(world, settings).propose, undefined);
    for (const id of parts.reverse())
      for (const witness of world.witnesses.slice(0, 3)) {
        if (world.view().proposal(id)) world.approve(id, witness);
      }
    const tree = treeOf(world.view());
    assert.equal(tree.length, FULL);
    assert.equal(new Set(tree).size, FULL);
  });

  test('it continues where it stopped, never twice, until all is there', () => {
    for (const maxProposalOperations of [1, 5, 12, 48]) {
      const world = syncedWorld(SPORTS);
      const settings = { ...SETTINGS, maxProposalOperations };
      const actors = world.witnesses.map((account) =>
        makeActor(world, account, { sports: SPORTS, settings }),
      );
      const statuses = new Set<string>();
      for (let block = 0; block < 400 && treeOf(world.view()).length < FULL; block += 1) {
        const view = world.view();
        for (const actor of actors) statuses.add(actor.run(view).status);
        world.block();
      }
      const tree = treeOf(world.view());
      assert.equal(tree.length, FULL);
      assert.equal(new Set(tree).size, FULL);
      assert.ok(statuses.has('midway'));
      world.block(3);
      assert.equal(actors[0]!.run().status, 'done');
    }
  });

  test('witnesses with different bounds accept what the others cut, and nothing comes twice', () => {
    const world = syncedWorld(SPORTS);
    const bounds = [
      { maxProposalOperations: 100, proposalLifetimeMs: 24 * 3_600_000 },
      { maxProposalOperations: 5, proposalLifetimeMs: 600_000 },
      { maxProposalOperations: 12, maxProposalBytes: 700 },
      { maxProposalOperations: 1 },
      { maxProposalOperations: 48 },
    ];
    const actors = world.witnesses.map((account, at) =>
      makeActor(world, account, { sports: SPORTS, settings: { ...SETTINGS, ...bounds[at] } }),
    );
    // They sleep in turn, so that several of them propose.
    for (let block = 0; block < 200 && treeOf(world.view()).length < FULL; block += 1) {
      const view = world.view();
      for (const [at, actor] of actors.entries()) {
        const sleeps = block < 60 && (at === Math.floor(block / 6) % 5 || at === 0);
        if (!sleeps) actor.run(view);
      }
      world.block();
    }
    const tree = treeOf(world.view());
    assert.equal(tree.length, FULL);
    assert.equal(new Set(tree).size, FULL);
    assert.ok(actors.filter(({ proposed }) => proposed.size > 0).length > 1);
  });

  test('the status of a result comes in the first part, and the rest waits until it has closed the groups', () => {
    const world = eventWorld();
    const incidents = [dynamics('p1', [{ type: 'ou', value: '5.5' }])];
    world.execute(decideCall(world, 'dynamic_bmgs', incidents).propose!.operations);
    world.block(3);
    const settings = { ...SETTINGS, maxProposalOperations: 2 };
    const agreed = results(2, 1, 'p1', 'p2');
    const first = decideCall(world, 'result', agreed, { settings });
    assert.deepEqual(tagsOf(first.propose!.operations), [72, 63]);
    world.propose(world.witnesses[2]!, first.propose!.operations);
    assert.equal(decideCall(world, 'result', agreed, { settings }).propose, undefined);
    world.execute(first.propose!.operations);
    world.block();
    assert.deepEqual(tagsOf(decideCall(world, 'result', agreed, { settings }).propose!.operations), [63]);
  });
});
