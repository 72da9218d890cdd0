import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Code } from '@connectrpc/connect';
import type { BosClient } from '../../../client/index.ts';
import { decide } from '../../../core/decide/decide.ts';
import { diffSports } from '../../../core/decide/diff-sports.ts';
import { RULES_VERSION } from '../../../core/decide/rules-version.ts';
import { decideSettings } from '../../../core/decide/settings.ts';
import type { Decision } from '../../../core/decide/types.ts';
import { Call, CallStatus } from '../../../gen/bos/v1/call_pb.js';
import { ApprovalAction, TransactionState, WantedState } from '../../../gen/bos/v1/event_pb.js';
import { ProposalState } from '../../../gen/bos/v1/proposal_pb.js';
import { makeWorld } from '../../support/view-builder.ts';
import { EVENT_ID, type Harness, incidentJson, startHarness } from '../harness.ts';

describe('a match that two providers announced, two days before it starts', () => {
  const world = makeWorld({ time: '2030-03-14T12:00:00Z' });
  const [us] = world.witnesses;
  let harness: Harness;
  let client: BosClient;
  let proposalId = '';

  const run = async (sequence: number): Promise<Decision> => {
    const { store, sports, config } = harness.ctx;
    const { data, normalizer } = sports.current();
    const decision = decide({
      eventId: EVENT_ID,
      call: 'create',
      incidents: await store.incidents.ofEvent(EVENT_ID),
      sports: data,
      normalizer,
      view: world.view(),
      settings: decideSettings(config),
      proposer: us,
      approver: us,
      memory: (await store.decisions.latest(EVENT_ID, 'create'))?.memory ?? {},
    });
    const record = {
      eventId: EVENT_ID,
      call: 'create',
      sequence,
      epoch: 1,
      worker: 'w',
      softwareVersion: '0.1.0',
    } as const;
    await store.decisions.insert({ ...decision, ...record, decidedAt: new Date() });
    return decision;
  };

  before(async () => {
    harness = await startHarness({ config: { proposer: 'witness1', approver: 'witness1' } });
    client = harness.client();
    const { data } = harness.ctx.sports.current();
    world.execute(diffSports(world.view(), data).map(({ operation }) => operation));
    await harness.post('/trigger', incidentJson());
    await harness.post('/trigger', incidentJson({ provider_info: { name: 'provider-b' } }));
    const other = { ...(incidentJson().id as object), start_time: '2030-03-16T22:55:00Z' };
    await harness.post('/trigger', incidentJson({ id: other }));

    let decision = await run(1);
    for (let block = 0; block < 10 && !decision.propose; block += 1) {
      world.block();
      decision = await run(2 + block);
    }
    assert.ok(us && decision.propose, 'it is proposed within the ranks');
    proposalId = world.propose(us, decision.propose.operations);
    const [sequence] = (await harness.ctx.store.decisions.history(EVENT_ID, 'create', {})).items.map(
      (r) => r.sequence,
    );
    const decisions = [{ eventId: EVENT_ID, call: 'create', sequence: sequence ?? 0 }];
    const log = {
      account: 'witness1',
      n: 1,
      kind: 'propose',
      holds: ['k'],
      decisions,
      operations: [],
    } as const;
    const more = {
      transactionId: 'ab',
      signature: 'cd',
      expiration: new Date(),
      refBlock: 1,
      at: new Date(),
    };
    await harness.ctx.store.accountLog.insert({ ...log, ...more });
    await harness.ctx.store.accountLog.resolve('witness1', 1, {
      kind: 'included',
      block: 103,
      operationResults: [],
    });
    world.block();
    harness.chain.set(world.view());
    await run((sequence ?? 0) + 1);
  });
  after(() => harness[Symbol.asyncDispose]());

  it('is listed with its incidents, its status and the other start nearby', async () => {
    const { events } = await client.events.listEvents({ filter: { contains: '230000Z' } });
    assert.equal(events.length, 1);
    const [event] = events;
    assert.equal(event?.id, EVENT_ID);
    assert.equal(event?.incidentId?.home, 'Washington Capitals');
    assert.deepEqual(event?.nearMissEventIds, [EVENT_ID.replace('230000z', '225500z')]);
    const [call] = event?.calls ?? [];
    assert.equal(call?.call, Call.CREATE);
    assert.equal(call?.status, CallStatus.WAITING);
    assert.equal(call?.statusText, 'unknown');
    assert.equal(call?.threshold, 2);
    assert.deepEqual(call?.providers, ['provider-a', 'provider-b']);
    assert.equal(call?.incidents.length, 2);
    assert.deepEqual(call?.proposalIds, [proposalId]);
    assert.equal(event?.chain, undefined);
  });

  it('is found by call and status', async () => {
    const count = async (filter: object) => (await client.events.listEvents({ filter })).events.length;
    assert.equal(await count({ call: Call.CREATE, statuses: [CallStatus.WAITING] }), 1);
    assert.equal(await count({ call: Call.RESULT }), 0);
    assert.equal(await count({}), 2);
  });

  it('is explained: what counted, what was wanted, and the transaction that carried it out', async () => {
    const { decisions } = await client.events.explainEvent({ eventId: EVENT_ID });
    assert.ok(decisions.length >= 2);
    const sequences = decisions.map(({ sequence }) => sequence);
    assert.deepEqual(
      sequences,
      [...sequences].sort((a, b) => b - a),
    );
    const [latest, proposing] = decisions;
    assert.equal(latest?.approvals[0]?.action, ApprovalAction.ADD);
    assert.equal(latest?.wanted[0]?.state, WantedState.TAKEN);
    assert.equal(proposing?.proposed[0]?.name, 'event_create');
    assert.equal(proposing?.proposed[0]?.operationId, 56);
    assert.match(
      proposing?.proposed[0]?.json ?? '',
      /^\{"event_group_id":"1\.21\.\d+","extensions":\[\],"fee":/,
    );
    assert.equal(proposing?.transactions[0]?.state, TransactionState.INCLUDED);
    assert.equal(proposing?.transactions[0]?.blockNumber, 103);
    assert.equal(proposing?.basis?.headBlockTime === undefined, false);
    assert.equal(proposing?.basis?.rulesVersion, RULES_VERSION);
    const paged = await client.events.explainEvent({ eventId: EVENT_ID, call: Call.CREATE, pageSize: 1 });
    assert.equal(paged.decisions.length, 1);
    assert.notEqual(paged.nextPageToken, '');
  });

  it('shows its proposal, open, ours, and for whom it is', async () => {
    const { proposals } = await client.proposals.listProposals({ filter: { eventId: EVENT_ID } });
    assert.equal(proposals.length, 1);
    const [proposal] = proposals;
    assert.equal(proposal?.id, proposalId);
    assert.deepEqual([proposal?.proposer?.id, proposal?.proposer?.name], [us?.id, 'witness1']);
    assert.equal(proposal?.ours, true);
    assert.equal(proposal?.state, ProposalState.OPEN);
    assert.equal(proposal?.eligible, true);
    assert.equal(proposal?.ourApproval, false);
    assert.equal(proposal?.approvedWeight, 0);
    assert.deepEqual(proposal?.eventIds, [EVENT_ID]);
  });

  it('shows the event and all below it once it is on chain, and the proposal as executed', async () => {
    for (const witness of world.witnesses) {
      if (world.view().proposal(proposalId)) world.approve(proposalId, witness);
    }
    world.block(5);
    harness.chain.set(world.view());
    const { event, incidents } = await client.events.getEvent({ eventId: EVENT_ID });
    assert.equal(incidents.length, 2);
    assert.match(event?.chain?.id ?? '', /^1\.22\.\d+$/);
    assert.equal(event?.chain?.name.en, 'New York Islanders @ Washington Capitals');
    assert.equal(event?.chain?.season.en, '2030');
    assert.ok((event?.chain?.marketGroups.length ?? 0) > 0);
    assert.equal(event?.chain?.marketGroups[0]?.assetSymbol, 'PPY');
    assert.ok((event?.chain?.marketGroups[0]?.markets.length ?? 0) >= 2);

    const { proposal } = await client.proposals.getProposal({ proposalId });
    assert.equal(proposal?.state, ProposalState.EXECUTED);
    assert.equal(proposal?.irreversible, true);
    assert.equal(proposal?.eligible, false);
    const executed = await client.proposals.listProposals({
      filter: { states: [ProposalState.EXECUTED], proposer: 'witness1' },
    });
    assert.equal(executed.proposals.length, 1);
    const open = await client.proposals.listProposals({ filter: { states: [ProposalState.OPEN] } });
    assert.equal(open.proposals.length, 0);
  });

  it('is what /events/<id_string> shows too, with the legacy status', async () => {
    const event = (await (await harness.get(`/events/${EVENT_ID}`)).json()) as {
      create: { status: Record<string, unknown> };
    };
    const { expiration, ...status } = event.create.status;
    assert.deepEqual(status, { name: 'unknown', proposals: [proposalId], actions: ['proposal', 'approval'] });
    assert.equal(typeof expiration, 'number');
  });

  it('is told by status: near misses, weight, counts and the chain', async () => {
    const { status } = await client.status.getStatus({});
    assert.equal(status?.nearMisses[0]?.apartSeconds, 300);
    assert.equal(status?.accounts.length, 1);
    assert.deepEqual(status?.accounts[0]?.roles.length, 2);
    assert.equal(status?.accounts[0]?.activeWitness, true);
    assert.equal(status?.accounts[0]?.weight, 1);
    assert.equal(status?.counts?.incidents, 3);
    assert.equal(status?.counts?.callsByStatus.waiting, 1);
    assert.equal(status?.chain?.synced, true);
    assert.equal(status?.chain?.headBlockNumber, world.view().head.number);
    assert.equal(status?.chain?.activeWitnessCount, 5);
  });

  it('is not found under another id', async () => {
    await assert.rejects(client.events.getEvent({ eventId: 'x' }), { code: Code.NotFound });
    await assert.rejects(client.events.explainEvent({ eventId: 'x' }), { code: Code.NotFound });
    await assert.rejects(client.proposals.getProposal({ proposalId: '1.10.99' }), { code: Code.NotFound });
  });
});
