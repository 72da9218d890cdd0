import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:http2';
import { after, before, describe, it } from 'node:test';
import type { DescMethod, DescService } from '@bufbuild/protobuf';
import { AdminService } from '../../gen/bos/v1/admin_service_pb.js';
import { EventService } from '../../gen/bos/v1/event_service_pb.js';
import { IncidentService } from '../../gen/bos/v1/incident_service_pb.js';
import { ProposalService } from '../../gen/bos/v1/proposal_service_pb.js';
import { SportsService } from '../../gen/bos/v1/sports_service_pb.js';
import { StatusService } from '../../gen/bos/v1/status_service_pb.js';
import { Health } from '../../gen/grpc/health/v1/health_pb.js';
import { ServerReflection } from '../../gen/grpc/reflection/v1/reflection_pb.js';
import { type Harness, incidentJson, startHarness, TOKEN } from './harness.ts';

const SERVICES: readonly DescService[] = [
  AdminService,
  EventService,
  IncidentService,
  ProposalService,
  SportsService,
  StatusService,
  Health,
  ServerReflection,
];
const PROTO = new URL('../../proto/', import.meta.url);

/** What the comment above each RPC promises: the last sentence names the credential. */
async function promised(): Promise<ReadonlyMap<string, 'open' | 'address' | 'token'>> {
  const files = (await readdir(PROTO, { recursive: true })).filter((file) => file.endsWith('.proto'));
  const found = new Map<string, 'open' | 'address' | 'token'>();
  for (const file of files) {
    const text = await readFile(new URL(file, PROTO), 'utf8');
    const service = `${/^package (.*);/m.exec(text)?.[1]}.${/^service (\w+)/m.exec(text)?.[1]}`;
    for (const [, comment = '', name] of text.matchAll(/((?:^ *\/\/.*\n)+) *rpc (\w+)/gm)) {
      const words = comment.replaceAll(/\s*\/\/\s*/g, ' ');
      const needed = /No credential\./.test(words)
        ? 'open'
        : /Credential: a whitelisted address or a token\./.test(words)
          ? 'address'
          : /Credential: an? (admin )?token\./.test(words) && 'token';
      assert.ok(needed, `${service}/${name} says which credential it needs`);
      found.set(`${service}/${name}`, needed);
    }
  }
  return found;
}

/** The same for a method that both sides stream, which only HTTP/2 has. */
async function bidiCodeOf(harness: Harness, token: string | undefined): Promise<string> {
  const session = connect(harness.server.url);
  const stream = session.request({
    ':method': 'POST',
    ':path': '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    'content-type': 'application/connect+json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  });
  stream.end(Buffer.from([0, 0, 0, 0, 2, 0x7b, 0x7d]));
  let text = '';
  for await (const chunk of stream) text += chunk;
  await new Promise<void>((resolve) => session.close(resolve));
  return /"code":"(\w+)"/.exec(text)?.[1] ?? '';
}

/** Calls a method with an empty message over Connect JSON and answers the code of its error; '' when it has none. */
async function codeOf(harness: Harness, method: DescMethod, token: string | undefined): Promise<string> {
  if (method.methodKind === 'bidi_streaming') return bidiCodeOf(harness, token);
  const streaming = method.methodKind === 'server_streaming';
  const cancel = new AbortController();
  const response = await harness.get(`/${method.parent.typeName}/${method.name}`, {
    method: 'POST',
    headers: {
      'content-type': streaming ? 'application/connect+json' : 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: streaming ? Buffer.from([0, 0, 0, 0, 2, 0x7b, 0x7d]) : '{}',
    signal: cancel.signal,
  });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (streaming) break;
  }
  cancel.abort();
  return /"code":"(\w+)"/.exec(text)?.[1] ?? '';
}

for (const { where, whitelist, refusedAddress } of [
  { where: 'from a foreign address', whitelist: ['192.0.2.1'], refusedAddress: true },
  { where: 'from a whitelisted address', whitelist: ['127.0.0.1'], refusedAddress: false },
]) {
  describe(`every RPC ${where}`, async () => {
    const needed = await promised();
    let harness: Harness;
    before(async () => {
      harness = await startHarness({ api: { whitelist } });
    });
    after(() => harness[Symbol.asyncDispose]());

    for (const method of SERVICES.flatMap((service) => service.methods)) {
      const name = `${method.parent.typeName}/${method.name}`;
      const credential = needed.get(name);
      const refused = credential === 'token' || (credential === 'address' && refusedAddress);

      it(`${name} without a token is ${refused ? 'refused' : 'let in'}`, async () => {
        const code = await codeOf(harness, method, undefined);
        const expected = credential === 'token' ? 'unauthenticated' : 'permission_denied';
        if (refused) assert.equal(code, expected);
        else assert.doesNotMatch(code, /unauthenticated|permission_denied/);
      });

      it(`${name} with a wrong token is ${refused ? 'refused' : 'let in'}`, async () => {
        const code = await codeOf(harness, method, 'wrong');
        if (refused) assert.equal(code, 'unauthenticated');
        else assert.doesNotMatch(code, /unauthenticated|permission_denied/);
      });

      it(`${name} with the token is let in`, async () => {
        assert.doesNotMatch(await codeOf(harness, method, TOKEN), /unauthenticated|permission_denied/);
      });
    }

    it('knows every service of the proto files', () => {
      const names = SERVICES.flatMap((service) =>
        service.methods.map((method) => `${service.typeName}/${method.name}`),
      );
      assert.deepEqual(names.sort(), [...needed.keys()].sort());
    });
  });
}

describe('the plain paths', () => {
  it('are closed to a foreign address but for /isalive, and a token opens them', async () => {
    await using harness = await startHarness({ api: { whitelist: ['192.0.2.1'] } });
    const authorized = { headers: { authorization: `Bearer ${TOKEN}` } };
    for (const path of ['/events', '/events/x']) {
      assert.equal((await harness.get(path)).status, 403, path);
      assert.notEqual((await harness.get(path, authorized)).status, 403, path);
    }
    const refused = await harness.post('/trigger', incidentJson());
    assert.equal(refused.status, 403);
    assert.match(refused.headers.get('content-type') ?? '', /^text\/plain/);
    assert.match(await refused.text(), /127\.0\.0\.1 is not in api_whitelist/);
    assert.equal((await harness.post('/trigger', incidentJson(), authorized)).status, 200);
    const wrong = { headers: { authorization: 'Bearer no' } };
    assert.equal((await harness.post('/trigger', incidentJson(), wrong)).status, 401);
    assert.equal((await harness.get('/isalive')).status, 200);
  });

  it('count refused addresses for status', async () => {
    await using harness = await startHarness({ api: { whitelist: [] } });
    await harness.post('/trigger', incidentJson());
    await harness.get('/events');
    const { status } = await harness.client().status.getStatus({});
    assert.equal(status?.refusedRequestCount, 2);
    assert.deepEqual(
      status?.refusedAddresses.map(({ address, count }) => ({ address, count })),
      [{ address: '127.0.0.1', count: 2 }],
    );
  });

  it('do not let loopback in through a proxy that is not trusted, and say what to set', async () => {
    await using harness = await startHarness();
    for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via', 'x-forwarded-proto']) {
      const response = await harness.post('/trigger', incidentJson(), { headers: { [header]: '192.0.2.7' } });
      assert.equal(response.status, 403, header);
      assert.match(await response.text(), /set trusted_proxies/);
    }
  });

  it('judge the address that a trusted proxy names', async () => {
    const api = { whitelist: ['192.0.2.0/24'], trustedProxies: ['127.0.0.1'] };
    await using harness = await startHarness({ api });
    const status = async (headers: Record<string, string>) =>
      (await harness.post('/trigger', incidentJson(), { headers })).status;
    assert.equal(await status({ 'x-forwarded-for': '192.0.2.7' }), 200);
    assert.equal(await status({ 'x-forwarded-for': '192.0.2.7, 198.51.100.9' }), 403);
    assert.equal(await status({ 'x-forwarded-for': '198.51.100.9, 192.0.2.7, 127.0.0.1' }), 200);
    assert.equal(await status({ forwarded: 'for="192.0.2.7:80";proto=https' }), 200);
    assert.equal(await status({ 'x-forwarded-for': '192.0.2.7', 'x-real-ip': '198.51.100.9' }), 403);
    assert.equal(await status({ via: '1.1 proxy' }), 403);
  });

  it('let everybody in with 0.0.0.0', async () => {
    await using harness = await startHarness({ api: { whitelist: ['0.0.0.0'] } });
    const headers = { 'x-forwarded-for': '198.51.100.9' };
    assert.equal((await harness.post('/trigger', incidentJson(), { headers })).status, 200);
  });

  it('do not let a web page of another site use the address of its browser', async () => {
    await using harness = await startHarness();
    const status = async (headers: Record<string, string>) =>
      (await harness.post('/trigger', incidentJson(), { headers })).status;
    assert.equal(await status({ origin: 'https://evil.example' }), 403);
    assert.equal(await status({ origin: 'null' }), 403);
    assert.equal(await status({ origin: harness.server.url }), 200);
    assert.equal(await status({ origin: 'https://evil.example', authorization: `Bearer ${TOKEN}` }), 200);
  });
});
