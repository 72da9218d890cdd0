import assert from 'node:assert/strict';
import { connect as connectHttp2, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { type Harness, incidentJson, startHarness } from './harness.ts';

const RPC = '/bos.v1.StatusService/GetStatus';

/** Sends text over a connection of its own and answers everything that came until the other side ended it. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  return read(socket);
}

async function read(socket: Socket): Promise<string> {
  let all = '';
  socket.setEncoding('utf8');
  try {
    for await (const chunk of socket) all += chunk;
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET');
  }
  return all;
}

function rpcRequest(version: string, ...headers: string[]): string {
  const lines = [...headers, 'content-type: application/json', 'content-length: 2', 'connection: close'];
  return `POST ${RPC} HTTP/${version}\r\n${lines.join('\r\n')}\r\n\r\n{}`;
}

async function overHttp2(
  url: string,
  headers: OutgoingHttpHeaders,
  body: string,
): Promise<IncomingHttpHeaders> {
  const session = connectHttp2(url);
  try {
    return await new Promise((resolve, reject) => {
      session.once('error', reject);
      const stream = session.request({ ':method': 'POST', 'content-type': 'application/json', ...headers });
      stream.once('response', (answer) => stream.resume().once('end', () => resolve(answer)));
      stream.once('error', reject);
      stream.end(body);
    });
  } finally {
    session.close();
  }
}

describe('one plain port', () => {
  let harness: Harness;
  before(async () => {
    const timeouts = { firstBytesMs: 150, headersMs: 150, requestMs: 300 };
    harness = await startHarness({ server: { timeouts } });
  });
  after(() => harness[Symbol.asyncDispose]());

  const hosts: [name: string, version: string, headers: string[], status: RegExp][] = [
    ['an empty Host', '1.1', ['Host:'], /^HTTP\/1\.1 200/],
    ['Host "["', '1.1', ['Host: ['], /^HTTP\/1\.1 400/],
    ['Host "a b"', '1.1', ['Host: a b'], /^HTTP\/1\.1 400/],
    ['Host "a/b"', '1.1', ['Host: a/b'], /^HTTP\/1\.1 400/],
    ['no Host', '1.1', [], /^HTTP\/1\.1 400/],
    ['HTTP/1.0 without Host', '1.0', [], /^HTTP\/1\.1 200/],
    ['HTTP/1.0 with Host "["', '1.0', ['Host: ['], /^HTTP\/1\.1 400/],
  ];
  for (const [name, version, headers, status] of hosts) {
    it(`survives ${name} on an RPC path`, async () => {
      assert.match(await raw(harness.server.port, rpcRequest(version, ...headers)), status);
      assert.equal((await harness.get('/isalive')).status, 200);
    });
  }

  for (const authority of ['[', 'a b', '']) {
    it(`survives the :authority "${authority}" over h2c`, async () => {
      const answer = await overHttp2(
        harness.server.url,
        { ':path': RPC, ':authority': authority },
        '{}',
      ).catch(() => undefined);
      if (answer) assert.match(String(answer[':status']), /^(200|400)$/);
      assert.equal((await harness.get('/isalive')).status, 200);
    });
  }

  it('refuses an h2c request whose host or :authority is malformed, whatever the other says', async () => {
    for (const [host, authority] of [
      ['localhost', '['],
      ['[', 'localhost'],
    ]) {
      const answer = await overHttp2(
        harness.server.url,
        { ':path': RPC, ':authority': authority, host },
        '{}',
      );
      assert.equal(answer[':status'], 400, `host ${host}, :authority ${authority}`);
    }
  });

  it('takes incidents on /trigger over h2c', async () => {
    const answer = await overHttp2(
      harness.server.url,
      { ':path': '/trigger' },
      JSON.stringify(incidentJson()),
    );
    assert.equal(answer[':status'], 200);
  });

  it('refuses a body beyond the limit over h2c', async () => {
    const body = JSON.stringify(incidentJson({ padding: 'x'.repeat(70_000) }));
    const answer = await overHttp2(harness.server.url, { ':path': '/trigger' }, body);
    assert.equal(answer[':status'], 413);
  });

  it('answers pipelined requests in order', async () => {
    const get = (path: string, ...more: string[]) =>
      `GET ${path} HTTP/1.1\r\n${['host: x', ...more].join('\r\n')}\r\n\r\n`;
    const all = await raw(
      harness.server.port,
      get('/trigger') + get('/') + get('/isalive', 'connection: close'),
    );
    assert.deepEqual(all.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 503', 'HTTP/1.1 404', 'HTTP/1.1 200']);
  });

  it('understands a request that comes byte by byte', async () => {
    const socket = connect(harness.server.port, '127.0.0.1');
    for (const byte of 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n') {
      await new Promise((resolve) => socket.write(byte, resolve));
    }
    assert.match(await read(socket), /^HTTP\/1\.1 404/);
  });

  it('cuts a connection that says nothing', async () => {
    assert.equal(await raw(harness.server.port, ''), '');
  });

  it('cuts a connection that stops within the first bytes of HTTP/2', async () => {
    assert.equal(await raw(harness.server.port, 'PR'), '');
  });

  it('answers 408 when headers or a body do not come to an end', async () => {
    const { port } = harness.server;
    assert.match(await raw(port, 'GET / HTTP/1.1\r\nhost: x\r\n'), /^HTTP\/1\.1 408/);
    const body = 'POST /trigger HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{';
    assert.match(await raw(port, body), /^HTTP\/1\.1 408/);
  });

  it('ends an h2c stream whose body does not come to an end', async () => {
    const session = connectHttp2(harness.server.url);
    const stream = session.request({ ':method': 'POST', ':path': '/trigger' });
    stream.on('error', () => {});
    stream.write('{');
    await new Promise((resolve) => stream.once('close', resolve));
    session.close();
  });

  it('answers 400 for what is neither HTTP/1 nor HTTP/2, and goes on', async () => {
    assert.match(await raw(harness.server.port, '\x16\x03\x01\x02\x00\x01\r\n\r\n'), /^HTTP\/1\.1 400/);
    await raw(harness.server.port, 'PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n');
    assert.equal((await harness.get('/isalive')).status, 200);
  });
});
