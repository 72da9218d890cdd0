import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Code, type ConnectError } from '@connectrpc/connect';
import type { BosClient } from '../../../client/index.ts';
import { BosError } from '../../../core/errors.ts';
import type { DecisionRecord } from '../../../core/store/store.ts';
import { JobCause, JobState } from '../../../gen/bos/v1/admin_pb.js';
import { sampleDecision } from '../../conformance/store-samples.ts';
import { until } from '../../support/until.ts';
import { EVENT_ID, type Harness, incidentJson, startHarness } from '../harness.ts';

const SYNC = 'sports:devnet';
const FAILED_ID = `${EVENT_ID}:result`;
const DELAYED_ID = `${EVENT_ID}:finish`;
const DONE_ID = `${EVENT_ID}:create`;

const hour = 3_600_000;
const reasons = [{ code: 'unhandled_exception', text: 'TypeError: no such thing' }];
const failed: Partial<DecisionRecord> = {
  status: 'unhandled_exception',
  final: true,
  reasons,
  memory: { failures: 2 },
};

/** An event with a call that is done, one that waits and one that failed; a sync that failed; nothing is due. */
async function fill(harness: Harness): Promise<void> {
  const { store } = harness.ctx;
  const decided: [string, Partial<DecisionRecord>][] = [
    ['create', { status: 'done', final: true }],
    ['finish', { status: 'event_missing', retryAt: new Date(Date.now() + hour) }],
    ['result', failed],
  ];
  for (const [call, decision] of decided) {
    await harness.post('/trigger', incidentJson({ call, arguments: argumentsOf(call) }));
    // As the table has it.
    await store.decisions.insert(
      sampleDecision({ eventId: EVENT_ID, call: call as DecisionRecord['call'], ...decision }),
    );
  }
  await store.decisions.insert(sampleDecision({ eventId: SYNC, call: 'sync', ...failed }));
  await store.incidents.markSeen(
    (await store.incidents.ofEvent(EVENT_ID)).map(({ uniqueString, provider }) => ({
      uniqueString,
      provider,
    })),
  );
}

function argumentsOf(call: string): Record<string, unknown> {
  if (call === 'create') return { season: '2030' };
  return call === 'result'
    ? { home_score: '1', away_score: '2' }
    : { whistle_end_time: '2030-03-17T01:00:00Z' };
}

describe('jobs', () => {
  let harness: Harness;
  let client: BosClient;
  before(async () => {
    harness = await startHarness();
    client = harness.client();
    await fill(harness);
    const emptied = await harness.ctx.queue.process(1, async () => {});
    await until('an empty queue', async () => (await waiting()) === 0);
    await emptied.close();
  });
  after(() => harness[Symbol.asyncDispose]());

  const requestsOf = async (eventId: string) =>
    (await harness.ctx.store.work.requests(eventId)).map(({ call, cause }) => `${call} ${cause}`);
  const waiting = async () => (await harness.ctx.queue.counts()).waiting;

  it('that wait or failed are listed, those of sports synchronisation too; what is done is none', async () => {
    const { jobs } = await client.admin.listJobs({});
    assert.deepEqual(
      jobs.map(({ id, state, causes, error, failures }) => ({ id, state, causes, error, failures })),
      [
        { id: DELAYED_ID, state: JobState.DELAYED, causes: [JobCause.TIMER], error: '', failures: 0 },
        { id: FAILED_ID, state: JobState.FAILED, causes: [], error: reasons[0]?.text, failures: 2 },
        { id: `${SYNC}:sync`, state: JobState.FAILED, causes: [], error: reasons[0]?.text, failures: 2 },
      ],
    );
  });

  it('are not retried when one of them is unknown: all unknown ones are named and nothing is asked for', async () => {
    const unknown = [DONE_ID, 'nothing', `${EVENT_ID}:nonsense`, ':create', 'no-event:create'];
    await assert.rejects(
      client.admin.retryJobs({ jobIds: [FAILED_ID, ...unknown] }),
      (error: ConnectError) => {
        assert.equal(error.code, Code.NotFound);
        for (const id of unknown) assert.ok(error.message.includes(`"${id}"`), id);
        assert.ok(!error.message.includes(FAILED_ID));
        return true;
      },
    );
    assert.deepEqual([await requestsOf(EVENT_ID), await waiting()], [[], 0]);
  });

  it('are retried only when it is said which, by ids or all that failed', async () => {
    for (const request of [{}, { jobIds: [FAILED_ID], allFailed: true }]) {
      await assert.rejects(client.admin.retryJobs(request), { code: Code.InvalidArgument });
    }
    assert.deepEqual(await requestsOf(EVENT_ID), []);
  });

  it('need the token', async () => {
    const stranger = harness.client({ token: '' });
    await assert.rejects(stranger.admin.retryJobs({ allFailed: true }), { code: Code.Unauthenticated });
    await assert.rejects(stranger.admin.pauseQueue({}), { code: Code.Unauthenticated });
    await assert.rejects(stranger.admin.resumeQueue({}), { code: Code.Unauthenticated });
    assert.equal((await stranger.admin.listJobs({})).jobs.length, 3);
  });

  it('that are named are due at once by a request, however often they are named', async () => {
    const { jobIds } = await client.admin.retryJobs({ jobIds: [DELAYED_ID, DELAYED_ID] });
    assert.deepEqual(jobIds, [DELAYED_ID]);
    assert.deepEqual(await requestsOf(EVENT_ID), ['finish resend']);
    await until('the reference', async () => (await waiting()) === 1);
    const { jobs } = await client.admin.listJobs({ states: [JobState.DUE] });
    assert.deepEqual(
      jobs.map(({ id, causes }) => [id, causes]),
      [[DELAYED_ID, [JobCause.REQUEST]]],
    );
  });

  it('that failed are all retried together', async () => {
    const { jobIds } = await client.admin.retryJobs({ allFailed: true });
    assert.deepEqual(jobIds, [FAILED_ID, `${SYNC}:sync`]);
    assert.deepEqual((await requestsOf(EVENT_ID)).toSorted(), ['finish resend', 'result resend']);
    assert.deepEqual(await requestsOf(SYNC), ['sync resend']);
    assert.equal((await client.admin.listJobs({ states: [JobState.FAILED] })).jobs.length, 0);
  });
});

describe('a run that threw', () => {
  it('is seen in the jobs, in status and on isalive, until it is retried', async () => {
    await using harness = await startHarness();
    const client = harness.client();
    const { queue } = harness.ctx;
    await harness.post('/trigger', incidentJson());
    let problem: Error | undefined = new BosError('unavailable', 'no such lease');
    const handled: string[] = [];
    await queue.process(1, async ({ eventId }) => {
      handled.push(eventId);
      if (problem) throw problem;
    });
    await until('the failure', async () => (await queue.counts()).failed === 1);

    const failedJobs = async () => (await client.admin.listJobs({ states: [JobState.FAILED] })).jobs;
    const alerts = async () => (await client.status.getStatus({})).status?.alerts ?? [];
    const alive = async () => ((await (await harness.get('/isalive')).json()) as { queue: object }).queue;
    assert.deepEqual(
      (await failedJobs()).map(({ id, error, failures }) => ({ id, error, failures })),
      [{ id: `${EVENT_ID}:create`, error: 'no such lease', failures: 1 }],
    );
    assert.deepEqual(
      (await alerts()).map(({ text, eventId }) => ({ text, eventId })),
      [{ text: 'its last run failed, once, and is tried again: no such lease', eventId: EVENT_ID }],
    );
    assert.deepEqual(await alive(), {
      status: { default: { count: 1 }, failed: { count: 1 } },
      paused: false,
    });

    problem = undefined;
    const { jobIds } = await client.admin.retryJobs({ allFailed: true });
    assert.deepEqual(jobIds, [`${EVENT_ID}:create`]);
    await until('the second run', () => handled.length === 2);
    assert.deepEqual([await failedJobs(), await alerts(), await queue.failures()], [[], [], []]);
  });

  it('does not keep jobs from being listed and retried while the queue is away', async () => {
    const away = () => Promise.reject(new BosError('unavailable', 'it is away'));
    await using harness = await startHarness({
      context: {
        queue: {
          kind: 'redis',
          add: away,
          process: away,
          counts: away,
          failures: away,
          forgetFailures: away,
          pause: away,
          resume: away,
          [Symbol.asyncDispose]: async () => {},
        },
      },
    });
    const client = harness.client();
    await fill(harness);
    assert.equal((await client.admin.listJobs({})).jobs.length, 3);
    assert.deepEqual((await client.admin.retryJobs({ jobIds: [FAILED_ID] })).jobIds, [FAILED_ID]);
    assert.equal((await harness.ctx.store.work.requests(EVENT_ID)).length, 1);
    assert.deepEqual(await client.admin.pauseQueue({ reason: 'test' }), {
      $typeName: 'bos.v1.PauseQueueResponse',
      paused: true,
    });
    const { status } = await client.status.getStatus({});
    assert.deepEqual([status?.queuePaused, status?.queue?.available], [true, false]);
  });
});
