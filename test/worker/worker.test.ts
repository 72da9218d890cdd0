import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startWorker } from '../../worker/worker.ts';
import { bareView } from '../support/fake-chain.ts';
import { until } from '../support/until.ts';
import { decisionOn, incidentOf, openRig, proposing, scripted } from './rig.ts';

describe('starting and stopping', () => {
  it('lets the run in hand end before it closes', async () => {
    await using rig = await openRig();
    let finish = (): void => {};
    rig.broadcaster.answer = () =>
      new Promise((resolve) => {
        finish = () => resolve({ outcome: 'sent', n: 1, transactionId: 't' });
      });
    const worker = await startWorker(
      rig.ctx,
      scripted((input) => decisionOn(input, proposing)),
    );
    await rig.report(incidentOf('match'));
    await until('the submission', () => rig.broadcaster.submissions.length === 1);
    let closed = false;
    const closing = worker.close().then(() => {
      closed = true;
    });
    // More than enough turns for a close that does not wait.
    for (let turn = 0; turn < 50; turn += 1) await rig.store.presence.list();
    assert.equal(closed, false);
    finish();
    await closing;
    assert.equal((await rig.store.leases.current('match'))?.released, true);
  });

  it('closes after five seconds although a run hangs', async () => {
    await using rig = await openRig();
    let finish = (): void => {};
    rig.broadcaster.answer = () =>
      new Promise((resolve) => {
        finish = () => resolve({ outcome: 'sent', n: 1, transactionId: 't' });
      });
    const worker = await startWorker(
      rig.ctx,
      scripted((input) => decisionOn(input, proposing)),
    );
    await rig.report(incidentOf('match'));
    await until('the submission', () => rig.broadcaster.submissions.length === 1);
    const closing = worker.close();
    await rig.clock.advance(5000);
    await closing;
    finish();
    await rig.idle();
  });

  it('leaves heartbeats that tell whether it signs and why not, and takes them away at the end', async () => {
    await using rig = await openRig();
    const beat = async () => (await rig.store.presence.list()).find(({ role }) => role === 'worker');
    const worker = await startWorker(rig.ctx, scripted(decisionOn));
    assert.equal((await beat())?.details.signing, true);
    await rig.store.switches.set('broadcasting', false);
    await rig.clock.advance(10_000);
    await until('the switch to show', async () => (await beat())?.details.signing === false);
    assert.equal((await beat())?.details.signing_reason, 'switched off by an operator');
    await rig.store.switches.set('broadcasting', true);
    rig.chain.set(bareView(101, { authority: { threshold: 1, weights: new Map() } }));
    await rig.clock.advance(10_000);
    await until('F: the inactive witness to show', async () => {
      const details = (await beat())?.details;
      return details?.signing_reason === 'witness1 is not an active witness';
    });
    await worker.close();
    assert.equal(await beat(), undefined);
  });
});
