import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Code } from '@connectrpc/connect';
import {
  canceledIncident,
  createBosClient,
  createIncident,
  dynamicIncident,
  finishIncident,
  inProgressIncident,
  isUnavailable,
  maskProvider,
  reportPlain,
  resultIncident,
} from '../../client/index.ts';
import { type Harness, incidentJson, startHarness, TOKEN } from '../server/harness.ts';

const input = {
  id: {
    sport: 'Ice Hockey',
    eventGroupName: 'NHL',
    startTime: new Date('2030-03-16T23:00:00Z'),
    home: 'Washington Capitals',
    away: 'New York Islanders',
  },
  provider: { name: 'a', pushed: new Date('2030-03-01T10:00:00Z') },
};

describe('the client', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness[Symbol.asyncDispose]());

  const built = {
    create: createIncident({ ...input, season: '2030', unsure: true }),
    in_progress: inProgressIncident({ ...input, whistleStartTime: new Date('2030-03-16T23:05:00Z') }),
    finish: finishIncident(input),
    result: resultIncident({ ...input, homeScore: 3, awayScore: 0 }),
    canceled: canceledIncident({ ...input, reason: 'rain' }),
    dynamic_bmgs: dynamicIncident({
      ...input,
      types: [
        { type: 'over_under', value: 5.5 },
        { type: 'handicap', value: -2, participant: 'Capitals' },
      ],
    }),
  };
  for (const [call, incident] of Object.entries(built)) {
    it(`builds an incident of ${call} that a witness takes`, async () => {
      const { incidents } = harness.client();
      const { jobId, incident: taken } = await incidents.reportIncident({ incident });
      assert.match(jobId, new RegExp(`:${call}$`));
      assert.equal(taken?.providerInfo?.name, 'a');
    });
  }

  it('writes dynamic values as decimal text', async () => {
    const { arguments: args } = built.dynamic_bmgs;
    assert.equal(args.case, 'dynamicBmgs');
    assert.deepEqual(
      args.value.types.map(({ value }) => value),
      ['5.5', '-2'],
    );
    const round = dynamicIncident({ ...input, types: [{ type: 'over_under', value: 100 }] });
    assert.equal(round.arguments.case === 'dynamicBmgs' && round.arguments.value.types[0]?.value, '100');
  });

  it('refuses scores that are no integers from 0 up, before they are sent', () => {
    for (const homeScore of [-1, 1.5, Number.NaN]) {
      assert.throws(() => resultIncident({ ...input, homeScore, awayScore: 0 }), { kind: 'invalid' });
    }
  });

  it('sends the token, and cannot change anything without', async () => {
    const { admin } = harness.client();
    await admin.setBroadcasting({ enabled: true });
    const anonymous = createBosClient({ baseUrl: harness.server.url });
    await assert.rejects(anonymous.admin.setBroadcasting({ enabled: true }), { code: Code.Unauthenticated });
    anonymous.close();
  });

  it('masks providers as data proxies do', () => {
    assert.equal(maskProvider('lsports', 'secret-mask'), '9375aeca3cbe6c2aba4b5c272d12231c');
  });
});

describe('a client whose witness is away', () => {
  for (const transport of ['connect', 'grpc', 'grpc-web'] as const) {
    it(`fails as unavailable over ${transport}`, async () => {
      const client = createBosClient({ baseUrl: 'http://127.0.0.1:1', token: TOKEN, transport });
      await assert.rejects(client.health.check({}), isUnavailable);
      client.close();
    });
  }

  it('gives up after its time', async () => {
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const client = createBosClient({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 50 });
    await assert.rejects(client.health.check({}), { code: Code.DeadlineExceeded });
    client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('reporting to the plain endpoint', () => {
  it('tells what was accepted, what was refused, and why', async () => {
    await using harness = await startHarness();
    const url = `${harness.server.url}/trigger`;
    const accepted = await reportPlain({ url, incident: incidentJson() as never });
    assert.ok(accepted.accepted);
    assert.match(accepted.id, /:create$/);
    const refused = await reportPlain({ url, incident: { call: 'create' } });
    assert.ok(!refused.accepted);
    assert.deepEqual([refused.status, refused.text], [400, 'Invalid data format']);
    assert.match(refused.reason ?? '', /expected/);
  });

  it('fails as unavailable when nobody answers', async () => {
    const report = reportPlain({ url: 'http://127.0.0.1:1/trigger', incident: {}, timeoutMs: 500 });
    await assert.rejects(report, { kind: 'unavailable', message: /ECONNREFUSED|bad port/ });
  });
});
