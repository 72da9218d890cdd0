import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SubmitResult } from '../../core/chain/chain.ts';
import { startWorker } from '../../worker/worker.ts';
import { until } from '../support/until.ts';
import { decisionOn, incidentOf, openRig, proposing, scripted } from './rig.ts';

describe('what the node answers', () => {
  const outcomes: readonly SubmitResult[] = [
    { outcome: 'unknown', n: 1, transactionId: 't', reason: 'no answer' },
    { outcome: 'in_flight', n: 1 },
    { outcome: 'already_pending', reason: 'pending' },
    { outcome: 'stale', reason: 'moved on' },
    { outcome: 'refused', reason: 'no' },
  ];
  for (const result of outcomes) {
    it(`looks again after the next block when it was ${result.outcome}`, async () => {
      await using rig = await openRig();
      rig.broadcaster.answer = () => result;
      await using worker = await startWorker(
        rig.ctx,
        scripted((input) => decisionOn(input, { ...proposing, wakeAtBlock: input.view.head.number + 1 })),
      );
      await rig.report(incidentOf('match'));
      await until('the first try', () => rig.broadcaster.submissions.length === 1);
      await rig.idle();
      rig.chain.block();
      await until('the next try', () => rig.broadcaster.submissions.length === 2);
      await rig.idle();
      const [effect] = worker.status().effects;
      assert.equal(effect?.outcome, result.outcome);
      assert.equal(effect?.times, 2);
    });
  }

  it('does not look at every block while signing is off', async () => {
    await using rig = await openRig();
    rig.broadcaster.answer = () => ({ outcome: 'held', reason: 'switched off' });
    await using _ = await startWorker(
      rig.ctx,
      scripted((input) => decisionOn(input, { ...proposing, wakeAtBlock: input.view.head.number + 1 })),
    );
    await rig.report(incidentOf('match'));
    await until('the first try', () => rig.broadcaster.submissions.length === 1);
    await rig.idle();
    for (let block = 0; block < 19; block += 1) {
      rig.chain.block();
      await rig.idle();
    }
    assert.equal(rig.broadcaster.submissions.length, 1);
    rig.chain.block();
    await until('the next try', () => rig.broadcaster.submissions.length === 2);
  });

  it('B: counts a poke only when it was tried', async () => {
    await using rig = await openRig();
    rig.broadcaster.answer = () => ({ outcome: 'stale', reason: 'moved on' });
    await using _ = await startWorker(
      rig.ctx,
      scripted((input) => {
        const count = (input.memory.pokes?.['1.10.7']?.count ?? 0) + 1;
        return decisionOn(input, {
          status: 'waiting',
          approvals: [{ proposal: '1.10.7', action: 'poke', reason: 'it failed' }],
          memory: { pokes: { '1.10.7': { count, lastBlock: input.view.head.number } } },
          wakeAtBlock: input.view.head.number + 1,
        });
      }),
    );
    const pokes = async () =>
      (await rig.store.decisions.latest('match', 'create'))?.memory.pokes?.['1.10.7']?.count;
    await rig.report(incidentOf('match'));
    await until('the first try', () => rig.broadcaster.submissions.length === 1);
    await rig.idle();
    assert.equal(await pokes(), undefined);
    rig.broadcaster.answer = () => ({ outcome: 'sent', n: 1, transactionId: 't' });
    rig.chain.block();
    await until('the second try', () => rig.broadcaster.submissions.length === 2);
    await rig.idle();
    assert.equal(await pokes(), 1);
  });

  it('holds everything without a broadcaster', async () => {
    await using rig = await openRig();
    const { broadcaster: _without, ...ctx } = rig.ctx;
    await using worker = await startWorker(
      ctx,
      scripted((input) => decisionOn(input, proposing)),
    );
    await rig.report(incidentOf('match'));
    await until('the note', () => worker.status().effects[0]?.outcome === 'held');
    assert.equal((await rig.store.decisions.latest('match', 'create'))?.status, 'waiting');
  });
});
