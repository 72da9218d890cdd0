import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { operate } from '../core/queue/redis/harness.ts';
import { type RunningCli, runCli, startCli } from '../support/cli.ts';
import { missingMongo, startMongo } from '../support/mongo-server.ts';
import { startRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const skip = (await missingMongo()) ?? false;
const folder = mkdtempSync(join(tmpdir(), 'bos-status-'));
after(() => rmSync(folder, { recursive: true }));

/** Signs of life older than that do not count; what is beyond it is for asking. */
const HEARTBEAT_S = 30;

/** Processes of a witness on servers of their own, killed in the end, and its status as an operator reads it. */
async function openWitness(name: string) {
  await using owned = new AsyncDisposableStack();
  const mongo = owned.use(await startMongo());
  const redis = owned.use(await startRedis({ save: '900 1' }));
  const cwd = join(folder, name);
  mkdirSync(cwd);
  const env = {
    BOS_STORE: `${mongo.url}${name}`,
    BOS_QUEUE: redis.url,
    BOS_NODE: 'ws://127.0.0.1:9',
    BOS_NOBROADCAST: 'true',
  };
  const processes: RunningCli[] = [];
  owned.defer(async () => {
    await Promise.all(processes.map((process) => process.end('SIGKILL')));
  });
  const start = async (...args: string[]) => {
    const process = await startCli(args, { cwd, env });
    processes.push(process);
    return process;
  };
  const status = async (api: RunningCli): Promise<string> =>
    (await runCli(['status', '--server', api.url], { cwd })).stdout;
  const kept = owned.move();
  return { redis, start, status, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

describe('bos status', { skip }, () => {
  it('says that the worker does not run, how long it has been silent and what that means, after it was killed', async () => {
    await using witness = await openWitness('killed');
    const api = await witness.start('api', '--port', '0');
    const worker = await witness.start('worker');
    const before = await until('the worker', async () => {
      const text = await witness.status(api);
      return text.includes('worker running') ? text : undefined;
    });
    assert.match(before, new RegExp(`worker running \\(\\S+ pid ${worker.pid}, last sign \\S+Z\\)`));
    assert.doesNotMatch(before, /no worker runs|no scheduler runs/);
    assert.match(before, /scheduler running, the leader \(/);
    await worker.end('SIGKILL');
    const text = await until(
      'the word about it',
      async () => {
        const told = await witness.status(api);
        return told.includes('NOT RUNNING') ? told : undefined;
      },
      (HEARTBEAT_S + 10) * 1000,
    );
    const line = new RegExp(
      `worker NOT RUNNING, silent for (\\d+) s \\(\\S+ pid ${worker.pid}, last sign \\S+Z\\)\n`,
    );
    const seconds = Number(line.exec(text)?.[1]);
    assert.ok(seconds >= HEARTBEAT_S && seconds < HEARTBEAT_S + 10, text);
    assert.match(
      text,
      /\n +no worker runs: incidents are kept, but nothing is decided or signed until one is started\n/,
    );
    assert.doesNotMatch(text, /no scheduler runs/);
    await witness.start('worker');
    assert.doesNotMatch(await witness.status(api), /no worker runs|NOT RUNNING/);
  });

  it('and the start of a process name a Redis that refuses to write, with the remedy, until it is repaired', async () => {
    await using witness = await openWitness('misconf');
    const { redis } = witness;
    // A folder in the place of the snapshot: saving fails for root too.
    mkdirSync(join(redis.folder, 'dump.rdb', 'in-the-way'), { recursive: true });
    await operate(redis, 'set', 'something', 'to save');
    await operate(redis, 'bgsave');
    const api = await witness.start('api', '--port', '0');
    const remedy = /MISCONF.*config set save .*overcommit_memory/;
    assert.match(api.stderr(), remedy);
    assert.match(await witness.status(api), new RegExp(`\nqueue +redis, not available: .*${remedy.source}`));
    await operate(redis, 'config', 'set', 'save', '');
    await until('a queue that can be used', async () => /\nqueue +redis\n/.test(await witness.status(api)));
  });
});
