import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Code } from '@connectrpc/connect';
import type { BosClient } from '../../../client/index.ts';
import { errorDetailOf } from '../../../client/index.ts';
import { Call, CallStatus } from '../../../gen/bos/v1/call_pb.js';
import { ErrorKind } from '../../../gen/bos/v1/common_pb.js';
import { EVENT_ID, type Harness, incidentJson, startHarness } from '../harness.ts';

describe('the IncidentService', () => {
  let harness: Harness;
  let client: BosClient;
  before(async () => {
    harness = await startHarness();
    client = harness.client();
    for (const name of ['b', 'a']) await harness.post('/trigger', incidentJson({ provider_info: { name } }));
    const result = {
      call: 'result',
      arguments: { home_score: '3', away_score: 2 },
      unique_string: 'as-sent-2',
    };
    await harness.post('/trigger', incidentJson({ ...result, provider_info: { name: 'a' } }));
  });
  after(() => harness[Symbol.asyncDispose]());

  it('lists incidents page by page, newest first, with the status of their call', async () => {
    const first = await client.incidents.listIncidents({ pageSize: 2 });
    assert.equal(first.incidents.length, 2);
    assert.equal(first.incidents[0]?.call, Call.RESULT);
    assert.equal(first.incidents[0]?.callStatus, CallStatus.UNKNOWN);
    const rest = await client.incidents.listIncidents({ pageSize: 2, pageToken: first.nextPageToken });
    assert.equal(rest.incidents.length, 1);
    assert.equal(rest.nextPageToken, '');
  });

  it('filters incidents', async () => {
    const list = async (filter: object) =>
      (await client.incidents.listIncidents({ filter })).incidents.length;
    assert.equal(await list({ calls: [Call.CREATE] }), 2);
    assert.equal(await list({ calls: [Call.CREATE], providers: ['a'] }), 1);
    assert.equal(await list({ eventId: EVENT_ID }), 3);
    assert.equal(await list({ contains: 'ISLANDERS__RESULT' }), 1);
    assert.equal(await list({ uniqueString: 'as-sent-1' }), 2);
    assert.equal(await list({ startTime: { from: { seconds: 4_000_000_000n } } }), 0);
  });

  it('refuses a page token of another filter, and calls that incidents do not make', async () => {
    const { nextPageToken } = await client.incidents.listIncidents({ pageSize: 1 });
    const foreign = client.incidents.listIncidents({
      pageToken: nextPageToken,
      filter: { providers: ['a'] },
    });
    await assert.rejects(foreign, { code: Code.InvalidArgument });
    const sync = client.incidents.listIncidents({ filter: { calls: [Call.SYNC] } });
    await assert.rejects(sync, { code: Code.InvalidArgument, message: /expected a call of incidents/ });
  });

  it('finds an incident by the canonical and by the sent unique_string', async () => {
    const canonical = await client.incidents.getIncident({ uniqueString: `${EVENT_ID}__create__2030` });
    assert.deepEqual(
      canonical.incidents.map(({ incident }) => incident?.providerInfo?.name),
      ['a', 'b'],
    );
    const sent = await client.incidents.getIncident({ uniqueString: 'as-sent-2', provider: 'a' });
    const args = sent.incidents[0]?.incident?.arguments;
    assert.equal(args?.case, 'result');
    assert.deepEqual([args.value.homeScore, args.value.awayScore], [3, 2]);
  });

  it('answers not_found, with what to do, for an unknown unique_string', async () => {
    const error = await client.incidents.getIncident({ uniqueString: 'nothing' }).catch((e) => e);
    assert.equal(error.code, Code.NotFound);
    assert.equal(errorDetailOf(error)?.kind, ErrorKind.NOT_FOUND);
  });

  it('lists providers with counts, by name', async () => {
    const { providers } = await client.incidents.listProviders({});
    assert.deepEqual(
      providers.map(({ name, incidentCount }) => [name, incidentCount]),
      [
        ['a', 2],
        ['b', 1],
      ],
    );
  });

  it('stores wishes for new decisions, once per call, and queues their event', async () => {
    const incidents = [{ uniqueString: 'as-sent-1' }, { uniqueString: 'as-sent-2', provider: 'a' }];
    const eventCalls = [{ eventId: EVENT_ID, call: Call.CREATE }];
    const { jobIds } = await client.incidents.resendIncidents({ incidents, eventCalls });
    assert.deepEqual([...jobIds].sort(), [`${EVENT_ID}:create`, `${EVENT_ID}:result`]);
    const requests = await harness.ctx.store.work.requests(EVENT_ID);
    assert.deepEqual(requests.map(({ call, cause }) => [call, cause]).sort(), [
      ['create', 'resend'],
      ['result', 'resend'],
    ]);
  });

  it('asks for nothing when one of the incidents to resend is not there', async () => {
    const count = async () => (await harness.ctx.store.work.requests(EVENT_ID)).length;
    const before = await count();
    const incidents = [{ uniqueString: 'as-sent-1' }, { uniqueString: 'nothing' }];
    await assert.rejects(client.incidents.resendIncidents({ incidents }), { code: Code.NotFound });
    await assert.rejects(client.incidents.resendIncidents({}), { code: Code.InvalidArgument });
    const eventCalls = [{ eventId: EVENT_ID, call: Call.FINISH }];
    await assert.rejects(client.incidents.resendIncidents({ eventCalls }), { code: Code.NotFound });
    assert.equal(await count(), before);
  });

  it('refuses a report without an incident, without arguments, and with an absent score', async () => {
    const report = (incident: object | undefined) =>
      client.incidents.reportIncident(incident ? { incident } : {});
    await assert.rejects(report(undefined), { code: Code.InvalidArgument, message: /expected an incident/ });
    await assert.rejects(report({}), { code: Code.InvalidArgument, message: /expected one of create/ });
    const id = {
      sport: 'Ice Hockey',
      eventGroupName: 'NHL',
      startTime: { seconds: 1_900_000_000n },
      home: 'Washington Capitals',
      away: 'New York Islanders',
    };
    const base = { id, providerInfo: { name: 'a' } };
    const noScore = { ...base, arguments: { case: 'result', value: { homeScore: 1 } } };
    await assert.rejects(report(noScore), { code: Code.InvalidArgument, message: /away_score/ });
    const noHome = { ...base, id: { ...id, home: '' }, arguments: { case: 'create', value: {} } };
    await assert.rejects(report(noHome), { code: Code.InvalidArgument, message: /home/ });
  });
});
