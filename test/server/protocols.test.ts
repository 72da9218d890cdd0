import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { Code, ConnectError } from '@connectrpc/connect';
import { type BosClient, createIncident, errorDetailOf } from '../../client/index.ts';
import { Call } from '../../gen/bos/v1/call_pb.js';
import { ErrorKind, NameKind } from '../../gen/bos/v1/common_pb.js';
import { ReportOutcome } from '../../gen/bos/v1/incident_service_pb.js';
import { HealthCheckResponse_ServingStatus as ServingStatus } from '../../gen/grpc/health/v1/health_pb.js';
import { EVENT_ID, type Harness, startHarness } from './harness.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

function incident(provider: string, home = 'Capitals') {
  return createIncident({
    id: {
      sport: 'ice hockey',
      eventGroupName: 'NHL',
      startTime: new Date('2030-03-16T23:02:00Z'),
      home,
      away: 'New York Islanders',
    },
    provider: { name: provider, pushed: new Date('2030-03-01T10:00:00Z') },
    season: '2030',
  });
}

describe('one port, one process', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness[Symbol.asyncDispose]());

  for (const transport of ['connect', 'grpc', 'grpc-web'] as const) {
    describe(`over ${transport}`, () => {
      let client: BosClient;
      before(() => {
        client = harness.client({ transport });
      });

      it('takes an incident and says what became of it', async () => {
        const first = await client.incidents.reportIncident({ incident: incident(transport) });
        assert.equal(first.outcome, ReportOutcome.NEW);
        assert.equal(first.eventId, EVENT_ID);
        assert.equal(first.jobId, `${EVENT_ID}:create`);
        assert.equal(first.uniqueString, `${EVENT_ID}__create__2030`);
        assert.equal(first.incident?.id?.home, 'Washington Capitals');
        assert.equal(
          first.incident?.id?.startTime?.seconds,
          BigInt(Date.parse('2030-03-16T23:00:00Z') / 1000),
        );
        assert.equal(first.originalStartTime?.seconds, BigInt(Date.parse('2030-03-16T23:02:00Z') / 1000));
        assert.equal(first.threshold, 2);
        const second = await client.incidents.reportIncident({ incident: incident(transport) });
        assert.equal(second.outcome, ReportOutcome.DUPLICATE);
      });

      it('shows what is stored', async () => {
        const page = await client.incidents.listIncidents({ filter: { providers: [transport] } });
        assert.equal(page.incidents.length, 1);
        assert.equal(page.incidents[0]?.call, Call.CREATE);
        assert.equal(page.incidents[0]?.sightings.length, 2);
      });

      it('refuses unknown names with their kind, in details', async () => {
        const error = await client.incidents
          .reportIncident({ incident: incident(transport, 'Foo') })
          .catch((e) => e);
        assert.ok(error instanceof ConnectError);
        assert.equal(error.code, Code.InvalidArgument);
        const detail = errorDetailOf(error);
        assert.equal(detail?.kind, ErrorKind.NOT_NORMALIZED);
        assert.deepEqual(
          detail?.unknownNames.map(({ kind, name, sport }) => ({ kind, name, sport })),
          [{ kind: NameKind.PARTICIPANT, name: 'Foo', sport: 'Ice Hockey' }],
        );
      });

      it('takes a batch item by item', async () => {
        const incidents = [incident(`${transport}-batch`), incident(transport, 'Foo'), incident(transport)];
        const { results } = await client.incidents.reportIncidents({ incidents });
        assert.deepEqual(
          results.map(({ result }) => result.case),
          ['accepted', 'error', 'accepted'],
        );
      });

      it('refuses a message beyond the limit', async () => {
        const large = { ...incident(transport), extra: { padding: 'x'.repeat(70_000) } };
        const error = await client.incidents.reportIncident({ incident: large }).catch((e) => e);
        assert.equal(error.code, Code.ResourceExhausted);
      });

      it('says in a sentence what to use instead of what is not built', async () => {
        const error = await client.proposals.approveProposal({ proposalId: '1.10.1' }).catch((e) => e);
        assert.equal(error.code, Code.Unimplemented);
        assert.match(error.message, /not built yet: the worker approves/);
      });

      it('streams health', async () => {
        for await (const { status } of client.health.watch({ service: '' })) {
          assert.equal(status, ServingStatus.SERVING);
          break;
        }
      });
    });
  }

  it('refuses a gzip bomb over Connect', async () => {
    const body = gzipSync(JSON.stringify({ incident: { extra: { padding: 'x'.repeat(20_000_000) } } }));
    const response = await fetch(`${harness.server.url}/bos.v1.IncidentService/ReportIncident`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body,
    });
    assert.match(await response.text(), /resource_exhausted/);
  });

  const curl = (method: string, message: object, protocol: string) =>
    promisify(execFile)(
      `${root}node_modules/.bin/buf`,
      [
        'curl',
        ...['--schema', `${root}proto`, '--protocol', protocol, '--http2-prior-knowledge'],
        ...['--data', JSON.stringify(message), `${harness.server.url}/${method}`],
      ],
      { cwd: root },
    );

  for (const protocol of ['grpc', 'connect', 'grpcweb']) {
    it(`answers buf curl over h2c with ${protocol}`, async () => {
      const health = await curl('grpc.health.v1.Health/Check', {}, protocol);
      assert.deepEqual(JSON.parse(health.stdout), { status: 'SERVING' });
      const id = {
        sport: 'Ice Hockey',
        eventGroupName: 'NHL Regular Season',
        startTime: '2030-03-16T23:00:00Z',
        home: 'Washington Capitals',
        away: 'New York Islanders',
      };
      const report = {
        incident: { id, create: { season: '2030' }, providerInfo: { name: `buf-${protocol}` } },
      };
      const { stdout } = await curl('bos.v1.IncidentService/ReportIncident', report, protocol);
      assert.equal(JSON.parse(stdout).eventId, EVENT_ID);
    });
  }
});
