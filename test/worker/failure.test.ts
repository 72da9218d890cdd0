import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BosError } from '../../core/errors.ts';
import { startWorker } from '../../worker/worker.ts';
import { bareView } from '../support/fake-chain.ts';
import { until } from '../support/until.ts';
import { decisionOn, incidentOf, openRig, proposing, scripted } from './rig.ts';

describe('failures', () => {
  it('says connection lost once, loses nothing, and goes on when the node is back', async () => {
    await using rig = await openRig();
    rig.chain.connect(false);
    let decided = 0;
    await using _ = await startWorker(
      rig.ctx,
      scripted((input) => {
        decided += 1;
        return decisionOn(input, { status: 'done', final: true });
      }),
    );
    await rig.report(incidentOf('match'));
    await until('the status', async () => {
      const latest = await rig.store.decisions.latest('match', 'create');
      return latest?.status === 'connection_lost' && !latest.final;
    });
    await rig.queue.add({ eventId: 'match', lane: 'default' });
    await rig.idle();
    assert.equal((await rig.store.decisions.latest('match', 'create'))?.sequence, 1);
    assert.equal((await rig.due('match')).length, 1, 'it stays due');
    assert.equal(decided, 0);
    rig.chain.connect(true);
    await until('the decision', async () => {
      const latest = await rig.store.decisions.latest('match', 'create');
      return latest?.status === 'done' && (await rig.due('match')).length === 0;
    });
  });

  it('retries what threw soon, gives up the second time in a row, and starts anew with the next incident', async () => {
    await using rig = await openRig();
    let broken = true;
    await using _ = await startWorker(
      rig.ctx,
      scripted((input) => {
        if (broken && input.eventId === 'bad') throw new TypeError('cannot read x');
        return decisionOn(input, { status: 'done', final: true });
      }),
    );
    await rig.report(incidentOf('bad'));
    await rig.report(incidentOf('good'));
    const latest = (eventId: string) => rig.store.decisions.latest(eventId, 'create');
    await until('the other event', async () => (await latest('good'))?.status === 'done');
    await until(
      'the first failure',
      async () => (await rig.due('bad')).length === 0 && (await latest('bad')),
    );
    const first = await latest('bad');
    assert.equal(first?.status, 'unhandled_exception_retrying_soon');
    assert.equal(first.final, false);
    assert.deepEqual(first.reasons, [{ code: 'unhandled_exception', text: 'TypeError: cannot read x' }]);
    // 300 s less two minutes (random 0.5), by the time of the head block.
    assert.equal(first.retryAt?.getTime(), bareView(100).head.time.getTime() + 180_000);
    assert.equal(rig.errors.length, 1, 'the stack is in the log');

    await rig.queue.add({ eventId: 'bad', lane: 'default' });
    await rig.idle();
    assert.equal((await latest('bad'))?.sequence, 1, 'not before its time');

    rig.chain.set(bareView(100 + 180), 'block');
    await until('the second failure', async () => (await latest('bad'))?.status === 'unhandled_exception');
    assert.equal((await latest('bad'))?.final, true);
    assert.match((await latest('bad'))?.alert ?? '', /2 times in a row/);

    broken = false;
    await rig.report(incidentOf('bad', 'another'));
    await until('the recovery', async () => (await latest('bad'))?.status === 'done');
    assert.equal((await latest('bad'))?.memory.failures, undefined);
  });

  it('counts failures of effects in a row although deciding goes well', async () => {
    await using rig = await openRig();
    rig.broadcaster.answer = () => {
      throw new Error('out of cheese');
    };
    await using _ = await startWorker(
      rig.ctx,
      scripted((input) => decisionOn(input, proposing)),
    );
    const status = async () => (await rig.store.decisions.latest('match', 'create'))?.status;
    await rig.report(incidentOf('match'));
    await until('the first', async () => (await status()) === 'unhandled_exception_retrying_soon');
    await rig.idle();
    rig.chain.set(bareView(100 + 180), 'block');
    await until('the second', async () => (await status()) === 'unhandled_exception');
    await rig.idle();
    rig.broadcaster.answer = () => ({ outcome: 'sent', n: 1, transactionId: 't' });
    await rig.report(incidentOf('match', 'another'));
    await until('the recovery', async () => {
      const latest = await rig.store.decisions.latest('match', 'create');
      return latest?.status === 'waiting' && latest.memory.failures === undefined;
    });
  });

  it('tries a run again that the store broke off', async () => {
    await using rig = await openRig();
    let away = true;
    const store = {
      ...rig.store,
      incidents: {
        ...rig.store.incidents,
        ofEvent: async (eventId: string) => {
          if (away) throw new BosError('unavailable', 'the store is away');
          return rig.store.incidents.ofEvent(eventId);
        },
      },
    };
    await using worker = await startWorker(
      { ...rig.ctx, store },
      scripted((input) => decisionOn(input, { status: 'done', final: true })),
    );
    await rig.report(incidentOf('match'));
    await until('the failure', () => worker.status().counts.runs_failed === 1);
    away = false;
    await rig.clock.advance(10_000);
    await until('the decision', () => rig.store.decisions.latest('match', 'create'));
  });
});
