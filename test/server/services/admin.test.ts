import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Code } from '@connectrpc/connect';
import type { BosClient } from '../../../client/index.ts';
import { BosError } from '../../../core/errors.ts';
import type { JobQueue } from '../../../core/queue/queue.ts';
import type { Store } from '../../../core/store/store.ts';
import { JobCause, JobState } from '../../../gen/bos/v1/admin_pb.js';
import { EVENT_ID, type Harness, incidentJson, startHarness } from '../harness.ts';

describe('the AdminService', () => {
  let harness: Harness;
  let client: BosClient;
  before(async () => {
    harness = await startHarness();
    client = harness.client();
    await harness.post('/trigger', incidentJson());
  });
  after(() => harness[Symbol.asyncDispose]());

  it('switches signing, keeps the switch, and says so in status', async () => {
    const off = await client.admin.setBroadcasting({ enabled: false, reason: 'test' });
    assert.deepEqual([off.broadcasting?.active, off.broadcasting?.enabled], [false, false]);
    assert.equal(await harness.ctx.store.switches.get('broadcasting'), false);
    const { status } = await client.status.getStatus({});
    assert.match(status?.broadcasting?.reason ?? '', /SetBroadcasting/);
    const on = await client.admin.setBroadcasting({ enabled: true });
    assert.equal(on.broadcasting?.active, true);
  });

  it('refuses a switch that does not say which way', async () => {
    await assert.rejects(client.admin.setBroadcasting({}), { code: Code.InvalidArgument });
  });

  it('hands what is due to the workers', async () => {
    const { jobIds } = await client.admin.runScheduler({});
    assert.deepEqual(jobIds, [`${EVENT_ID}:create`]);
    assert.equal((await harness.ctx.queue.counts()).waiting, 1);
  });

  it('lists due jobs with their cause, and filters by state and event', async () => {
    const { jobs } = await client.admin.listJobs({});
    assert.deepEqual(
      jobs.map(({ id, state, causes }) => ({ id, state, causes })),
      [{ id: `${EVENT_ID}:create`, state: JobState.DUE, causes: [JobCause.INCIDENT] }],
    );
    assert.equal((await client.admin.listJobs({ states: [JobState.FAILED] })).jobs.length, 0);
    assert.equal((await client.admin.listJobs({ eventId: 'x' })).jobs.length, 0);
  });

  it('shows the settings, and no sensitive value', async () => {
    const { settings } = await client.admin.getConfig({});
    const port = settings.find(({ key }) => key === 'api.port');
    assert.equal(port?.valueJson, '0');
    assert.notEqual(port?.description, '');
    assert.ok(settings.every(({ sensitive, valueJson }) => !sensitive || valueJson === ''));
  });
});

describe('status while things are away', () => {
  it('answers, and says what is away and why', async () => {
    const away = () => Promise.reject(new BosError('unavailable', 'it is away'));
    const part = new Proxy({}, { get: () => away });
    const store = new Proxy(
      { kind: 'sqlite', check: away },
      {
        get: (target, key) => Reflect.get(target, key) ?? part,
      },
    ) as unknown as Store;
    const queue = { kind: 'memory', counts: away, failures: away } as unknown as JobQueue;
    await using harness = await startHarness({ context: { store, queue } });
    const { status } = await harness.client().status.getStatus({});
    assert.deepEqual([status?.store?.available, status?.store?.problem], [false, 'it is away']);
    assert.deepEqual([status?.queue?.available, status?.queue?.problem], [false, 'it is away']);
    assert.equal(status?.broadcasting?.active, false);
    assert.equal(status?.chain?.problem, 'connection refused');
  });

  it('never shows credentials of a node', async () => {
    await using harness = await startHarness({
      config: { node: ['wss://user:secret@node.example/ws?key=secret'] },
    });
    const { status } = await harness.client().status.getStatus({});
    assert.equal(status?.chain?.nodes[0]?.url, 'wss://node.example/ws');
  });
});
