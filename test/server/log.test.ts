import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import type { Log } from '../../core/log.ts';
import {
  ServerReflection,
  ServerReflectionRequestSchema,
} from '../../gen/grpc/reflection/v1/reflection_pb.js';
import { until } from '../support/until.ts';
import { incidentJson, startHarness, TOKEN } from './harness.ts';

/** A log that remembers its lines. */
function collectingLog() {
  const lines: { level: string; details: Record<string, unknown>; message: string }[] = [];
  const at = (level: string) => (details: object, message: string) => {
    lines.push({ level, details: { ...details }, message });
  };
  const log: Log = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  };
  return { lines, log };
}

/** Asks for the services once and keeps the stream open. */
async function* askOnce() {
  yield create(ServerReflectionRequestSchema, { messageRequest: { case: 'listServices', value: '' } });
  await new Promise(() => {});
}

describe('the log', () => {
  it('has no error for a stream that its caller holds open too long, or dies over', async () => {
    const { lines, log } = collectingLog();
    await using harness = await startHarness({
      context: { log },
      server: { timeouts: { headersMs: 300, requestMs: 300 } },
    });
    const sessionManager = new Http2SessionManager(harness.server.url);
    const transport = createGrpcTransport({ baseUrl: harness.server.url, sessionManager });
    const client = createClient(ServerReflection, transport);
    const read = async (onAnswer: () => void): Promise<void> => {
      for await (const _ of client.serverReflectionInfo(askOnce())) onAnswer();
    };
    await assert.rejects(read(() => {}));
    await assert.rejects(read(() => sessionManager.abort()));
    const calls = () => lines.filter(({ details }) => String(details.path).includes('ServerReflectionInfo'));
    await until('both to be over', () => calls().length === 2);
    assert.deepEqual(
      lines.filter(({ level }) => level === 'error'),
      [],
    );
  });

  it('has a line for each request: refused ones at info, others at debug', async () => {
    const { lines, log } = collectingLog();
    await using harness = await startHarness({ context: { log } });
    await harness.post('/trigger?secret=1', incidentJson());
    await harness.post('/trigger', '{}');
    await harness.get('/trigger');
    const requests = () => lines.filter(({ details }) => details.path === '/trigger');
    await until('all lines', () => requests().length === 3);
    assert.deepEqual(
      requests().map(({ level, details }) => [level, details.method, details.status, details.from]),
      [
        ['debug', 'POST', 200, '127.0.0.1'],
        ['info', 'POST', 400, '127.0.0.1'],
        ['info', 'GET', 503, '127.0.0.1'],
      ],
    );
  });

  it('never has a token, a query or a body', async () => {
    const { lines, log } = collectingLog();
    await using harness = await startHarness({ context: { log } });
    await harness.client().admin.setBroadcasting({ enabled: true });
    await harness.get(`/events?token=${TOKEN}`, { headers: { authorization: `Bearer ${TOKEN}x` } });
    await harness.post('/trigger', { secret: TOKEN });
    await until('the last line', () => lines.some(({ details }) => details.status === 400));
    assert.doesNotMatch(JSON.stringify(lines), new RegExp(TOKEN));
  });

  const warnings: [whitelist: string[], expected: RegExp | undefined][] = [
    [['127.0.0.1', '::1', 'localhost'], /ALL DATA PROXIES ARE REFUSED/],
    [['0.0.0.0'], /ANYONE/],
    [['127.0.0.1', '192.0.2.1'], undefined],
  ];
  for (const [whitelist, expected] of warnings) {
    it(`${expected ? 'warns' : 'is quiet'} when the port is open to others and the whitelist is ${whitelist}`, async () => {
      const { lines, log } = collectingLog();
      await using harness = await startHarness({ api: { host: '0.0.0.0', whitelist }, context: { log } });
      assert.ok(harness.server.port > 0);
      const warned = lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
      if (expected) assert.match(warned.join(), expected);
      else assert.deepEqual(warned, []);
    });
  }
});
