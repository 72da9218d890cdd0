import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Code, type ConnectError } from '@connectrpc/connect';
import type { BosClient } from '../../../client/index.ts';
import { Call, CallStatus } from '../../../gen/bos/v1/call_pb.js';
import { sampleDecision } from '../../conformance/store-samples.ts';
import { until } from '../../support/until.ts';
import { EVENT_ID, type Harness, incidentJson, startHarness } from '../harness.ts';

describe('a replay of an event', () => {
  let harness: Harness;
  let client: BosClient;
  before(async () => {
    harness = await startHarness();
    client = harness.client();
    const { store, queue } = harness.ctx;
    await harness.post('/trigger', incidentJson());
    const result = { call: 'result', arguments: { home_score: '1', away_score: '2' } };
    await harness.post('/trigger', incidentJson(result));
    await harness.post('/trigger', incidentJson({ call: 'nonsense', unique_string: 'nonsense' }));
    await store.incidents.markSeen(await store.incidents.ofEvent(EVENT_ID));
    await store.decisions.insert(sampleDecision({ eventId: EVENT_ID, status: 'done', final: true }));
    const emptied = await queue.process(1, async () => {});
    await until('an empty queue', async () => (await queue.counts()).waiting === 0);
    await emptied.close();
  });
  after(() => harness[Symbol.asyncDispose]());

  /** Stored wishes, which are then taken away. */
  const asked = async () => {
    const { work } = harness.ctx.store;
    const requests = await work.requests(EVENT_ID);
    await work.answer(requests.map(({ id }) => id));
    return requests.map(({ call, cause }) => `${call} ${cause}`).toSorted();
  };
  const job = (call: string) => `${EVENT_ID}:${call}`;

  it('needs the token', async () => {
    const stranger = harness.client({ token: '' });
    await assert.rejects(stranger.events.replayEvent({ eventId: EVENT_ID }), { code: Code.Unauthenticated });
  });

  it('is a stored wish for each call that has incidents, finished ones too, and the queue is told', async () => {
    assert.equal((await harness.ctx.queue.counts()).waiting, 0);
    const { jobIds } = await client.events.replayEvent({ eventId: EVENT_ID });
    assert.deepEqual(jobIds, [job('create'), job('result')]);
    await until('the reference', async () => (await harness.ctx.queue.counts()).waiting === 1);
    assert.deepEqual(await asked(), ['create replay', 'result replay']);
  });

  it('may be of some calls, and of calls in some statuses; one that was never decided is unknown', async () => {
    const { DONE, UNKNOWN, UNDECIDED } = CallStatus;
    for (const [filter, calls] of [
      [{ calls: [Call.RESULT, Call.FINISH] }, ['result']],
      [{ statuses: [DONE] }, ['create']],
      [{ statuses: [UNKNOWN] }, ['result']],
      [{ statuses: [UNDECIDED, UNKNOWN, DONE] }, ['create', 'result']],
      [{ calls: [Call.CREATE], statuses: [DONE] }, ['create']],
    ] as const) {
      const { jobIds } = await client.events.replayEvent({
        eventId: EVENT_ID,
        ...('calls' in filter ? { calls: [...filter.calls] } : {}),
        ...('statuses' in filter ? { statuses: [...filter.statuses] } : {}),
      });
      assert.deepEqual(jobIds, calls.map(job));
      assert.deepEqual(
        await asked(),
        calls.map((call) => `${call} replay`),
      );
    }
  });

  it('of nothing is refused with what there is', async () => {
    const refusal = async (request: Parameters<BosClient['events']['replayEvent']>[0]) => {
      const error: ConnectError = await client.events.replayEvent(request).then(
        () => assert.fail('expected a refusal'),
        (e) => e,
      );
      assert.deepEqual(await asked(), []);
      return [error.code, error.rawMessage];
    };
    assert.deepEqual(
      await refusal({ eventId: EVENT_ID, calls: [Call.RESULT], statuses: [CallStatus.DONE] }),
      [
        Code.NotFound,
        `no call of the event "${EVENT_ID}" was asked for: expected one of result in done, it has create (done), result (unknown)`,
      ],
    );
    assert.deepEqual(await refusal({ eventId: 'none' }), [
      Code.NotFound,
      'no event has the id "none": see ListEvents',
    ]);
    assert.deepEqual(await refusal({ eventId: EVENT_ID, calls: [Call.UNKNOWN] }), [
      Code.InvalidArgument,
      'expected a call that is decided in calls, got unknown: its incidents are only stored',
    ]);
    assert.equal((await refusal({}))[0], Code.InvalidArgument);
  });
});
