import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Code, type ConnectError } from '@connectrpc/connect';
import type { BosClient } from '../../../client/index.ts';
import type { DecisionRecord } from '../../../core/store/store.ts';
import { Call, CallStatus } from '../../../gen/bos/v1/call_pb.js';
import { sampleDecision } from '../../conformance/store-samples.ts';
import { EVENT_ID, type Harness, incidentJson, startHarness } from '../harness.ts';

const create = { eventId: EVENT_ID, call: Call.CREATE };
const finalize = { ...create, status: CallStatus.MANUALLY_FINALIZED };

describe('a status that is set by hand', () => {
  let harness: Harness;
  let client: BosClient;
  before(async () => {
    harness = await startHarness();
    client = harness.client();
    await harness.post('/trigger', incidentJson());
    await harness.post('/trigger', incidentJson({ call: 'nonsense', unique_string: 'nonsense' }));
  });
  after(() => harness[Symbol.asyncDispose]());

  const latest = async () => harness.ctx.store.decisions.latest(EVENT_ID, 'create');
  const dueCalls = async () =>
    (await harness.ctx.store.work.dueOfEvent(EVENT_ID, new Date())).map(({ call }) => call);
  const refusal = async (request: Parameters<BosClient['events']['setCallStatus']>[0]) => {
    const before = await latest();
    const error: ConnectError = await client.events.setCallStatus(request).then(
      () => assert.fail('expected a refusal'),
      (e) => e,
    );
    assert.deepEqual(await latest(), before, 'nothing is recorded');
    return { code: error.code, text: error.rawMessage };
  };

  it('needs the token', async () => {
    const stranger = harness.client({ token: '' });
    await assert.rejects(stranger.events.setCallStatus(finalize), { code: Code.Unauthenticated });
  });

  it('is refused for every status but manually finalized, with what is allowed and why', async () => {
    const others = Object.values(CallStatus).filter(
      (status) =>
        typeof status === 'number' &&
        status !== CallStatus.UNSPECIFIED &&
        status !== CallStatus.MANUALLY_FINALIZED,
    );
    assert.equal(others.length, 15);
    for (const status of others) {
      const { code, text } = await refusal({ ...create, status: Number(status) });
      assert.equal(code, Code.InvalidArgument);
      assert.match(
        text,
        /^expected the status manually_finalized, got [a-z_]+: .* only a decision of its own/,
      );
    }
    assert.equal((await refusal(create)).code, Code.InvalidArgument);
  });

  it('is refused in words for what is not there or not decided', async () => {
    assert.deepEqual(await refusal({ ...finalize, eventId: '' }), {
      code: Code.InvalidArgument,
      text: 'expected an event_id, got none',
    });
    assert.deepEqual(await refusal({ ...finalize, eventId: 'none' }), {
      code: Code.NotFound,
      text: 'no event has the id "none": see ListEvents',
    });
    assert.deepEqual(await refusal({ ...finalize, call: Call.RESULT }), {
      code: Code.NotFound,
      text: `the event "${EVENT_ID}" has no incident of result, so there is nothing to end; it has some of create`,
    });
    for (const call of [Call.UNKNOWN, Call.SYNC, Call.UNSPECIFIED]) {
      assert.equal((await refusal({ ...finalize, call })).code, Code.InvalidArgument);
    }
  });

  it('is the first decision of a call that was not decided yet, and nothing is due after it', async () => {
    await client.incidents.resendIncidents({ eventCalls: [create] });
    assert.deepEqual(await dueCalls(), ['create']);
    const { eventCall } = await client.events.setCallStatus({ ...finalize, reason: ' played elsewhere ' });
    assert.equal(eventCall?.status, CallStatus.MANUALLY_FINALIZED);
    assert.equal(eventCall?.statusText, 'manually finalized');
    assert.equal(eventCall?.final, true);
    assert.equal(eventCall?.decisionSequence, 1);
    assert.deepEqual(
      eventCall?.reasons.map(({ code, text }) => [code, text]),
      [['set_by_operator', 'played elsewhere']],
    );
    assert.deepEqual(await dueCalls(), []);
    assert.deepEqual(await harness.ctx.store.work.requests(EVENT_ID), []);
    assert.ok(
      (await harness.ctx.store.incidents.ofEvent(EVENT_ID)).some(
        ({ call, seen }) => call === 'create' && seen,
      ),
    );
  });

  it('follows the latest decision under its epoch and keeps what the call remembers, but not its timer', async () => {
    const memory: DecisionRecord['memory'] = {
      created: '1.20.7',
      opened: { event: '1.20.7', groups: { 'Moneyline BTF': '1.21.3' } },
      settling: { '1.21.3': { score: '1:2', resolution: 'key' } },
      proposals: ['1.10.4'],
      actions: ['proposal'],
      pokes: { '1.10.4': { count: 1, lastBlock: 9 } },
    };
    await harness.ctx.store.decisions.insert(
      sampleDecision({
        eventId: EVENT_ID,
        sequence: 2,
        epoch: 5,
        memory,
        retryAt: new Date(0),
        alert: 'look at it',
      }),
    );
    assert.deepEqual(await dueCalls(), ['create']);
    const { eventCall } = await client.events.setCallStatus(finalize);
    assert.deepEqual([eventCall?.decisionSequence, eventCall?.decisionEpoch], [3, 5]);
    assert.deepEqual(eventCall?.proposalIds, ['1.10.4']);
    assert.equal(eventCall?.alert, '');
    const record = await latest();
    assert.deepEqual(record?.memory, memory);
    assert.deepEqual(record?.reasons, [{ code: 'set_by_operator', text: 'set by an operator' }]);
    assert.deepEqual([record?.approvals, record?.propose], [[], undefined], 'nothing is sent');
    assert.deepEqual(await dueCalls(), []);
    assert.deepEqual(await harness.ctx.store.decisions.unfinished(), []);
  });

  it('touches no lease, so that a worker that holds it goes on', async () => {
    const { leases } = harness.ctx.store;
    await leases.insert({ eventId: EVENT_ID, epoch: 6, holder: 'worker-1' });
    const before = await leases.current(EVENT_ID);
    await client.events.setCallStatus(finalize);
    assert.deepEqual(await leases.current(EVENT_ID), before);
  });

  it('is shown by ExplainEvent with what was there, and ends with the next incident or a repeated one', async () => {
    const { decisions } = await client.events.explainEvent({ ...create, pageSize: 1 });
    assert.deepEqual(
      decisions[0]?.notCounted.map(({ incident, reason }) => [incident?.provider, reason]),
      [['provider-a', 'the status was set by an operator']],
    );
    assert.equal(decisions[0]?.worker, 'operator');
    await harness.post('/trigger', incidentJson());
    assert.deepEqual(await dueCalls(), ['create'], 'repeated');
    await client.events.setCallStatus(finalize);
    assert.deepEqual(await dueCalls(), []);
    await harness.post('/trigger', incidentJson({ provider_info: { name: 'provider-b', pushed: '' } }));
    assert.deepEqual(await dueCalls(), ['create'], 'new');
  });
});

describe('a status that is set while a worker decides', () => {
  /** A harness whose first `races` inserts of an operator come second. */
  const racing = async (races: number) => {
    const plain = await startHarness();
    const { store } = plain.ctx;
    let left = races;
    const insert = async (record: DecisionRecord) => {
      if (record.worker === 'operator' && left > 0) {
        left -= 1;
        const memory = { created: `1.20.${left}` } as const;
        await store.decisions.insert(sampleDecision({ ...record, ...waiting, worker: 'w', memory }));
      }
      return store.decisions.insert(record);
    };
    const decisions = new Proxy(store.decisions, {
      get: (target, key) => (key === 'insert' ? insert : Reflect.get(target, key)),
    });
    const harness = await startHarness({ context: { store: { ...store, decisions } } });
    await harness.post('/trigger', incidentJson());
    return {
      harness,
      store,
      async [Symbol.asyncDispose]() {
        await harness[Symbol.asyncDispose]();
        await plain[Symbol.asyncDispose]();
      },
    };
  };
  const waiting = { status: 'waiting', final: false, epoch: 3 } as const;

  it('goes on top of what the worker recorded first', async () => {
    await using race = await racing(2);
    const { eventCall } = await race.harness.client().events.setCallStatus(finalize);
    assert.deepEqual([eventCall?.decisionSequence, eventCall?.decisionEpoch], [3, 3]);
    assert.deepEqual((await race.store.decisions.latest(EVENT_ID, 'create'))?.memory, { created: '1.20.0' });
  });

  it('gives up in words when workers are always first, and settles nothing', async () => {
    await using race = await racing(99);
    await assert.rejects(
      race.harness.client().events.setCallStatus(finalize),
      ({ code, rawMessage }: ConnectError) =>
        code === Code.FailedPrecondition && /workers were first 5 times: try again$/.test(rawMessage),
    );
    assert.deepEqual(
      (await race.store.work.dueOfEvent(EVENT_ID, new Date()))
        .flatMap(({ causes }) => causes)
        .includes('incident'),
      true,
    );
  });
});
