import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { after, before, describe, it } from 'node:test';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from '@connectrpc/connect-node';
import { createIncident } from '../../client/index.ts';
import { IncidentService } from '../../gen/bos/v1/incident_service_pb.js';
import { Health, HealthCheckResponse_ServingStatus } from '../../gen/grpc/health/v1/health_pb.js';
import { type Harness, incidentJson, startHarness, TOKEN } from '../server/harness.ts';
import { missingNginx, startNginx, type TestNginx } from '../support/nginx-server.ts';

/** Addresses of this machine to connect from; all of 127.0.0.0/8 is on it. */
const DATA_PROXY = '127.0.0.2';
const STRANGER = '127.0.0.3';

/** Every header by which somebody may claim to be another. */
const CLAIMS = {
  'x-forwarded-for': DATA_PROXY,
  'x-real-ip': DATA_PROXY,
  forwarded: `for=${DATA_PROXY}`,
};

function incident(provider: string) {
  return createIncident({
    id: {
      sport: 'Ice Hockey',
      eventGroupName: 'NHL',
      startTime: new Date('2030-03-16T23:00:00Z'),
      home: 'Washington Capitals',
      away: 'New York Islanders',
    },
    provider: { name: provider },
    season: '2030',
  });
}

/** One request over HTTP/1.1 and TLS, on a connection of its own. */
async function send(
  nginx: TestNginx,
  options: { from: string; path: string; body?: string; headers?: Record<string, string> },
): Promise<{ status: number | undefined; text: string }> {
  const { from, path, body, headers = {} } = options;
  const sent = request(nginx.url + path, {
    ca: nginx.ca,
    localAddress: from,
    agent: false,
    method: body === undefined ? 'GET' : 'POST',
    headers,
  });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const text = (await response.setEncoding('utf8').toArray()).join('');
  return { status: response.statusCode, text };
}

/** A connection with gRPC over HTTP/2 and TLS. */
function grpc(nginx: TestNginx, from: string, token?: string) {
  // Options of the socket are passed on as well.
  const options = { ca: nginx.ca, localAddress: from };
  const manager = new Http2SessionManager(nginx.url, {}, options);
  const transport = createGrpcTransport({
    baseUrl: nginx.url,
    sessionManager: manager,
    interceptors: [
      (next) => (call) => {
        if (token !== undefined) call.header.set('authorization', `Bearer ${token}`);
        for (const [name, value] of Object.entries(CLAIMS)) call.header.set(name, value);
        return next(call);
      },
    ],
  });
  return {
    incidents: createClient(IncidentService, transport),
    health: createClient(Health, transport),
    [Symbol.dispose]: () => manager.abort(),
  };
}

const skip = (await missingNginx()) ?? false;

describe('nginx in front, as docs/operate/nginx.conf has it', { skip }, () => {
  let harness: Harness;
  let nginx: TestNginx;
  before(async () => {
    harness = await startHarness({ api: { whitelist: [DATA_PROXY], trustedProxies: ['127.0.0.1'] } });
    nginx = await startNginx(`127.0.0.1:${harness.server.port}`);
  });
  after(async () => {
    await nginx?.[Symbol.asyncDispose]();
    await harness?.[Symbol.asyncDispose]();
  });

  it('passes an incident of a whitelisted address on to /trigger', async () => {
    const body = JSON.stringify(incidentJson());
    const { status, text } = await send(nginx, { from: DATA_PROXY, path: '/trigger', body });
    assert.equal(status, 200);
    assert.equal(JSON.parse(text).result, 'processing');
  });

  it('does not let the headers of a proxy before it get in the way of a whitelisted address', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9', 'x-real-ip': '203.0.113.9', via: '1.1 proxy' };
    const body = JSON.stringify(incidentJson());
    const { status } = await send(nginx, { from: DATA_PROXY, path: '/trigger', body, headers });
    assert.equal(status, 200);
  });

  it('has any other address refused, whatever it claims to be', async () => {
    const body = JSON.stringify(incidentJson());
    const { status, text } = await send(nginx, { from: STRANGER, path: '/trigger', body, headers: CLAIMS });
    assert.equal(status, 403);
    assert.match(text, /^the address 127\.0\.0\.3 is not in api_whitelist/);
  });

  it('leaves it to the server to refuse what is too large', async () => {
    const body = JSON.stringify(incidentJson({ filler: 'x'.repeat(70_000) }));
    const { status, text } = await send(nginx, { from: DATA_PROXY, path: '/trigger', body });
    assert.equal(status, 413);
    assert.doesNotMatch(text, /nginx/);
  });

  it('opens /isalive to everybody', async () => {
    const { status, text } = await send(nginx, { from: STRANGER, path: '/isalive' });
    assert.equal(status, 200);
    assert.ok('background' in JSON.parse(text));
  });

  it('passes gRPC over TLS and HTTP/2 on as gRPC', async () => {
    using client = grpc(nginx, DATA_PROXY);
    const answer = await client.incidents.reportIncident({ incident: incident('over-grpc') });
    assert.equal(answer.incident?.providerInfo?.name, 'over-grpc');
  });

  it('has gRPC of another address refused with the reason, and a token opens it', async () => {
    using stranger = grpc(nginx, STRANGER);
    const report = { incident: incident('a-stranger') };
    await assert.rejects(
      stranger.incidents.reportIncident(report),
      (error) =>
        error instanceof ConnectError &&
        error.code === Code.PermissionDenied &&
        /the address 127\.0\.0\.3 is not in api_whitelist/.test(error.message),
    );
    using admin = grpc(nginx, STRANGER, TOKEN);
    await admin.incidents.reportIncident(report);
  });

  it('passes the messages of a stream on at once', async () => {
    const ended = new AbortController();
    using client = grpc(nginx, STRANGER);
    const http1 = {
      baseUrl: nginx.url,
      httpVersion: '1.1',
      nodeOptions: { ca: nginx.ca, agent: false },
    } as const;
    for (const health of [
      client.health,
      createClient(Health, createConnectTransport(http1)),
      createClient(Health, createGrpcWebTransport(http1)),
    ]) {
      for await (const { status } of health.watch({ service: '' }, { signal: ended.signal })) {
        assert.equal(status, HealthCheckResponse_ServingStatus.SERVING);
        break;
      }
    }
    ended.abort();
  });
});

describe('nginx in front of a server that does not trust it', { skip }, () => {
  let harness: Harness;
  let nginx: TestNginx;
  before(async () => {
    harness = await startHarness({ api: { whitelist: ['127.0.0.1', DATA_PROXY], trustedProxies: [] } });
    nginx = await startNginx(`127.0.0.1:${harness.server.port}`);
  });
  after(async () => {
    await nginx?.[Symbol.asyncDispose]();
    await harness?.[Symbol.asyncDispose]();
  });

  it('makes nobody a local sender, nor one whose address it forwards, and the refusal says what to set', async () => {
    const body = JSON.stringify(incidentJson());
    for (const from of ['127.0.0.1', DATA_PROXY, STRANGER]) {
      const { status, text } = await send(nginx, { from, path: '/trigger', body });
      assert.equal(status, 403, from);
      assert.match(text, /set trusted_proxies/);
      using client = grpc(nginx, from);
      await assert.rejects(client.incidents.reportIncident({ incident: incident(from) }), {
        code: Code.PermissionDenied,
      });
    }
  });
});
