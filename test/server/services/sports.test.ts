import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Code } from '@connectrpc/connect';
import type { BosClient } from '../../../client/index.ts';
import { diffSports } from '../../../core/decide/diff-sports.ts';
import { NameKind } from '../../../gen/bos/v1/common_pb.js';
import { SportsObjectKind } from '../../../gen/bos/v1/sports_pb.js';
import { makeWorld } from '../../support/view-builder.ts';
import { type Harness, incidentJson, startHarness } from '../harness.ts';

describe('the SportsService', () => {
  const world = makeWorld();
  const syncs = () => harness.ctx.store.work.requests('sports:devnet');
  let harness: Harness;
  let client: BosClient;
  before(async () => {
    harness = await startHarness();
    client = harness.client();
  });
  after(() => harness[Symbol.asyncDispose]());

  it('keeps the wish to sync while the chain is not known, and cannot tell what differs', async () => {
    await assert.rejects(client.sports.diffSports({}), {
      code: Code.Unavailable,
      message: /connection refused/,
    });
    await assert.rejects(client.sports.syncSports({ dryRun: true }), { code: Code.Unavailable });
    assert.equal((await syncs()).length, 0);
    const answer = await client.sports.syncSports({});
    assert.equal(answer.jobId, 'sports:devnet:sync');
    assert.deepEqual(
      (await syncs()).map(({ call, cause }) => [call, cause]),
      [['sync', 'sync']],
    );
  });

  it('lists the sports of the data', async () => {
    const { data, sports } = await client.sports.listSports({});
    assert.equal(data?.network, 'devnet');
    assert.match(data?.digest ?? '', /^[0-9a-f]{64}$/);
    const expected = harness.ctx.sports.current().data.sports.map(({ identifier }) => identifier);
    assert.deepEqual(
      sports.map(({ identifier }) => identifier),
      expected,
    );
  });

  it('tells what is missing on chain: sports, then leagues, then rules', async () => {
    harness.chain.set(world.view());
    const { inSync, differences } = await client.sports.diffSports({});
    assert.equal(inSync, false);
    const kinds = differences.map(({ kind }) => kind);
    assert.deepEqual(kinds, [...kinds].sort());
    assert.equal(differences[0]?.kind, SportsObjectKind.SPORT);
    assert.equal(differences[0]?.operation?.name, 'sport_create');
    const hockey = await client.sports.diffSports({ sport: ' ICE hockey ' });
    assert.ok(
      hockey.differences.length > 0 && hockey.differences.every(({ sport }) => sport === 'Ice Hockey'),
    );
  });

  it('keeps the wish for one sport apart, by any of its names', async () => {
    const dry = await client.sports.syncSports({ dryRun: true, sport: 'hockey' });
    assert.ok(dry.differences.length > 0 && dry.differences.every(({ sport }) => sport === 'Ice Hockey'));
    const before = (await syncs()).length;
    const answer = await client.sports.syncSports({ sport: ' ICE hockey ' });
    assert.equal(answer.jobId, 'sports:devnet:Ice Hockey:sync');
    assert.equal((await syncs()).length, before);
    assert.equal((await harness.ctx.store.work.requests('sports:devnet:Ice Hockey')).length, 1);
    await assert.rejects(client.sports.syncSports({ sport: 'Chess' }), { code: Code.NotFound });
  });

  it('is not built for data that were given', async () => {
    await assert.rejects(client.sports.reloadSports({}), { code: Code.Unimplemented });
    const name = { kind: NameKind.SPORT, name: 'Hokkey', identifier: 'Ice Hockey' };
    await assert.rejects(client.sports.resolveName(name), { code: Code.Unimplemented });
  });

  it('names the proposals that hold what differs', async () => {
    const [witness] = world.witnesses;
    const [first] = diffSports(world.view(), harness.ctx.sports.current().data);
    assert.ok(witness && first);
    const id = world.propose(witness, [first.operation]);
    harness.chain.set(world.view());
    const { proposalIds } = await client.sports.syncSports({ dryRun: true });
    assert.deepEqual(proposalIds, [id]);
  });

  it('has nothing to do and keeps no wish once all is on chain, and shows the ids', async () => {
    const fresh = makeWorld();
    const { data } = harness.ctx.sports.current();
    fresh.execute(diffSports(fresh.view(), data).map(({ operation }) => operation));
    harness.chain.set(fresh.view());
    const before = (await syncs()).length;
    const answer = await client.sports.syncSports({});
    assert.equal(answer.inSync, true);
    assert.equal(answer.jobId, '');
    assert.equal((await syncs()).length, before);

    const { sport } = await client.sports.getSport({ sport: 'hockey' });
    assert.match(sport?.chainId ?? '', /^1\.20\.\d+$/);
    assert.match(sport?.eventGroups[0]?.chainId ?? '', /^1\.21\.\d+$/);
    assert.match(sport?.rules[0]?.chainId ?? '', /^1\.23\.\d+$/);
    assert.match(sport?.rules[0]?.gradingJson ?? '', /^\{"metric": /);
    assert.ok((sport?.participantLists[0]?.participants.length ?? 0) > 30);
  });

  it('answers not_found for an unknown sport, naming those there are', async () => {
    await assert.rejects(client.sports.getSport({ sport: 'Chess' }), {
      code: Code.NotFound,
      message: /Basketball/,
    });
  });

  it('lists unknown names by kind', async () => {
    await harness.post(
      '/trigger',
      incidentJson({ id: { ...(incidentJson().id as object), sport: 'Chess' } }),
    );
    await harness.post('/trigger', incidentJson({ id: { ...(incidentJson().id as object), home: 'Foo' } }));
    const names = async (kind: NameKind) => (await client.sports.listUnknownNames({ kind })).names;
    assert.equal((await names(NameKind.UNSPECIFIED)).length, 2);
    const [foo, ...more] = await names(NameKind.PARTICIPANT);
    assert.equal(more.length, 0);
    assert.deepEqual([foo?.hint?.name, foo?.hint?.sport, foo?.count], ['Foo', 'Ice Hockey', 1]);
    assert.deepEqual(foo?.providers, ['provider-a']);
  });
});
