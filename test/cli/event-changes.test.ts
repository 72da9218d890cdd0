import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { EVENT_ID, type Harness, incidentJson, startHarness, TOKEN } from '../server/harness.ts';
import { type CliResult, runCli } from '../support/cli.ts';

describe('what an operator changes of an event', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bos-cli-event-'));
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
    writeFileSync(join(folder, 'token'), TOKEN);
    await harness.post('/trigger', incidentJson());
  });
  after(async () => {
    await harness[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const run = (bin: 'bos' | 'bos-auto', args: readonly string[]): Promise<CliResult> => {
    const env = { BOS_SERVER: harness.server.url, BOS_TOKEN_FILE: join(folder, 'token') };
    return runCli([...args], { cwd: folder, env, bin });
  };
  const prints = async (args: readonly string[], stdout: string, bin: 'bos' | 'bos-auto' = 'bos') =>
    assert.deepEqual(await run(bin, args), { code: 0, stdout, stderr: '' });
  const fails = async (args: readonly string[], code: number, stderr: RegExp) => {
    const result = await run('bos', args);
    assert.deepEqual([result.code, result.stdout], [code, ''], result.stderr);
    assert.match(result.stderr, stderr);
  };
  const JOB = `${EVENT_ID}:create`;

  it('ends a call by hand, with the reason', async () => {
    await prints(
      ['events', 'set-status', EVENT_ID, 'create', 'manually_finalized', '--reason', 'made by hand'],
      'create: manually finalized (final)\n',
    );
    const { stdout } = await run('bos', ['events', 'explain', EVENT_ID]);
    assert.match(stdout, /\nstatus +manually finalized \(final\)\nwhy +made by hand\n/);
    assert.match(stdout, /\ndecided +\S+ by operator \(decision 1, lease 0\)\n/);
    const json = await run('bos', [
      'events',
      'set-status',
      EVENT_ID,
      'create',
      'manually finalized',
      '--json',
    ]);
    const { data, next_page_token } = JSON.parse(json.stdout);
    assert.deepEqual(
      [data.event_call.status, data.event_call.decision_sequence, next_page_token],
      ['CALL_STATUS_MANUALLY_FINALIZED', 2, ''],
    );
  });

  it('has calls decided again, in the spelling of the Python suite too', async () => {
    await prints(['events', 'replay', EVENT_ID], `decided again: ${JOB}\n`);
    await prints(['events', 'replay', EVENT_ID, 'create', 'manually finalized'], `decided again: ${JOB}\n`);
    await prints(['event', 'replay', EVENT_ID, 'create'], `decided again: ${JOB}\n`, 'bos-auto');
    await prints(
      ['events', 'replay', EVENT_ID, '--json'],
      `{\n  "data": {\n    "job_ids": [\n      "${JOB}"\n    ]\n  },\n  "next_page_token": ""\n}\n`,
    );
    const requests = await harness.ctx.store.work.requests(EVENT_ID);
    assert.deepEqual(
      requests.map(({ call, cause }) => `${call} ${cause}`),
      Array.from({ length: 4 }, () => 'create replay'),
    );
  });

  it('fails with the exit code of what is wrong', async () => {
    const set = ['events', 'set-status'];
    const replay = ['events', 'replay'];
    await fails(
      [...set, EVENT_ID, 'create', 'done'],
      3,
      /^error: expected the status manually_finalized, got done: /,
    );
    await fails(
      [...set, EVENT_ID, 'result', 'manually_finalized'],
      3,
      /^error: .* has no incident of result, /,
    );
    await fails([...set, 'none', 'create', 'manually_finalized'], 3, /^error: no event has the id "none": /);
    await fails([...set, EVENT_ID, 'creat', 'manually_finalized'], 2, /did you mean "create"\?/);
    await fails([...set, EVENT_ID, 'create'], 2, /^error: Missing 1 required arg/);
    await fails([...replay, 'none'], 3, /^error: no event has the id "none": /);
    await fails([...replay, EVENT_ID, 'create', 'done'], 3, /, it has create \(manually_finalized\)\n$/);
    await fails([...replay, EVENT_ID, 'create', 'don'], 2, /did you mean "done"\?/);
    await fails([...replay, EVENT_ID, '--server', 'http://127.0.0.1:9'], 4, /^error: expected an answer of /);
  });

  it('needs a token', async () => {
    for (const args of [
      ['events', 'replay', EVENT_ID],
      ['events', 'set-status', EVENT_ID, 'create', 'manually_finalized'],
    ]) {
      assert.deepEqual(await runCli(args, { cwd: folder, env: { BOS_SERVER: harness.server.url } }), {
        code: 3,
        stdout: '',
        stderr:
          'error: expected an admin token, got none (looked for data/admin-token): name its file by --token-file or BOS_TOKEN_FILE\n',
      });
    }
  });
});
