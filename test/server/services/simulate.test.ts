import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Code } from '@connectrpc/connect';
import { type BosClient, incidentFromJson } from '../../../client/index.ts';
import { diffSports } from '../../../core/decide/diff-sports.ts';
import { RULES_VERSION } from '../../../core/decide/rules-version.ts';
import type { JsonObject } from '../../../core/incidents/types.ts';
import { Call, CallStatus } from '../../../gen/bos/v1/call_pb.js';
import { ErrorKind } from '../../../gen/bos/v1/common_pb.js';
import { WantedState } from '../../../gen/bos/v1/event_pb.js';
import { makeWorld } from '../../support/view-builder.ts';
import { EVENT_ID, type Harness, incidentJson, startHarness } from '../harness.ts';

const from = (name: string, changes: Record<string, unknown> = {}) =>
  // The harness makes JSON.
  incidentFromJson(incidentJson({ provider_info: { name }, ...changes }) as JsonObject);

const result = (name: string, home_score: string, away_score: string) =>
  from(name, { call: 'result', arguments: { home_score, away_score } });

describe('incidents that are only pretended', () => {
  let world = makeWorld();
  let harness: Harness;
  let client: BosClient;

  before(async () => {
    harness = await startHarness({ config: { proposer: 'witness1', approver: 'witness1' } });
    client = harness.client();
  });
  beforeEach(() => {
    world = makeWorld({ time: '2030-03-14T12:00:00Z' });
    const { data } = harness.ctx.sports.current();
    world.execute(diffSports(world.view(), data).map(({ operation }) => operation));
    harness.chain.set(world.view());
  });
  after(() => harness[Symbol.asyncDispose]());

  it('are decided as workers would decide them, with what they were decided on', async () => {
    const { decisions, refusals } = await client.events.simulateIncidents({
      incidents: [from('provider-a'), from('provider-b')],
    });
    assert.deepEqual(refusals, []);
    assert.equal(decisions.length, 1);
    const [decision] = decisions;
    assert.equal(decision?.eventId, EVENT_ID);
    assert.equal(decision?.call, Call.CREATE);
    assert.equal(decision?.status, CallStatus.WAITING);
    assert.deepEqual([decision?.sequence, decision?.epoch], [0, 0]);
    assert.deepEqual(
      decision?.counted.map(({ provider }) => provider),
      ['provider-a', 'provider-b'],
    );
    assert.equal(decision?.wanted[0]?.state, WantedState.TO_PROPOSE);
    assert.equal(decision?.basis?.headBlockNumber, world.view().head.number);
    assert.equal(decision?.basis?.softwareVersion, '0.1.0');
    assert.equal(decision?.basis?.rulesVersion, RULES_VERSION);
    assert.equal(decision?.basis?.sportsDigest, harness.ctx.sports.current().data.digest);
  });

  it('leave nothing behind: no incident, no decision, no work', async () => {
    await client.events.simulateIncidents({ incidents: [from('provider-a'), from('provider-b')] });
    const { store, queue } = harness.ctx;
    assert.deepEqual(await store.incidents.ofEvent(EVENT_ID), []);
    assert.equal(await store.decisions.latest(EVENT_ID, 'create'), undefined);
    assert.equal(await store.work.countDue(new Date('2040-01-01T00:00:00Z')), 0);
    const { waiting, active } = await queue.counts();
    assert.equal(waiting + active, 0);
  });

  it('count beside what is stored, unless that is left out', async () => {
    await harness.post('/trigger', incidentJson());
    const counted = async (request: object) => {
      const { decisions } = await client.events.simulateIncidents(request);
      return decisions.map((decision) => decision.counted.map(({ provider }) => provider));
    };
    const incidents = [from('provider-b')];
    assert.deepEqual(await counted({ incidents }), [['provider-a', 'provider-b']]);
    assert.deepEqual(await counted({ incidents, withoutStored: true }), [['provider-b']]);
    assert.deepEqual(await counted({ eventId: EVENT_ID }), [['provider-a']]);
    assert.deepEqual(await counted({ incidents: [from('provider-a')] }), [['provider-a']], 'said again');
    assert.equal((await harness.ctx.store.incidents.ofEvent(EVENT_ID))[0]?.sightings.length, 1);
  });

  it('show who said what when providers do not agree', async () => {
    const { decisions } = await client.events.simulateIncidents({
      incidents: [result('a', '3', '1'), result('b', '1', '3')],
      withoutStored: true,
    });
    assert.equal(decisions[0]?.status, CallStatus.UNDECIDED);
    assert.match(decisions[0]?.reasons[0]?.text ?? '', /3:1.*1:3|1:3.*3:1/);
  });

  it('are refused one by one, with their place', async () => {
    const { decisions, refusals } = await client.events.simulateIncidents({
      incidents: [
        from('a', { id: { ...(incidentJson().id as object), home: 'Nobody' } }),
        result('b', '3', '1'),
        result('c', '-3', '1'),
      ],
      withoutStored: true,
    });
    assert.deepEqual(
      decisions.map(({ call }) => call),
      [Call.RESULT],
    );
    assert.deepEqual(
      refusals.map(({ index, error }) => [index, error?.kind]),
      [
        [0, ErrorKind.NOT_NORMALIZED],
        [2, ErrorKind.INVALID],
      ],
    );
    assert.deepEqual((await harness.ctx.store.refused.list({})).items, [], 'nothing is kept');
  });

  it('need to be some, or an event that is known', async () => {
    const codeOf = (request: object) =>
      client.events.simulateIncidents(request).then(
        () => undefined,
        (error) => error.code,
      );
    assert.equal(await codeOf({}), Code.InvalidArgument);
    assert.equal(await codeOf({ eventId: 'nothing' }), Code.NotFound);
  });

  it('cannot be decided while the chain is not seen', async () => {
    harness.chain.connect(false);
    const error = await client.events.simulateIncidents({ incidents: [from('a')] }).catch((e) => e);
    assert.equal(error.code, Code.Unavailable);
    assert.match(error.message, /connection refused/);
  });
});
