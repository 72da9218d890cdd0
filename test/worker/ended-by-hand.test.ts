import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Decision, IncidentRef } from '../../core/decide/types.ts';
import type { DecisionRecord, Store } from '../../core/store/store.ts';
import { Call, CallStatus } from '../../gen/bos/v1/call_pb.js';
import { setCallStatus } from '../../server/services/events/set-status.ts';
import { isEndedByHand } from '../../worker/ended-by-hand.ts';
import { startWorker } from '../../worker/worker.ts';
import { sampleDecision } from '../conformance/store-samples.ts';
import { until } from '../support/until.ts';
import { aProposal, decisionOn, incidentOf, openRig, proposing, type Rig, scripted } from './rig.ts';

const finalize = { eventId: 'match', call: Call.CREATE, status: CallStatus.MANUALLY_FINALIZED, reason: '' };

/** Sets the status as the server does. */
async function finalizeAt(rig: Rig): Promise<void> {
  // Handlers of this service look at nothing but their request.
  const handler = setCallStatus(rig.ctx).setCallStatus as unknown as (
    request: typeof finalize,
  ) => Promise<unknown>;
  await handler(finalize);
}

/** The store with something to happen right before the next decision of a worker is inserted. */
function beforeInsert(store: Store, act: () => Promise<void>): Store {
  let pending: (() => Promise<void>) | undefined = act;
  const insert = async (record: DecisionRecord): Promise<boolean> => {
    const now = pending;
    pending = undefined;
    await now?.();
    return store.decisions.insert(record);
  };
  const decisions = new Proxy(store.decisions, {
    get: (target, key) => (key === 'insert' ? insert : Reflect.get(target, key)),
  });
  return { ...store, decisions };
}

describe('a call that an operator ended', () => {
  const statusOf = async (rig: Rig) => (await rig.store.decisions.latest('match', 'create'))?.status;
  const settled = (rig: Rig) => async () => (await rig.due('match')).length === 0;

  it('is not decided over by a run that was under way: it sends nothing', async () => {
    await using rig = await openRig();
    const store = beforeInsert(rig.store, () => finalizeAt(rig));
    await using worker = await startWorker(
      { ...rig.ctx, store },
      scripted((input) => decisionOn(input, proposing)),
    );
    await rig.report(incidentOf('match'));
    await until('the decision', () => rig.store.decisions.latest('match', 'create'));
    await rig.idle();
    assert.equal(await statusOf(rig), 'manually_finalized');
    assert.deepEqual(rig.broadcaster.submissions, []);
    assert.deepEqual(await rig.due('match'), []);
    assert.equal(worker.status().watching, 0);
    assert.equal(worker.status().counts.runs_lost ?? 0, 0);
  });

  it('is not decided over by what a run learns from its effects', async () => {
    await using rig = await openRig();
    rig.broadcaster.answer = async () => {
      await finalizeAt(rig);
      return { outcome: 'held', reason: 'signing is off' };
    };
    const approvals = [{ proposal: '1.10.7', action: 'add' as const, reason: 'wanted' }];
    const decided: Partial<Decision> = { ...proposing, approvals, propose: aProposal };
    await using worker = await startWorker(
      rig.ctx,
      scripted((input) => decisionOn(input, decided)),
    );
    await rig.report(incidentOf('match'));
    await until('the end', async () => (await statusOf(rig)) === 'manually_finalized');
    await rig.idle();
    assert.equal(await statusOf(rig), 'manually_finalized');
    assert.equal(worker.status().watching, 0);
  });

  it('is not decided by a run that has no cause', async () => {
    await using rig = await openRig();
    let runs = 0;
    const judgement = scripted((input) => {
      runs += 1;
      return decisionOn(input);
    });
    await rig.store.incidents.insert(incidentOf('match'));
    await finalizeAt(rig);
    await using _ = await startWorker(rig.ctx, judgement);
    await rig.queue.add({ eventId: 'match', lane: 'default' });
    await rig.idle();
    assert.deepEqual([runs, await statusOf(rig)], [0, 'manually_finalized']);
  });

  it('reads what was reported before, when the server died before it could mark that', async () => {
    await using rig = await openRig();
    let runs = 0;
    await rig.store.incidents.insert(incidentOf('match'));
    const known: IncidentRef[] = [...(await rig.store.incidents.ofEvent('match'))];
    await finalizeAt(rig);
    const end = await rig.store.decisions.latest('match', 'create');
    // A second store has the decision but not the marks.
    await using other = await openRig();
    await other.store.incidents.insert(incidentOf('match'));
    assert.ok(end && known.length === 1);
    await other.store.decisions.insert(end);
    assert.equal((await other.due('match')).length, 1);
    await using _ = await startWorker(
      other.ctx,
      scripted((input) => {
        runs += 1;
        return decisionOn(input);
      }),
    );
    await other.queue.add({ eventId: 'match', lane: 'default' });
    await until('nothing due', settled(other));
    await other.idle();
    assert.deepEqual([runs, await statusOf(other)], [0, 'manually_finalized']);
  });

  for (const [cause, act] of [
    ['a new incident', (rig: Rig) => rig.report(incidentOf('match', 'another'))],
    ['a repeated report', (rig: Rig) => rig.report(incidentOf('match'))],
    [
      'a request',
      async (rig: Rig) => {
        await rig.store.work.request({
          eventId: 'match',
          call: 'create',
          cause: 'replay',
          at: rig.clock.now(),
        });
        await rig.queue.add({ eventId: 'match', lane: 'default' });
      },
    ],
  ] as const) {
    it(`is decided again after ${cause}, on all that is there and with what it remembered`, async () => {
      await using rig = await openRig();
      await using _ = await startWorker(
        rig.ctx,
        scripted((input) => decisionOn(input, { memory: { ...input.memory, stuckSinceBlock: 7 } })),
      );
      await rig.report(incidentOf('match'));
      await until('the first decision', settled(rig));
      await finalizeAt(rig);
      await act(rig);
      const again = await until('the decision', async () => {
        const latest = await rig.store.decisions.latest('match', 'create');
        return latest?.sequence === 3 ? latest : undefined;
      });
      assert.equal(again.status, 'insufficient_incidents');
      assert.equal(again.counted.length, cause === 'a new incident' ? 2 : 1);
      assert.equal(again.memory.stuckSinceBlock, 7);
      await until('nothing due', settled(rig));
    });
  }
});

describe('whether a call is ended by hand for a run', () => {
  const ref = { uniqueString: 'u', provider: 'p' };
  const at = new Date(0);
  const stored = {
    ...incidentOf('match'),
    ...ref,
    position: 1,
    sightings: [],
    sentUniqueStrings: [],
    seen: false,
  };
  const request = { id: '1', eventId: 'match', call: 'create', cause: 'resend', at } as const;
  const end = sampleDecision({
    sequence: 4,
    status: 'manually_finalized',
    final: true,
    notCounted: [{ ...ref, reason: 'set by an operator' }],
  });
  const job = (over: Partial<Parameters<typeof isEndedByHand>[1]>) => ({
    incidents: [],
    requests: [],
    latest: new Map([['create' as const, end]]),
    ...over,
  });
  const isEnded = (over: Partial<Parameters<typeof isEndedByHand>[1]>) =>
    isEndedByHand(end, job(over), 'create');

  it('is true without a cause that came after that', () => {
    assert.equal(isEnded({}), true);
    assert.equal(isEnded({ incidents: [stored] }), true, 'known to the operator');
    assert.equal(isEnded({ incidents: [{ ...stored, provider: 'q', seen: true }] }), true, 'read before');
    assert.equal(
      isEnded({ incidents: [{ ...stored, provider: 'q', call: 'finish' }] }),
      true,
      'another call',
    );
    assert.equal(isEnded({ requests: [{ ...request, call: 'finish' }] }), true, 'another call');
    assert.equal(isEnded({ requests: [request], latest: new Map() }), true, 'asked before');
  });

  it('is false with an incident that the operator did not know, or when somebody asked afterwards', () => {
    assert.equal(isEnded({ incidents: [{ ...stored, provider: 'q' }] }), false);
    assert.equal(isEnded({ incidents: [{ ...stored, provider: 'q' }], latest: new Map() }), false);
    assert.equal(isEnded({ requests: [request] }), false);
  });

  it('is false for every other status', () => {
    assert.equal(isEndedByHand({ ...end, status: 'done' }, job({}), 'create'), false);
    assert.equal(isEndedByHand(undefined, job({}), 'create'), false);
  });
});
