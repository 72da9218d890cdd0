import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BosError } from '../../../core/errors.ts';
import type { JobQueue } from '../../../core/queue/queue.ts';
import type { Store } from '../../../core/store/store.ts';
import { EVENT_ID, type Harness, incidentJson, startHarness } from '../harness.ts';

describe('POST /trigger', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness[Symbol.asyncDispose]());

  it('answers 200 with the normalized incident and the job for an accepted incident', async () => {
    const response = await harness.post('/trigger', incidentJson());
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/json');
    const answer = (await response.json()) as Record<string, unknown>;
    assert.deepEqual(Object.keys(answer), ['result', 'message', 'id', 'id_approve']);
    assert.equal(answer.result, 'processing');
    assert.equal(answer.id, `${EVENT_ID}:create`);
    assert.equal(answer.id_approve, answer.id);
    const { id, provider_info } = answer.message as Record<string, Record<string, unknown>>;
    assert.equal(id?.event_group_name, 'NHL Regular Season');
    assert.equal(id?.start_time, '2030-03-16T23:00:00Z');
    assert.equal(provider_info?.match_id, '77');
  });

  it('has the incident in the store, and its event in the queue, when it answers', async () => {
    await harness.post('/trigger', incidentJson({ provider_info: { name: 'provider-stored' } }));
    const stored = await harness.ctx.store.incidents.ofEvent(EVENT_ID);
    assert.ok(stored.some((incident) => incident.provider === 'provider-stored'));
    assert.equal((await harness.ctx.queue.counts()).waiting, 1);
  });

  it('answers 200 for a duplicate, and stores it once', async () => {
    const incident = incidentJson({ provider_info: { name: 'provider-twice' } });
    assert.equal((await harness.post('/trigger', incident)).status, 200);
    assert.equal((await harness.post('/trigger', incident)).status, 200);
    const stored = await harness.ctx.store.incidents.ofEvent(EVENT_ID);
    const [once, ...more] = stored.filter((one) => one.provider === 'provider-twice');
    assert.equal(more.length, 0);
    assert.equal(once?.sightings.length, 2);
  });

  for (const path of ['/trigger/', '/trigger/trigger', '/trigger/trigger/', '/trigger?x=1']) {
    it(`takes incidents on ${path} too, without a redirect`, async () => {
      const response = await harness.post(path, incidentJson(), { redirect: 'error' });
      assert.equal(response.status, 200);
    });
  }

  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin-1',
  ]) {
    it(`takes what parses as JSON with content type ${type}`, async () => {
      const response = await harness.post('/trigger', incidentJson(), { headers: { 'content-type': type } });
      assert.equal(response.status, 200);
    });
  }

  it('ignores approver, proposer, skip_storage and unknown keys', async () => {
    const extras = { approver: 'x', proposer: 'y', skip_storage: true, anything: { a: [1] } };
    assert.equal((await harness.post('/trigger', incidentJson(extras))).status, 200);
  });

  it('stores a call named unknown and queues nothing for it', async () => {
    await using own = await startHarness();
    const response = await own.post('/trigger', incidentJson({ call: 'unknown', arguments: {} }));
    assert.equal(response.status, 200);
    assert.equal(await own.ctx.store.incidents.count(), 1);
    assert.equal((await own.ctx.queue.counts()).waiting, 0);
  });

  const invalid: [name: string, body: string | Record<string, unknown>][] = [
    ['no JSON', '{"id":'],
    ['an empty body', ''],
    ['a list', '[]'],
    ['a number', '7'],
    ['no provider', incidentJson({ provider_info: undefined })],
    ['an unknown call', incidentJson({ call: 'settle' })],
    ['a null start', incidentJson({ id: { ...(incidentJson().id as object), start_time: null } })],
    ['deep nesting', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ];
  for (const [name, body] of invalid) {
    it(`answers 400 "Invalid data format" as plain text for ${name}, and says more in a header`, async () => {
      const response = await harness.post('/trigger', body);
      assert.equal(response.status, 400);
      assert.equal(await response.text(), 'Invalid data format');
      assert.match(response.headers.get('content-type') ?? '', /^text\/plain/);
      assert.match(response.headers.get('x-bos-reason') ?? '', /expected/);
    });
  }

  it('answers 400 for bytes that are no UTF-8', async () => {
    const body = Buffer.from(JSON.stringify(incidentJson({ extra: '?' })).replace('?', '\u00e9'), 'latin1');
    const response = await fetch(`${harness.server.url}/trigger`, { method: 'POST', body });
    assert.equal(response.status, 400);
    assert.equal(await response.text(), 'Invalid data format');
  });

  it('answers 400 "Not normalized incident" for an unknown name, keeps the body, and lists the name', async () => {
    const id = { ...(incidentJson().id as object), home: 'Würzburg Wölfe' };
    const response = await harness.post('/trigger', incidentJson({ id }));
    assert.equal(response.status, 400);
    assert.equal(await response.text(), 'Not normalized incident');
    assert.match(response.headers.get('x-bos-reason') ?? '', /W\\u00fcrzburg W\\u00f6lfe/);
    const { items } = await harness.ctx.store.refused.unknownNames({});
    assert.deepEqual(
      items.map(({ kind, name }) => ({ kind, name })),
      [{ kind: 'participant', name: 'Würzburg Wölfe' }],
    );
    const bodies = await harness.ctx.store.refused.list({});
    assert.deepEqual(bodies.items[0]?.body.id, id);
  });

  it('takes a compressed body', async () => {
    const body = gzipSync(JSON.stringify(incidentJson()));
    const init = { method: 'POST', body, headers: { 'content-encoding': 'gzip' } };
    assert.equal((await fetch(`${harness.server.url}/trigger`, init)).status, 200);
  });

  it('answers 413 for a body beyond the limit, plain and after decompression', async () => {
    const large = JSON.stringify(incidentJson({ padding: 'x'.repeat(70_000) }));
    assert.equal((await harness.post('/trigger', large)).status, 413);
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    assert.ok(bomb.length < 65_536);
    const init = { method: 'POST', body: bomb, headers: { 'content-encoding': 'gzip' } };
    assert.equal((await fetch(`${harness.server.url}/trigger`, init)).status, 413);
  });

  it('answers 400 for a body that is not compressed as it says, or in an unknown way', async () => {
    for (const encoding of ['gzip', 'deflate', 'br', 'rot13', 'constructor']) {
      const response = await harness.post('/trigger', incidentJson(), {
        headers: { 'content-encoding': encoding },
      });
      assert.equal(response.status, 400, encoding);
    }
  });

  it('answers 503 with an empty body for GET', async () => {
    const response = await harness.get('/trigger');
    assert.equal(response.status, 503);
    assert.equal(await response.text(), '');
  });

  it('answers 405 for other methods', async () => {
    const response = await harness.get('/trigger', { method: 'PUT', body: '{}' });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get('allow'), 'GET, HEAD, POST');
  });
});

describe('POST /trigger while something is away', () => {
  it('answers 200 when only the queue is away: the scheduler finds the incident in the store', async () => {
    const queue: Partial<JobQueue> = {
      kind: 'memory',
      add: () => Promise.reject(new BosError('unavailable', 'the queue is away')),
    };
    await using harness = await startHarness({ context: { queue: queue as JobQueue } });
    assert.equal((await harness.post('/trigger', incidentJson())).status, 200);
    assert.equal((await harness.ctx.store.work.due(new Date(), 10)).length, 1);
  });

  const away = () => Promise.reject(new BosError('unavailable', 'the store is away'));

  it('answers 503 when the store is away', async () => {
    const store = { kind: 'sqlite', incidents: { insert: away } } as unknown as Store;
    await using harness = await startHarness({ context: { store } });
    const response = await harness.post('/trigger', incidentJson());
    assert.equal(response.status, 503);
    assert.equal(await response.text(), 'the store is away');
  });

  it('answers 500 with an id and without the text of a defect', async () => {
    const insert = () => Promise.reject(new TypeError('secret detail'));
    const store = { kind: 'sqlite', incidents: { insert } } as unknown as Store;
    const logged: object[] = [];
    const log = {
      debug() {},
      info() {},
      warn() {},
      error: (details: object) => logged.push(details),
      child: () => log,
    };
    await using harness = await startHarness({ context: { store, log } });
    const response = await harness.post('/trigger', incidentJson());
    assert.equal(response.status, 500);
    const text = await response.text();
    assert.doesNotMatch(text, /secret/);
    const [, id] = /find ([0-9a-f-]{36}) in the log/.exec(text) ?? [];
    assert.ok(logged.some((details) => 'logId' in details && details.logId === id));
  });
});
