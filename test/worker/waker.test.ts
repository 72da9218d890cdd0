import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DecideInput, Decision } from '../../core/decide/types.ts';
import { startWorker } from '../../worker/worker.ts';
import { bareView } from '../support/fake-chain.ts';
import { until } from '../support/until.ts';
import { decisionOn, incidentOf, openRig, type Rig, scripted } from './rig.ts';

/** A worker whose decision waits for what `fields` say, after its first run; counts the runs. */
async function waiting(rig: Rig, fields: (input: DecideInput) => Partial<Decision>) {
  const runs: number[] = [];
  const worker = await startWorker(
    rig.ctx,
    scripted((input) => {
      runs.push(input.view.head.number);
      return decisionOn(input, { status: 'waiting', ...fields(input) });
    }),
  );
  await rig.report(incidentOf('match'));
  await until('the first run', () => runs.length > 0);
  await rig.idle();
  return { worker, runs };
}

/** Lets one block pass and whatever it wakes. */
async function block(rig: Rig, touched: readonly string[] = []): Promise<void> {
  rig.chain.block(touched);
  await new Promise((resolve) => setImmediate(resolve));
  await rig.idle();
}

describe('an unfinished call comes back', () => {
  it('when a block touches an object that it depends on', async () => {
    await using rig = await openRig();
    const { worker, runs } = await waiting(rig, () => ({
      dependsOn: { objects: ['1.21.3'], proposals: false },
    }));
    await using _ = worker;
    await block(rig, ['1.21.4', '1.10.1']);
    assert.deepEqual(runs, [100]);
    await block(rig, ['1.21.3']);
    assert.deepEqual(runs, [100, 102]);
  });

  it('when any proposal moves, if it depends on proposals', async () => {
    await using rig = await openRig();
    const { worker, runs } = await waiting(rig, () => ({ dependsOn: { objects: [], proposals: true } }));
    await using _ = worker;
    await block(rig, ['1.21.4']);
    assert.deepEqual(runs, [100]);
    await block(rig, ['1.10.1']);
    assert.deepEqual(runs, [100, 102]);
  });

  it('at the block it asked for', async () => {
    await using rig = await openRig();
    const { worker, runs } = await waiting(rig, () => ({ wakeAtBlock: 103 }));
    await using _ = worker;
    for (let count = 0; count < 5; count += 1) await block(rig);
    assert.equal(runs[1], 103);
  });

  it('when a block has become irreversible', async () => {
    await using rig = await openRig();
    const { worker, runs } = await waiting(rig, () => ({ wakeWhenIrreversible: 98 }));
    await using _ = worker;
    for (let count = 0; count < 5; count += 1) await block(rig);
    assert.equal(runs[1], 103);
  });

  it('when the time of the head block passes its timer', async () => {
    await using rig = await openRig();
    const { worker, runs } = await waiting(rig, (input) => ({
      retryAt: new Date(bareView(102).head.time.getTime() + (input.view.head.number > 100 ? 60_000 : 0)),
    }));
    await using _ = worker;
    for (let count = 0; count < 5; count += 1) await block(rig);
    assert.deepEqual(runs, [100, 102]);
    const latest = await rig.store.decisions.latest('match', 'create');
    assert.equal(latest?.retryAt?.getTime(), bareView(162).head.time.getTime(), 'the new timer is kept');
  });

  it('once after each resync', async () => {
    await using rig = await openRig();
    const { worker, runs } = await waiting(rig, () => ({}));
    await using _ = worker;
    rig.chain.set(bareView(110));
    await until('the run after the resync', () => runs.length === 2);
    await rig.idle();
    assert.deepEqual(runs, [100, 110]);
  });

  it('when the block that it waited for came during its own run', async () => {
    await using rig = await openRig();
    const { worker, runs } = await waiting(rig, (input) => {
      if (input.view.head.number === 100) rig.chain.block(['1.21.3']);
      return { dependsOn: { objects: ['1.21.3'], proposals: false } };
    });
    await using _ = worker;
    await until('the run on the new view', () => runs.length === 2);
    assert.deepEqual(runs, [100, 101]);
  });

  it('when a resync came during its own run', async () => {
    await using rig = await openRig();
    const { worker, runs } = await waiting(rig, (input) => {
      if (input.view.head.number === 100) rig.chain.set(bareView(500));
      return {};
    });
    await using _ = worker;
    await until('the run on the new view', () => runs.at(-1) === 500);
  });

  it('not any more once its decision is final', async () => {
    await using rig = await openRig();
    const { worker, runs } = await waiting(rig, (input) => ({
      dependsOn: { objects: [], proposals: true },
      wakeAtBlock: input.view.head.number + 1,
      final: input.view.head.number === 101,
    }));
    await using _ = worker;
    for (let count = 0; count < 5; count += 1) await block(rig, ['1.10.1']);
    rig.chain.set(bareView(110));
    await rig.idle();
    assert.deepEqual(runs, [100, 101]);
    assert.equal(worker.status().watching, 0);
  });

  it('also when another worker on the same store had decided it', async () => {
    await using rig = await openRig();
    const seen: string[] = [];
    await using _ = await startWorker(
      rig.ctx,
      scripted((input) => {
        seen.push(input.eventId);
        return decisionOn(input, { status: 'waiting', dependsOn: { objects: ['1.21.3'], proposals: false } });
      }),
    );
    await rig.idle();
    const other = decisionOn(
      // Only what decisionOn reads of the input matters here.
      { incidents: [], view: bareView(100), sports: { digest: 'd' }, memory: {} } as unknown as DecideInput,
      { dependsOn: { objects: ['1.21.3'], proposals: false } },
    );
    const incident = incidentOf('elsewhere');
    await rig.store.incidents.insert(incident);
    await rig.store.incidents.markSeen([incident]);
    await rig.store.decisions.insert({
      ...other,
      eventId: 'elsewhere',
      call: 'create',
      sequence: 1,
      epoch: 1,
      decidedAt: rig.clock.now(),
      worker: 'p9',
      softwareVersion: '0',
    });
    // It may have died, and the block that it waited for have passed: no block has to come.
    await rig.clock.advance(60_000);
    await until('the run when it is learned of', () => seen.length === 1);
    await rig.idle();
    rig.chain.block(['1.21.3']);
    await until('the run when a block touches it', () => seen.length === 2);
    await rig.clock.advance(60_000);
    await rig.idle();
    assert.deepEqual(seen, ['elsewhere', 'elsewhere']);
  });

  it('although the queue could not take it at first', async () => {
    await using rig = await openRig();
    const { worker, runs } = await waiting(rig, () => ({ wakeAtBlock: 101 }));
    await using _ = worker;
    const { add } = rig.queue;
    let refused = 0;
    rig.queue.add = async () => {
      refused += 1;
      throw new Error('the queue is away');
    };
    rig.chain.block();
    await until('the refusal', () => refused === 1);
    rig.queue.add = add;
    await rig.clock.advance(1000);
    await until('the run', () => runs.length === 2);
  });
});
