import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { BosError } from '../../../core/errors.ts';
import type { Store } from '../../../core/store/store.ts';
import { quickClock } from '../../support/quick-clock.ts';
import { EVENT_ID, type Harness, incidentJson, startHarness } from '../harness.ts';

describe('the plain paths', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
    await harness.post('/trigger', incidentJson());
    await harness.post('/trigger', incidentJson({ provider_info: { name: 'provider-b' } }));
  });
  after(() => harness[Symbol.asyncDispose]());

  for (const path of [
    '/',
    '/nowhere',
    '/trigger/x',
    '/finalize',
    '/bos.v1.IncidentService/Nothing',
    '/events/none',
    '/events/%zz',
  ]) {
    it(`answers 404 with an empty body for GET ${path}`, async () => {
      const response = await harness.get(path, { redirect: 'error' });
      assert.equal(response.status, 404);
      assert.equal(await response.text(), '');
    });
  }

  it('tells monitors what they know from the Python suite on /isalive', async () => {
    const response = await harness.get('/isalive');
    assert.equal(response.status, 200);
    const { versions, queue, background } = (await response.json()) as Record<
      string,
      Record<string, unknown>
    >;
    for (const name of ['bos-auto', 'bookiesports', 'bos-incidents', 'bos-sync', 'peerplays']) {
      assert.equal(typeof versions?.[name], 'string', name);
    }
    assert.deepEqual(queue, { status: { default: { count: 1 }, failed: { count: 0 } }, paused: false });
    assert.deepEqual(background, { scheduler: { running: false } });
  });

  it('says on /isalive that the scheduler runs while its heartbeats come', async () => {
    const beat = async (at: Date) => {
      const base = { id: 's', role: 'scheduler', host: 'h', pid: 1, startedAt: at, details: {} } as const;
      await harness.ctx.store.presence.beat({ ...base, at });
      const answer = (await (await harness.get('/isalive')).json()) as { background: unknown };
      return answer.background;
    };
    assert.deepEqual(await beat(new Date()), { scheduler: { running: true } });
    assert.deepEqual(await beat(new Date(Date.now() - 60_000)), { scheduler: { running: false } });
  });

  it('answers /isalive with 503 and versions while the store is away', async () => {
    const away = () => Promise.reject(new BosError('unavailable', 'away'));
    const part = new Proxy({}, { get: () => away });
    const store = { work: part, decisions: part, presence: part, switches: part } as unknown as Store;
    await using own = await startHarness({ context: { store } });
    const response = await own.get('/isalive');
    assert.equal(response.status, 503);
    assert.deepEqual(Object.keys((await response.json()) as object), ['versions']);
  });

  it('answers the same on /isalive when the store says nothing, before a monitor gives up', async () => {
    const part = new Proxy({}, { get: () => () => new Promise(() => {}) });
    const store = { work: part, decisions: part, presence: part, switches: part } as unknown as Store;
    await using own = await startHarness({ context: { store, clock: quickClock } });
    const response = await own.get('/isalive');
    assert.equal(response.status, 503);
    assert.deepEqual(Object.keys((await response.json()) as object), ['versions']);
  });

  it('answers /events with the number of incidents', async () => {
    assert.equal(await (await harness.get('/events')).text(), '2');
  });

  it('answers /events/<id_string> with the event and its incidents in place', async () => {
    const event = (await (await harness.get(`/events/${EVENT_ID}`)).json()) as {
      id_string: string;
      create: { incidents: { provider_info: { name: string } }[]; status: unknown };
    };
    assert.equal(event.id_string, EVENT_ID);
    assert.deepEqual(event.create.incidents.map((incident) => incident.provider_info.name).sort(), [
      'provider-a',
      'provider-b',
    ]);
    assert.deepEqual(event.create.status, { name: 'unknown' });
  });

  it('answers 405 for POST on paths that are read', async () => {
    for (const path of ['/isalive', '/events', `/events/${EVENT_ID}`]) {
      assert.equal((await harness.post(path, '{}')).status, 405, path);
    }
  });
});
