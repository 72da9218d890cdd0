import assert from 'node:assert/strict';
import type { IncidentFilter, Store } from '../../core/store/store.ts';
import type { StoreTest } from './store.ts';
import { minutes, NOON, sampleIncident } from './store-samples.ts';

/** All items of a list, page by page. */
async function allOf(store: Store, filter: IncidentFilter, pageSize = 100): Promise<string[]> {
  const found: string[] = [];
  let pageToken: string | undefined;
  do {
    const page = await store.incidents.list(filter, { pageSize, ...(pageToken && { pageToken }) });
    found.push(...page.items.map((item) => `${item.eventId.at(-6)}/${item.call}/${item.provider}`));
    pageToken = page.nextPageToken;
  } while (pageToken);
  return found;
}

export function incidentConformance(storeTest: StoreTest): void {
  storeTest('an incident comes back as it was stored', async (store) => {
    const incident = sampleIncident({ sent: 'As Sent', pushed: minutes(-1) });
    const { outcome, incident: stored } = await store.incidents.insert(incident);
    assert.equal(outcome, 'new');
    assert.deepEqual(stored, {
      ...incident,
      sightings: [{ pushed: minutes(-1), receivedAt: NOON, sentUniqueString: 'As Sent' }],
      sentUniqueStrings: ['As Sent'],
      seen: false,
      position: stored.position,
    });
    assert.deepEqual(await store.incidents.find(incident.uniqueString, 'one'), [stored]);
    assert.deepEqual(await store.incidents.ofEvent(incident.eventId), [stored]);
  });

  storeTest('what is absent stays absent', async (store) => {
    const incident = sampleIncident();
    const { incident: stored } = await store.incidents.insert(incident);
    const [found] = await store.incidents.find(incident.uniqueString);
    assert.deepEqual(found, stored);
    assert.deepEqual(found?.sightings, [{ receivedAt: NOON }]);
    assert.deepEqual(found?.sentUniqueStrings, []);
    assert.ok(!('pushed' in found) && !('sentUniqueString' in found));
  });

  storeTest('unknown keys survive at every level, awkward ones too', async (store) => {
    const extra = {
      '$where.a': 1,
      'dotted.key': { deep: [{ $gt: 'x' }, null, true, 1.5, -0.25, 'ä\u0000\u{1f3d2}'] },
      '': 'empty key',
      arguments: { season: '2026', note: { nested: {} } },
      provider_info: { name: 'one', bitArray: '00000000001', pushed: 'never' },
    };
    const incident = sampleIncident({ extra });
    await store.incidents.insert(incident);
    const [found] = await store.incidents.find(incident.uniqueString);
    assert.deepEqual(found?.body, incident.body);
    assert.deepEqual(found?.originalId, incident.originalId);
  });

  storeTest('of 100 parallel inserts of one key one is new and all are sightings', async (store) => {
    const incident = sampleIncident();
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        store.incidents.insert({ ...incident, sentUniqueString: `sent ${i}`, receivedAt: minutes(i) }),
      ),
    );
    assert.equal(outcomes.filter(({ outcome }) => outcome === 'new').length, 1);
    assert.equal(new Set(outcomes.map(({ incident: { position } }) => position)).size, 1);
    assert.equal(await store.incidents.count(), 1);
    const [found] = await store.incidents.find(incident.uniqueString);
    assert.equal(found?.sightings.length, 100);
    assert.equal(new Set(found?.sentUniqueStrings).size, 100);
    assert.equal((await store.work.requests(incident.eventId)).length, 99);
  });

  storeTest('the same string from another provider is another incident', async (store) => {
    await store.incidents.insert(sampleIncident({ provider: 'one' }));
    const { outcome } = await store.incidents.insert(sampleIncident({ provider: 'two' }));
    assert.equal(outcome, 'new');
    assert.equal(await store.incidents.count(), 2);
    const { uniqueString } = sampleIncident();
    assert.equal((await store.incidents.find(uniqueString)).length, 2);
    assert.equal((await store.incidents.find(uniqueString, 'two')).length, 1);
  });

  storeTest('a repeat adds a sighting with its own times and leaves the rest as it was', async (store) => {
    const first = sampleIncident({ sent: 'x', pushed: minutes(-2) });
    await store.incidents.insert(first);
    const repeat = sampleIncident({
      sent: 'x',
      pushed: minutes(3),
      receivedAt: minutes(4),
      extra: { later: true },
    });
    const { outcome, incident: stored } = await store.incidents.insert(repeat);
    assert.equal(outcome, 'duplicate');
    assert.deepEqual(stored.sightings, [
      { pushed: minutes(-2), receivedAt: NOON, sentUniqueString: 'x' },
      { pushed: minutes(3), receivedAt: minutes(4), sentUniqueString: 'x' },
    ]);
    assert.deepEqual(stored.sentUniqueStrings, ['x']);
    assert.deepEqual(stored.body, first.body);
    assert.deepEqual([stored.receivedAt, stored.pushed], [NOON, minutes(-2)]);
    assert.deepEqual(await store.incidents.find(first.uniqueString), [stored]);
  });

  storeTest('an incident is found by any string it was sent under', async (store) => {
    const incident = sampleIncident({ sent: 'first spelling' });
    await store.incidents.insert(incident);
    await store.incidents.insert({ ...incident, sentUniqueString: 'second spelling' });
    await store.incidents.insert(sampleIncident({ match: 'b', sent: 'other' }));
    for (const string of [incident.uniqueString, 'first spelling', 'second spelling']) {
      const found = await store.incidents.find(string);
      assert.deepEqual(
        found.map((one) => one.uniqueString),
        [incident.uniqueString],
        string,
      );
      assert.equal((await store.incidents.list({ uniqueString: string }, {})).items.length, 1, string);
    }
    assert.deepEqual(await store.incidents.find('first spelling', 'nobody'), []);
    assert.deepEqual(await store.incidents.find('spelling'), []);
  });

  storeTest('each filter restricts, and all of them together', async (store) => {
    await store.incidents.insert(sampleIncident({ match: 'a', provider: 'one', sent: 'Odd 50%_Name' }));
    await store.incidents.insert(sampleIncident({ match: 'a', provider: 'two', call: 'result' }));
    await store.incidents.insert(
      sampleIncident({ match: 'b', provider: 'one', startTime: minutes(60), receivedAt: minutes(5) }),
    );
    const eventOfA = sampleIncident().eventId;
    const cases: [IncidentFilter, string[]][] = [
      [{}, ['b/create/one', 'a/result/two', 'a/create/one']],
      [{ calls: [], providers: [] }, ['b/create/one', 'a/result/two', 'a/create/one']],
      [{ eventId: eventOfA }, ['a/result/two', 'a/create/one']],
      [{ calls: ['create'] }, ['b/create/one', 'a/create/one']],
      [{ calls: ['result', 'create'], providers: ['two'] }, ['a/result/two']],
      [{ providers: ['one'] }, ['b/create/one', 'a/create/one']],
      [{ contains: 'A-HOME' }, ['a/result/two', 'a/create/one']],
      [{ contains: 'odd 50%_n' }, ['a/create/one']],
      [{ contains: 'o%n' }, []],
      [{ startFrom: minutes(60), startBefore: minutes(61) }, ['b/create/one']],
      [{ startBefore: minutes(60) }, []],
      [{ receivedFrom: minutes(5) }, ['b/create/one']],
      [{ receivedBefore: minutes(5) }, ['a/result/two', 'a/create/one']],
      [{ eventId: eventOfA, calls: ['create'], providers: ['one'], contains: 'home' }, ['a/create/one']],
    ];
    for (const [filter, expected] of cases) {
      assert.deepEqual(await allOf(store, filter), expected, JSON.stringify(filter));
      assert.deepEqual(await allOf(store, filter, 1), expected, `${JSON.stringify(filter)} page by page`);
    }
  });

  storeTest('after a position the list goes on from there, oldest first', async (store) => {
    const positions: number[] = [];
    for (const match of ['a', 'b', 'c', 'd']) {
      const { incident } = await store.incidents.insert(sampleIncident({ match }));
      positions.push(incident.position);
    }
    assert.deepEqual(
      positions,
      positions.toSorted((a, b) => a - b),
    );
    assert.deepEqual(await allOf(store, { after: positions[1]! }, 1), ['c/create/one', 'd/create/one']);
    assert.deepEqual(
      await allOf(store, { after: 0 }),
      'abcd'.split('').map((m) => `${m}/create/one`),
    );
    assert.deepEqual(await allOf(store, { after: positions[3]! }), []);
  });

  storeTest('pages stay as they are while incidents come in', async (store) => {
    for (const match of 'abcdef') await store.incidents.insert(sampleIncident({ match }));
    const seen: string[] = [];
    let pageToken: string | undefined;
    let round = 0;
    do {
      const page = await store.incidents.list({}, { pageSize: 2, ...(pageToken && { pageToken }) });
      seen.push(...page.items.map((item) => item.uniqueString));
      pageToken = page.nextPageToken;
      await store.incidents.insert(sampleIncident({ match: 'xyz'[round++]! }));
    } while (pageToken);
    assert.deepEqual(
      seen,
      'fedcba'.split('').map((match) => sampleIncident({ match }).uniqueString),
    );
  });

  storeTest('a page token is good for its own list and filter only', async (store) => {
    for (const match of 'abc') await store.incidents.insert(sampleIncident({ match }));
    const { nextPageToken: pageToken = '' } = await store.incidents.list(
      { calls: ['create'] },
      { pageSize: 1 },
    );
    assert.notEqual(pageToken, '');
    const refused = { kind: 'invalid' };
    await assert.rejects(async () => store.incidents.list({}, { pageToken }), refused);
    await assert.rejects(async () => store.events.list({ call: 'create' }, { pageToken }), refused);
    await assert.rejects(
      async () => store.incidents.list({ calls: ['create'] }, { pageToken: 'garbage' }),
      refused,
    );
    for (const pageSize of [0, -1, 1001, 1.5]) {
      await assert.rejects(async () => store.incidents.list({}, { pageSize }), refused, String(pageSize));
    }
  });

  storeTest('a mark as seen touches exactly what it names', async (store) => {
    const [a, b] = [sampleIncident({ provider: 'one' }), sampleIncident({ provider: 'two' })];
    await store.incidents.insert(a);
    await store.incidents.insert(b);
    await store.incidents.markSeen([]);
    await store.incidents.markSeen([a, { uniqueString: 'unknown', provider: 'one' }]);
    await store.incidents.markSeen([a]);
    const seen = new Map((await store.incidents.ofEvent(a.eventId)).map((one) => [one.provider, one.seen]));
    assert.deepEqual(
      seen,
      new Map([
        ['one', true],
        ['two', false],
      ]),
    );
  });

  storeTest('a mark as seen that races with a new incident leaves that one due', async (store) => {
    const read = Array.from({ length: 20 }, (_, i) => sampleIncident({ provider: `old ${i}` }));
    await Promise.all(read.map((incident) => store.incidents.insert(incident)));
    await Promise.all([
      store.incidents.markSeen(read),
      ...Array.from({ length: 20 }, (_, i) =>
        store.incidents.insert(sampleIncident({ provider: `new ${i}` })),
      ),
      store.incidents.markSeen(read),
    ]);
    const unseen = (await store.incidents.ofEvent(read[0]!.eventId)).filter((incident) => !incident.seen);
    assert.equal(unseen.length, 20);
    assert.ok(unseen.every((incident) => incident.provider.startsWith('new')));
    assert.deepEqual(await store.work.dueOfEvent(read[0]!.eventId, NOON), [
      { eventId: read[0]!.eventId, call: 'create', causes: ['incident'] },
    ]);
  });

  storeTest('providers are listed with their count, first and last incident', async (store) => {
    assert.deepEqual(await store.incidents.providers(), []);
    await store.incidents.insert(sampleIncident({ provider: 'one', receivedAt: minutes(1) }));
    await store.incidents.insert(sampleIncident({ provider: 'one', match: 'b', receivedAt: minutes(7) }));
    await store.incidents.insert(sampleIncident({ provider: 'two', receivedAt: minutes(3) }));
    assert.deepEqual(await store.incidents.providers(), [
      { provider: 'one', count: 2, first: minutes(1), last: minutes(7) },
      { provider: 'two', count: 1, first: minutes(3), last: minutes(3) },
    ]);
  });
}
