import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AccountRef } from '../../../../core/chain/types.ts';
import { SYNC_BATCH } from '../../../../core/decide/calls/sync.ts';
import { decide } from '../../../../core/decide/decide.ts';
import { diffSports } from '../../../../core/decide/diff-sports.ts';
import { sportOfSync, syncEventId } from '../../../../core/decide/sync-event.ts';
import type { DecisionMemory } from '../../../../core/decide/types.ts';
import type { SportsData } from '../../../../core/sports/types.ts';
import { plainSport, sampleSports } from '../../../support/sample-sports.ts';
import { makeWorld, type World } from '../../../support/view-builder.ts';
import { firstInRank, inputOf } from '../scenario.ts';

/** The sample and as many sports as make three proposals and a bit. */
const MANY = sampleSports({
  more: Array.from({ length: 3 * SYNC_BATCH }, (_, at) => plainSport(`Sport ${at}`)),
});

function syncing(
  world: World,
  sports: SportsData,
  rest: { sport?: string; witness?: AccountRef; memory?: DecisionMemory } = {},
) {
  const { sport, witness = firstInRank(world, 'sync'), memory = {} } = rest;
  const eventId = syncEventId(sports.network, sport);
  return decide(inputOf(world.view(), { eventId, call: 'sync', sports, incidents: [], witness, memory }));
}

describe('a sync of more than one proposal may hold', () => {
  test('goes on proposal by proposal until all is on chain, and nothing is on chain twice', () => {
    const world = makeWorld();
    const total = diffSports(world.view(), MANY).length;
    const sizes: number[] = [];
    let memory: DecisionMemory = {};
    for (let run = 0; run < 20; run += 1) {
      const decision = syncing(world, MANY, { memory });
      memory = decision.memory;
      if (decision.final) break;
      const operations = decision.propose?.operations ?? [];
      if (operations.length === 0) {
        // All is there and becomes irreversible.
        assert.equal(decision.status, 'done');
        world.block(10);
        continue;
      }
      assert.equal(decision.status, sizes.length < 3 ? 'midway' : 'waiting');
      sizes.push(operations.length);
      const proposal = world.propose(firstInRank(world, 'sync'), operations);
      // The next run leaves what is in the open proposal alone.
      const next = syncing(world, MANY, { memory });
      assert.ok(next.approvals.some((change) => change.proposal === proposal && change.action === 'add'));
      const taken = next.wanted.filter(({ state, where }) => state === 'taken' && where === proposal);
      assert.equal(taken.length, operations.length);
      for (const witness of world.witnesses) {
        if (world.view().proposal(proposal)) world.approve(proposal, witness);
      }
      world.block();
    }
    assert.deepEqual(sizes, [SYNC_BATCH, SYNC_BATCH, SYNC_BATCH, total - 3 * SYNC_BATCH]);
    assert.deepEqual(diffSports(world.view(), MANY), []);
    assert.equal(world.view().sports().length, MANY.sports.length);
    assert.equal(syncing(world, MANY, { memory }).final, true);
  });

  test('has its next proposal made while the one before is open and nothing hangs on it', () => {
    const world = makeWorld();
    const first = syncing(world, MANY).propose?.operations ?? [];
    world.propose(world.witnesses[3] ?? firstInRank(world, 'sync'), first);
    const second = syncing(world, MANY).propose?.operations ?? [];
    assert.equal(second.length, SYNC_BATCH);
    const names = (operations: typeof first) => operations.map((operation) => JSON.stringify(operation));
    assert.ok(names(second).every((one) => !names(first).includes(one)));
  });
});

describe('a sync of one sport', () => {
  test('proposes that sport alone, and is done when it is on chain', () => {
    const world = makeWorld();
    const decision = syncing(world, MANY, { sport: 'Sport 7' });
    assert.equal(decision.propose?.operations.length, 1);
    assert.equal(decision.status, 'waiting');
    const others = decision.wanted.filter(({ state }) => state === 'blocked');
    assert.equal(others.length, diffSports(world.view(), MANY).length - 1);
    assert.ok(others.every(({ reason }) => reason === 'was not asked for'));
    world.execute(decision.propose?.operations ?? []);
    world.block(10);
    const after = syncing(world, MANY, { sport: 'Sport 7', memory: decision.memory });
    assert.deepEqual([after.status, after.final, after.propose], ['done', true, undefined]);
    assert.equal(syncing(world, MANY).status, 'midway');
  });

  test('proposes what is below the sport with it', () => {
    const world = makeWorld();
    const { propose } = syncing(world, MANY, { sport: 'Hockey' });
    const hockey = diffSports(world.view(), MANY).filter(({ sport }) => sport === 'Hockey');
    assert.equal(propose?.operations.length, hockey.length);
  });

  test('judges proposals about other sports as a sync of all does, so that the two never undo each other', () => {
    const world = makeWorld();
    const [peer] = world.witnesses;
    assert.ok(peer);
    const proposal = world.propose(peer, syncing(world, MANY).propose?.operations ?? []);
    for (const witness of world.witnesses) {
      const all = syncing(world, MANY, { witness });
      const one = syncing(world, MANY, { witness, sport: 'Sport 119' });
      assert.deepEqual(one.approvals, all.approvals);
      assert.ok(one.approvals.every((change) => change.proposal === proposal && change.action === 'add'));
    }
  });

  test('of a sport that the data have no more is over', () => {
    const decision = syncing(makeWorld(), MANY, { sport: 'Gone' });
    assert.deepEqual([decision.status, decision.final, decision.propose], ['done', true, undefined]);
  });

  test('is named by network and sport, and read back', () => {
    assert.equal(syncEventId('devnet'), 'sports:devnet');
    assert.equal(syncEventId('devnet', 'Ice Hockey'), 'sports:devnet:Ice Hockey');
    assert.equal(sportOfSync('sports:devnet:Ice Hockey', 'devnet'), 'Ice Hockey');
    assert.equal(sportOfSync('sports:devnet', 'devnet'), undefined);
    assert.equal(sportOfSync('sports:devnet2:Ice Hockey', 'devnet'), undefined);
  });
});
