import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BosError } from '../../core/errors.ts';
import type { WorkStore } from '../../core/store/store.ts';
import { sampleDecision } from '../conformance/store-samples.ts';
import { EVENT_ID, type Harness, incidentJson, startHarness, TOKEN } from '../server/harness.ts';
import { type CliResult, runCli } from '../support/cli.ts';

const JOB = `${EVENT_ID}:create`;
const JSON_NONE = '{\n  "data": [],\n  "next_page_token": ""\n}\n';

describe('jobs and the queue', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bos-cli-jobs-'));
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
    writeFileSync(join(folder, 'token'), TOKEN);
  });
  after(async () => {
    await harness[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const bos = (...args: string[]): Promise<CliResult> => {
    const env = { BOS_SERVER: harness.server.url, BOS_TOKEN_FILE: join(folder, 'token') };
    return runCli(args, { cwd: folder, env });
  };
  const prints = async (args: string[], stdout: string) =>
    assert.deepEqual(await bos(...args), { code: 0, stdout, stderr: '' });

  it('say that there is nothing', async () => {
    await prints(['jobs', 'list'], '(none)\n');
    await prints(['jobs', 'list', '--json'], JSON_NONE);
    await prints(['jobs', 'retry', '--all-failed'], '(none)\n');
  });

  it('are listed with why they are there', async () => {
    const { store } = harness.ctx;
    await harness.post('/trigger', incidentJson());
    const late = EVENT_ID.replace('2030', '2031');
    await store.decisions.insert(
      sampleDecision({
        eventId: late,
        call: 'finish',
        status: 'unhandled_exception_retrying_soon',
        retryAt: new Date('2031-03-16T23:00:00Z'),
        memory: { failures: 1 },
      }),
    );
    await store.decisions.insert(
      sampleDecision({
        eventId: 'sports:devnet',
        call: 'sync',
        status: 'unhandled_exception',
        final: true,
        reasons: [{ code: 'unhandled_exception', text: 'TypeError: no such thing' }],
        memory: { failures: 2 },
      }),
    );
    const width = late.length + ':finish'.length;
    const status = 'unhandled exception retrying soon';
    await prints(
      ['jobs', 'list'],
      [
        `${'JOB'.padEnd(width)}  STATE    ${'STATUS'.padEnd(status.length)}  WHY       ${'DUE'.padEnd(20)}  FAILURES  ERROR`,
        `${JOB.padEnd(width)}  due      ${'unknown'.padEnd(status.length)}  incident`,
        `${late}:finish  delayed  ${status}  timer     2031-03-16T23:00:00Z  1`,
        `${'sports:devnet:sync'.padEnd(width)}  failed   ${'unhandled exception'.padEnd(status.length)}  ${' '.repeat(8)}  ${' '.repeat(20)}  2         TypeError: no such thing`,
        '',
      ].join('\n'),
    );
    await prints(['jobs', 'list', '--state', 'running'], '(none)\n');
    const { stdout } = await bos('jobs', 'list', '--state', 'failed', '--json');
    assert.deepEqual(JSON.parse(stdout), {
      data: [
        {
          id: 'sports:devnet:sync',
          event_id: 'sports:devnet',
          call: 'CALL_SYNC',
          state: 'JOB_STATE_FAILED',
          causes: [],
          status: 'CALL_STATUS_UNHANDLED_EXCEPTION',
          failures: 2,
          error: 'TypeError: no such thing',
          worker: '',
        },
      ],
      next_page_token: '',
    });
  });

  it('are retried by their ids, or all that failed', async () => {
    await prints(['jobs', 'retry', JOB], `decided again: ${JOB}\n`);
    await prints(
      ['jobs', 'retry', '--all-failed', '--json'],
      '{\n  "data": {\n    "job_ids": [\n      "sports:devnet:sync"\n    ]\n  },\n  "next_page_token": ""\n}\n',
    );
  });

  it('are refused with the exit code of what is wrong', async () => {
    assert.deepEqual(await bos('jobs', 'retry', JOB, 'none:create', 'nonsense'), {
      code: 3,
      stdout: '',
      stderr:
        'error: no job is due, delayed or failed under "none:create", "nonsense"; nothing was retried: ListJobs tells those that are, ResendIncidents has finished calls decided again\n',
    });
    for (const [args, got] of [
      [[], 'neither'],
      [[JOB, '--all-failed'], 'both'],
    ] as const) {
      assert.deepEqual(await bos('jobs', 'retry', ...args), {
        code: 2,
        stdout: '',
        stderr: `error: expected either ids of jobs or --all-failed, got ${got}: bos jobs list tells them\n`,
      });
    }
    const { code, stderr } = await bos('jobs', 'list', '--state', 'fail');
    assert.deepEqual(
      [code, stderr],
      [
        2,
        'error: expected a state: one of due, running, delayed, failed, got "fail": did you mean "failed"?\n',
      ],
    );
  });

  it('need a token where they change something', async () => {
    for (const args of [
      ['jobs', 'retry', JOB],
      ['queue', 'pause'],
      ['queue', 'resume'],
    ]) {
      const env = { BOS_SERVER: harness.server.url };
      assert.deepEqual(await runCli(args, { cwd: folder, env }), {
        code: 3,
        stdout: '',
        stderr:
          'error: expected an admin token, got none (looked for data/admin-token): name its file by --token-file or BOS_TOKEN_FILE\n',
      });
    }
  });

  it('wait while the queue is paused, which status says in words', async () => {
    await prints(
      ['queue', 'pause', '--reason', 'a look at the odds'],
      'paused: workers take nothing until bos queue resume\n',
    );
    assert.equal(await harness.ctx.store.switches.get('queue_paused'), true);
    assert.equal((await harness.ctx.queue.counts()).paused, true);
    assert.match(
      (await bos('status')).stdout,
      /\nqueue {2,}memory\n {2,}PAUSED by an operator: workers take nothing until `bos queue resume`\n/,
    );
    await prints(['queue', 'resume'], 'resumed: workers take work\n');
    assert.doesNotMatch((await bos('status')).stdout, /PAUSED/);
    const json = (paused: boolean) =>
      `{\n  "data": {\n    "paused": ${paused}\n  },\n  "next_page_token": ""\n}\n`;
    await prints(['queue', 'pause', '--json'], json(true));
    await prints(['queue', 'resume', '--json'], json(false));
    assert.equal((await harness.ctx.queue.counts()).paused, false);
  });

  it('are told by help', async () => {
    const { stdout } = await bos('--help');
    assert.match(stdout, /\n {2}jobs +Calls that are due, wait or failed\.\n/);
    assert.match(stdout, /\n {2}queue +Whether workers take work\.\n/);
  });

  it('end with 4 and the words of the server when that answers that its store is away', async () => {
    const away = () => Promise.reject(new BosError('unavailable', 'expected a MongoDB server, got none'));
    const work = new Proxy({}, { get: () => away }) as WorkStore;
    await using own = await startHarness({ context: { store: { ...harness.ctx.store, work } } });
    const { code, stderr } = await bos('jobs', 'list', '--server', own.server.url);
    assert.deepEqual({ code, stderr }, { code: 4, stderr: 'error: expected a MongoDB server, got none\n' });
  });
});
