import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EVENT_ID, type Harness, incidentJson, startHarness } from '../server/harness.ts';
import { startBeside } from '../server/services/watch/support.ts';
import { until } from '../support/until.ts';

const BIN = fileURLToPath(new URL('../../cli/bin/bos.js', import.meta.url));

interface Running {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly code: Promise<number | null>;
  /** Waits until it stands. */
  watching(times?: number): Promise<void>;
}

const running = new Set<ChildProcess>();

function start(topic: 'incidents' | 'events', url: string, ...args: string[]): Running {
  const child = spawn(process.execPath, [BIN, topic, 'watch', ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, BOS_SERVER: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  const code = once(child, 'close').then(([status]): number | null => {
    running.delete(child);
    return status;
  });
  const stderr = () => said.stderr;
  return {
    child,
    stdout: () => said.stdout,
    stderr,
    code,
    async watching(times = 1) {
      await until(`${topic} watch stands: ${said.stderr}`, () => stderr().split('watching ').length > times);
    },
  };
}

describe('watching on the command line', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness[Symbol.asyncDispose]());
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
  });
  const report = (provider: string, changes: Record<string, unknown> = {}) =>
    harness.post('/trigger', incidentJson({ provider_info: { name: provider }, ...changes }));

  it('shows incidents as they come, one a line, and ends with 0 on Ctrl-C', async () => {
    const watch = start('incidents', harness.server.url);
    await watch.watching();
    await report('line');
    await until('the line', () => watch.stdout().includes('\n'));
    watch.child.kill('SIGINT');
    assert.equal(await watch.code, 0);
    assert.match(
      watch.stdout(),
      new RegExp(`^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ  create        ${EVENT_ID}  line\\n$`),
    );
    assert.match(
      watch.stderr(),
      /^watching http:\/\/127\.0\.0\.1:\d+, Ctrl-C ends it\nto go on here: --cursor [\w-]+\n$/,
    );
  });

  it('prints JSON lines, and goes on where it ended', async () => {
    const first = start('incidents', harness.server.url, '--json', '--provider', 'json-1');
    await first.watching();
    await report('json-other');
    await report('json-1');
    await until('the line', () => first.stdout().includes('\n'));
    first.child.kill('SIGTERM');
    assert.equal(await first.code, 0);
    const line = JSON.parse(first.stdout());
    assert.deepEqual(Object.keys(line), ['data', 'cursor']);
    assert.equal(line.data.incident.provider_info.name, 'json-1');
    await report('json-2');
    await report('json-3');
    const second = start('incidents', harness.server.url, '--json', '--cursor', line.cursor);
    await until('two lines', () => second.stdout().split('\n').length === 3);
    second.child.kill('SIGINT');
    assert.equal(await second.code, 0);
    const providers = second
      .stdout()
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each).data.incident.provider_info.name);
    assert.deepEqual(providers, ['json-2', 'json-3']);
  });

  it('shows events as they change', async () => {
    const watch = start('events', harness.server.url, '--filter', 'islanders', '--call', 'finish');
    await watch.watching();
    await report('event', { call: 'finish', arguments: {} });
    await until('the line', () => watch.stdout().includes('\n'));
    watch.child.kill('SIGINT');
    assert.equal(await watch.code, 0);
    assert.equal(watch.stdout(), `2030-03-16T23:00:00Z  ${EVENT_ID}  create: unknown, finish: unknown\n`);
  });

  it('goes on over cut connections and a server that was away: none missed, none twice', async () => {
    const sockets = new Set<Socket>();
    let target = harness.server.port;
    const proxy = createServer((socket) => {
      const upstream = connect(target, '127.0.0.1');
      for (const [one, other] of [
        [socket, upstream],
        [upstream, socket],
      ] as const) {
        sockets.add(one);
        one
          .on('error', () => {})
          .on('close', () => {
            sockets.delete(one);
            other.destroy();
          });
      }
      socket.pipe(upstream).pipe(socket);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    // A server that listens on a host and port has an AddressInfo.
    const { port } = proxy.address() as AddressInfo;
    const cut = () => {
      for (const socket of sockets) socket.resetAndDestroy();
    };
    const watch = start('incidents', `127.0.0.1:${port}`, '--json');
    await watch.watching();
    await report('cut-1');
    await until('the first line', () => watch.stdout().includes('cut-1'));
    cut();
    await report('cut-2');
    await watch.watching(2);
    await until('the second line', () => watch.stdout().includes('cut-2'));
    // Nobody answers for a while, then another server with the same store does.
    await using beside = await startBeside(harness);
    target = 9;
    cut();
    await report('cut-3');
    await until('two tries', () => watch.stderr().split('interrupted').length > 3);
    target = beside.server.port;
    await until('the third line', () => watch.stdout().includes('cut-3'));
    // A server that ends its streams as it stops.
    await beside.server.close();
    target = harness.server.port;
    await report('cut-4');
    await until('the fourth line', () => watch.stdout().includes('cut-4'));
    watch.child.kill('SIGINT');
    assert.equal(await watch.code, 0);
    cut();
    await new Promise((resolve) => proxy.close(resolve));
    const providers = [...watch.stdout().matchAll(/"name":"(cut-\d)"/g)].map(([, name]) => name);
    assert.deepEqual(providers, ['cut-1', 'cut-2', 'cut-3', 'cut-4']);
    assert.match(watch.stderr(), /\ninterrupted: .+; trying again in 0\.5 s\n/);
  });

  it('ends with 0 when nobody reads any more', async () => {
    const watch = start('incidents', harness.server.url);
    await watch.watching();
    watch.child.stdout?.destroy();
    await until('the end', async () => {
      await report(`unread-${Math.random()}`);
      return watch.child.exitCode !== null;
    });
    assert.equal(await watch.code, 0, watch.stderr());
  });

  it('fails when the server is not there at first: 4', async () => {
    const watch = start('incidents', '127.0.0.1:9');
    assert.equal(await watch.code, 4);
    assert.equal(
      watch.stderr(),
      'error: expected an answer of http://127.0.0.1:9, got connect ECONNREFUSED 127.0.0.1:9: see whether it runs, or name another by --server or BOS_SERVER\n',
    );
  });

  it('fails when nothing comes within the timeout: 4', async () => {
    const silent = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    // As above.
    const { port } = silent.address() as AddressInfo;
    const watch = start('events', `127.0.0.1:${port}`, '--timeout', '1');
    assert.equal(await watch.code, 4);
    assert.match(watch.stderr(), /got no answer within 1 s: see whether it runs/);
    await new Promise((resolve) => silent.close(resolve));
  });

  it('fails for a cursor that is none: 3, and for a wrong call: 2', async () => {
    const cursor = start('events', harness.server.url, '--cursor', 'nonsense');
    assert.equal(await cursor.code, 3);
    assert.match(cursor.stderr(), /^error: expected the cursor of an earlier answer/);
    const call = start('incidents', harness.server.url, '--call', 'creat');
    assert.equal(await call.code, 2);
    assert.match(call.stderr(), /did you mean "create"/);
  });
});
