import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { BosClient } from '../../../../client/index.ts';
import { ProposalState } from '../../../../gen/bos/v1/proposal_pb.js';
import type { WatchProposalsResponse } from '../../../../gen/bos/v1/proposal_service_pb.js';
import { sampleDecision } from '../../../conformance/store-samples.ts';
import { makeWorld, type World } from '../../../support/view-builder.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Reading, reading } from './support.ts';

function watch(
  client: BosClient,
  request: { cursor?: string; filter?: { eventId?: string; states?: ProposalState[] } } = {},
): Reading<WatchProposalsResponse> {
  return reading(
    (options) => client.proposals.watchProposals(request, options),
    ({ proposal }) => proposal !== undefined,
  );
}

describe('watching proposals', () => {
  let harness: Harness;
  let client: BosClient;
  let world: World;
  let sequence = 0;
  before(async () => {
    harness = await startHarness({ config: { proposer: 'witness1', approver: 'witness1' } });
    client = harness.client();
  });
  after(() => harness[Symbol.asyncDispose]());
  beforeEach(() => {
    world = makeWorld({ witnesses: 3 });
    harness.chain.set(world.view());
  });
  const witness = (at: number) => {
    const found = world.witnesses[at];
    assert.ok(found);
    return found;
  };
  const block = (touched: string[] = []) => {
    world.block();
    harness.chain.set(world.view(), 'block', touched);
  };
  const propose = () => world.propose(witness(0), [[52, { name: [['en', 'Curling']] }]]);
  const decide = (mentions: string[], eventId = 'e') => {
    sequence += 1;
    const approvals = mentions.map((proposal) => ({ proposal, action: 'keep', reason: 'wanted' }) as const);
    const decision = sampleDecision({ eventId, sequence, approvals, memory: {} });
    return harness.ctx.store.decisions.insert(decision);
  };

  it('tells when one appears, is approved, has executed, and when that is irreversible', async () => {
    await using stream = watch(client);
    assert.equal((await stream.next())?.proposal, undefined);
    const id = propose();
    block([id]);
    const appeared = (await stream.told()).proposal;
    assert.deepEqual([appeared?.id, appeared?.state, appeared?.ours], [id, ProposalState.OPEN, true]);
    world.approve(id, witness(1));
    block([id]);
    assert.equal((await stream.told()).proposal?.approvedWeight, 1);
    world.approve(id, witness(2));
    block([id]);
    const executed = (await stream.told()).proposal;
    assert.deepEqual([executed?.state, executed?.irreversible], [ProposalState.EXECUTED, false]);
    block();
    block();
    assert.equal((await stream.told()).proposal?.irreversible, true);
  });

  it('goes on behind a cursor in the middle of a block', async () => {
    const first = watch(client);
    await first.next();
    const ids = [propose(), propose(), propose()];
    block(ids);
    const one = await first.told();
    assert.equal(one.proposal?.id, ids[0]);
    await first.leave();
    world.approve(ids[0] ?? '', witness(1));
    block(ids.slice(0, 1));
    await using second = watch(client, { cursor: one.cursor });
    const told = [await second.told(), await second.told(), await second.told()];
    assert.deepEqual(
      told.map(({ proposal }) => proposal?.id),
      [ids[1], ids[2], ids[0]],
    );
  });

  it('tells when a decision relates it to an event, so that the filter by event misses none', async () => {
    await using stream = watch(client, { filter: { eventId: 'e' } });
    await stream.next();
    const [id, other] = [propose(), propose()];
    block([id, other]);
    await decide([id]);
    const told = await stream.told();
    assert.deepEqual([told.proposal?.id, told.proposal?.eventIds], [id, ['e']]);
    // Mentioned again is nothing new.
    await decide([id]);
    await decide([id, other]);
    const again = watch(client, { cursor: told.cursor, filter: { eventId: 'e' } });
    for (const each of [stream, again]) {
      const ids: (string | undefined)[] = [];
      // The first may come twice: for the block, if it was told after the decision, and for the decision.
      while (ids.at(-1) !== other) ids.push((await each.told()).proposal?.id);
      assert.ok(ids.length <= 2);
      await each.leave();
    }
  });

  it('goes on between two that one decision mentions first', async () => {
    const first = watch(client);
    await first.next();
    const ids = [propose(), propose()];
    block();
    await decide(ids, 'f');
    const one = await first.told();
    await first.leave();
    await using second = watch(client, { cursor: one.cursor });
    const two = await second.told();
    assert.deepEqual([one.proposal?.id, two.proposal?.id], ids);
    await using third = watch(client, { cursor: two.cursor });
    assert.equal((await third.next())?.proposal, undefined);
    const id = propose();
    block([id]);
    assert.equal((await third.told()).proposal?.id, id);
  });

  it('tells of those in the states asked for', async () => {
    await using stream = watch(client, { filter: { states: [ProposalState.EXECUTED] } });
    await stream.next();
    const id = propose();
    block([id]);
    world.approve(id, witness(1));
    world.approve(id, witness(2));
    block([id]);
    assert.equal((await stream.told()).proposal?.state, ProposalState.EXECUTED);
  });

  it('waits for the chain where it is not known yet', async () => {
    await using early = await startHarness();
    await using stream = watch(early.client());
    assert.equal((await stream.next())?.proposal, undefined);
    const id = propose();
    world.block();
    early.chain.set(world.view(), 'resync', [id]);
    assert.equal((await stream.told()).proposal?.id, id);
  });
});
