import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { runCli, startCli } from '../support/cli.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'bos-processes-'));
after(() => rmSync(folder, { recursive: true }));

/** A folder of its own to run in, perhaps with a configuration. */
function place(yaml?: string): { cwd: string } {
  const cwd = mkdtempSync(join(folder, 'place-'));
  if (yaml !== undefined) writeFileSync(join(cwd, 'config.yaml'), yaml);
  return { cwd };
}

/** Nothing listens there. */
const ALONE = ['--port', '0', '--nobroadcast', '--node', 'ws://127.0.0.1:9'];

describe('bos run', () => {
  it('refuses a second process on its data folder with its pid, and ends with 0 on SIGINT', async () => {
    const here = place();
    const first = await startCli(['run', ...ALONE], here);
    try {
      const second = await runCli(['run', ...ALONE], here);
      assert.deepEqual([second.code, second.stdout], [1, '']);
      assert.match(second.stderr, new RegExp(`^error: .*process ${first.pid} .*--data-dir`, 'm'));
    } finally {
      assert.equal(await first.end('SIGINT'), 0);
    }
  });

  it('warns of keys that nobody knows, takes the rest, and lets flags win', async () => {
    const yaml = 'nobroadcast: true\nnetwrok: alice\napi: { port: 1 }\nnode: ws://127.0.0.1:9\n';
    const witness = await startCli(['run', '--port', '0'], place(yaml));
    assert.equal(await witness.end('SIGTERM'), 0);
    assert.match(
      witness.stderr(),
      /^warning: config\.yaml line 2: "netwrok" is no setting and is ignored: did you mean "network"\?$/m,
    );
  });

  it('stops with 1 at a configuration that cannot be', async () => {
    const cases: [string, RegExp][] = [
      [
        'logging: { level: loud }\n',
        /^error: expected one of debug, info, warn, error for "logging\.level", got "loud" \(string\) from config\.yaml line 1: /,
      ],
      [
        'store: "mongodb://x"\n',
        /^error: expected store sqlite with queue memory .* got store mongodb with queue memory:/,
      ],
      ['network: nowhere\n', /^error: expected sports data of network "nowhere"/m],
      ['{}\n', /^error: expected the keys of proposer and approver in data\/keys\.json, got no such file:/m],
    ];
    for (const [yaml, message] of cases) {
      const { code, stdout, stderr } = await runCli(['run', '--port', '0'], place(yaml));
      assert.deepEqual([code, stdout], [1, ''], yaml);
      assert.match(stderr, message);
    }
  });
});

describe('api, worker and scheduler as processes of their own', () => {
  it('are refused by name on the embedded store, with what to set or use instead', async () => {
    for (const role of ['api', 'worker', 'scheduler']) {
      const { code, stderr } = await runCli([role], place());
      assert.equal(code, 1);
      assert.equal(
        stderr,
        `error: expected a store and a queue that several processes can share for the ${role} alone, got "sqlite:" with "memory:": set store to "mongodb://localhost:27017/" and queue to "redis://localhost:6379/0" for any number of processes, or use bos run, which holds api, worker and scheduler in one process\n`,
      );
    }
  });

  it('stop with 4 and words when the store cannot be reached', async () => {
    const backends = ['--store', 'mongodb://u:secret@127.0.0.1:9/', '--queue', 'redis://127.0.0.1:9'];
    const { code, stderr } = await runCli(['worker', '--nobroadcast', ...backends], place());
    assert.equal(code, 4);
    assert.match(
      stderr,
      /^error: expected a MongoDB server at 127\.0\.0\.1:9, got: .*; start it, or correct "store"$/m,
    );
    assert.doesNotMatch(stderr, /secret/);
  });

  it('are those of the Python suite with its configuration, and say why', async () => {
    const here = place('redis_host: 127.0.0.1\nredis_port: 9\nmongodb: { seeds: ["127.0.0.1:9"] }\n');
    const { code, stderr } = await runCli(['worker', 'default', '--nobroadcast'], {
      ...here,
      bin: 'bos-auto',
    });
    assert.equal(code, 4);
    assert.match(
      stderr,
      /^store mongodb:\/\/127\.0\.0\.1:9\/incident-storage and queue redis:\/\/127\.0\.0\.1:9\/0, because config\.yaml has redis_host, redis_port, mongodb as in the Python suite: /,
    );
  });
});

describe('bos-auto api', () => {
  it('is bos run, and says so', async () => {
    const args = ['api', '--host', '127.0.0.1', ...ALONE, '--no-scheduler', '--debug'];
    const witness = await startCli(args, { ...place(), bin: 'bos-auto' });
    try {
      assert.match(
        witness.stderr(),
        /^bos-auto api without Redis and MongoDB is bos run: API, worker and scheduler in this one process$/m,
      );
      const alive = await (await fetch(`${witness.url}/isalive`)).text();
      assert.equal(JSON.parse(alive).background.scheduler.running, false);
    } finally {
      assert.equal(await witness.end('SIGTERM'), 0);
    }
  });
});

describe('bos devnet', () => {
  it('writes the keys of its accounts for their owner only, and answers as a node', async () => {
    const here = place();
    const devnet = await startCli(['devnet', '--port', '0', '--witnesses', '3', '--keys', 'keys.json'], here);
    try {
      const path = join(here.cwd, 'keys.json');
      assert.equal(statSync(path).mode & 0o777, 0o600);
      const names = Object.keys(JSON.parse(readFileSync(path, 'utf8')));
      assert.deepEqual(names, ['witness1', 'witness2', 'witness3', 'nathan']);
      assert.match(devnet.url, /^ws:\/\/127\.0\.0\.1:\d+$/);
      const socket = new WebSocket(devnet.url);
      await new Promise((resolve, reject) => {
        socket.onopen = resolve;
        socket.onerror = reject;
      });
      socket.close();
    } finally {
      assert.equal(await devnet.end('SIGTERM'), 0);
    }
  });
});

describe('bos dev', () => {
  it('has the sports data on its chain within moments', async () => {
    const here = place();
    const dev = await startCli(['dev', '--port', '0', '--devnet-port', '0'], here);
    const bos = (...args: string[]) => runCli([...args, '--server', dev.url], here);
    try {
      const { stdout } = await until(
        'an executed proposal',
        async () => {
          const listed = await bos('proposals', 'list');
          return listed.stdout.includes('executed') ? listed : undefined;
        },
        30_000,
      );
      assert.match(stdout, /^PROPOSAL {2}STATE +PROPOSER +APPROVED {2}BY US {2}EXPIRES +OPERATIONS\n/);
      assert.match(stdout, /\n1\.10\.0 +executed {2}witness1 \(ours\) {2}- {9}- +\S+Z {2}\d sport_create, /);
      const shown = await bos('proposals', 'show', '1.10.0');
      assert.match(shown.stdout, /^proposal {2,}1\.10\.0\nstate {2,}executed\nclosed in {2,}block \d+/);
      assert.match(shown.stdout, /\noperations {2,}0 {2}sport_create \{/);
      const none = await bos('proposals', 'show', '1.10.99');
      assert.deepEqual([none.code, none.stdout], [3, '']);
      const inSync = await until(
        'in sync',
        async () => {
          const synced = await bos('sports', 'sync');
          return synced.stdout.includes('in sync') ? synced : undefined;
        },
        30_000,
      );
      assert.deepEqual(inSync, { code: 0, stdout: 'devnet: data and chain are in sync\n', stderr: '' });
      assert.match((await bos('status')).stdout, /\nsigning {2,}on\n/);
    } finally {
      assert.equal(await dev.end('SIGTERM'), 0);
    }
  });
});
