import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Code } from '@connectrpc/connect';
import { BosError } from '../../../core/errors.ts';
import { type Log, silentLog } from '../../../core/log.ts';
import { runCli } from '../../support/cli.ts';
import { startHarness, TOKEN } from '../harness.ts';

describe('RebuildEvents', () => {
  it('is refused on the embedded store, which keeps no event documents, and needs a token', async () => {
    await using harness = await startHarness();
    await assert.rejects(
      harness.client().admin.rebuildEvents({}),
      (error: { code: Code; message: string }) => {
        assert.equal(error.code, Code.FailedPrecondition);
        assert.match(error.message, /kept only where the store is MongoDB, got sqlite/);
        return true;
      },
    );
    await assert.rejects(harness.client({ token: 'wrong' }).admin.rebuildEvents({}), {
      code: Code.Unauthenticated,
    });
    const options = { cwd: harness.ctx.config.dataDir, env: { BOS_TOKEN: TOKEN } };
    const { code, stdout, stderr } = await runCli(
      ['events', 'rebuild', '--server', harness.server.url],
      options,
    );
    assert.deepEqual([code, stdout], [3, '']);
    assert.match(stderr, /^error: expected a store that keeps event documents of the Python suite/);
  });

  it('answers how many were rebuilt, leaves a trace in the log, and says when the store is away', async () => {
    const warnings: string[] = [];
    const warn: Log['warn'] = (_details, message) => void warnings.push(message);
    const log: Log = { ...silentLog, warn, child: () => log };
    let isAway = false;
    await using below = await startHarness();
    const store = {
      ...below.ctx.store,
      rebuildEvents: async (signal?: AbortSignal) => {
        assert.ok(signal);
        if (isAway) throw new BosError('unavailable', 'it is away');
        return 3;
      },
    };
    await using harness = await startHarness({ context: { store, log } });
    const { admin } = harness.client();
    assert.equal((await admin.rebuildEvents({})).events, 3);
    isAway = true;
    await assert.rejects(admin.rebuildEvents({}), { code: Code.Unavailable });
    assert.deepEqual(
      warnings.filter((message) => message.includes('event documents')),
      [
        'an operator has the event documents rebuilt',
        'the event documents are rebuilt',
        'an operator has the event documents rebuilt',
        'the event documents are not rebuilt to the end; it can be repeated',
      ],
    );
  });
});
