import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConnectionError } from '../../core/chain/node-error.ts';
import type { PastEvent } from '../../core/chain/types.ts';
import type { DecideInput } from '../../core/decide/types.ts';
import type { Call } from '../../core/incidents/types.ts';
import { startWorker } from '../../worker/worker.ts';
import { until } from '../support/until.ts';
import { decisionOn, incidentOf, openRig, type Rig, scripted } from './rig.ts';

const past: PastEvent = {
  event: {
    id: '1.22.7',
    name: [],
    season: [],
    start_time: null,
    event_group_id: '1.21.1',
    scores: ['3', '1'],
    status: 'settled',
  },
  groups: [],
};

/** Runs the result of a match, then its cancel; answers what each was decided on. */
async function runBoth(rig: Rig): Promise<ReadonlyMap<string, DecideInput>> {
  const inputs = new Map<string, DecideInput>();
  const settling = { '1.24.9': { score: '3:1', resolution: 'key' } };
  await using _ = await startWorker(
    rig.ctx,
    scripted((input) => {
      inputs.set(input.call, input);
      const memory =
        input.call === 'result' ? { ...input.memory, created: '1.22.7', settling } : input.memory;
      return decisionOn(input, { status: 'done', final: true, memory });
    }),
  );
  for (const call of ['result', 'canceled'] satisfies Call[]) {
    await rig.report(incidentOf('match', 'p', call));
    await until(call, () => rig.store.decisions.latest('match', call));
    await rig.idle();
  }
  return inputs;
}

describe('a call that is heard of after the event has gone', () => {
  it('knows from the other calls that the event was on chain, and keeps it', async () => {
    await using rig = await openRig();
    const inputs = await runBoth(rig);
    assert.equal(inputs.get('result')?.memory.created, undefined);
    assert.equal(inputs.get('canceled')?.memory.created, '1.22.7');
    assert.equal((await rig.store.decisions.latest('match', 'canceled'))?.memory.created, '1.22.7');
  });

  it('is told what the node still knows of the event and of the groups that were to be resolved', async () => {
    await using rig = await openRig();
    const asked: unknown[] = [];
    rig.chain.pastEvent = async (...args) => {
      asked.push(args);
      return past;
    };
    const inputs = await runBoth(rig);
    assert.equal(inputs.get('result')?.history, undefined);
    assert.deepEqual(inputs.get('canceled')?.history, [past]);
    assert.deepEqual(asked, [['1.22.7', ['1.24.9']]]);
  });

  it('is decided without history on a node that has none', async () => {
    await using rig = await openRig();
    const inputs = await runBoth(rig);
    assert.equal(inputs.get('canceled')?.history, undefined);
  });

  it('asks for no history while the event is on chain', async () => {
    await using rig = await openRig();
    const view = rig.chain.view();
    assert.ok(view);
    rig.chain.set({ ...view, seenSince: () => 90 });
    rig.chain.pastEvent = () => assert.fail('nothing is gone');
    const inputs = await runBoth(rig);
    assert.equal(inputs.get('canceled')?.memory.created, '1.22.7');
    assert.deepEqual(rig.errors, []);
  });

  it('waits for the node when it does not answer for the past, and comes back', async () => {
    await using rig = await openRig();
    rig.chain.pastEvent = () => Promise.reject(new ConnectionError('get_objects: no answer', true));
    const inputs = new Map<string, DecideInput>();
    await using _ = await startWorker(
      rig.ctx,
      scripted((input) => {
        inputs.set(input.call, input);
        return decisionOn(input, {
          status: 'done',
          final: true,
          memory: { ...input.memory, created: '1.22.7' },
        });
      }),
    );
    await rig.report(incidentOf('match', 'p', 'result'));
    await until('the result', () => rig.store.decisions.latest('match', 'result'));
    await rig.idle();
    await rig.report(incidentOf('match', 'p', 'canceled'));
    const lost = await until('the loss', () => rig.store.decisions.latest('match', 'canceled'));
    assert.equal(lost.status, 'connection_lost');
    assert.match(lost.reasons[0]?.text ?? '', /get_objects: no answer/);
    assert.equal(inputs.has('canceled'), false);
    rig.chain.pastEvent = async () => past;
    await rig.idle();
    await rig.clock.advance(1000);
    await until('the decision', async () => {
      const latest = await rig.store.decisions.latest('match', 'canceled');
      return latest?.status === 'done';
    });
    assert.deepEqual(inputs.get('canceled')?.history, [past]);
  });
});
