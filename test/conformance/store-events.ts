import assert from 'node:assert/strict';
import type { EventFilter, Store } from '../../core/store/store.ts';
import type { StoreTest } from './store.ts';
import { minutes, sampleDecision, sampleIncident } from './store-samples.ts';

async function matches(store: Store, filter: EventFilter, pageSize = 100): Promise<string> {
  let found = '';
  let pageToken: string | undefined;
  do {
    const page = await store.events.list(filter, { pageSize, ...(pageToken && { pageToken }) });
    found += page.items.map(({ eventId }) => eventId.at(-6)).join('');
    pageToken = page.nextPageToken;
  } while (pageToken);
  return found;
}

export function eventConformance(storeTest: StoreTest): void {
  storeTest('an event is there with its first incident, before any worker', async (store) => {
    const incident = sampleIncident({ call: 'result' });
    assert.equal(await store.events.get(incident.eventId), undefined);
    const { incident: stored } = await store.incidents.insert(incident);
    const expected = {
      eventId: incident.eventId,
      startTime: incident.startTime,
      id: incident.body.id,
      calls: [{ call: 'result', incidents: [stored] }],
    };
    assert.deepEqual(await store.events.get(incident.eventId), expected);
    assert.deepEqual((await store.events.list({}, {})).items, [expected]);
    assert.equal(await store.events.count(), 1);
  });

  storeTest('an event has all its calls, each with its incidents and latest decision', async (store) => {
    const { eventId } = sampleIncident();
    const { incident: result } = await store.incidents.insert(sampleIncident({ call: 'result' }));
    const { incident: one } = await store.incidents.insert(sampleIncident({ provider: 'one' }));
    const { incident: two } = await store.incidents.insert(sampleIncident({ provider: 'two' }));
    await store.incidents.insert(sampleIncident({ match: 'b' }));
    await store.decisions.insert(sampleDecision({ eventId, sequence: 1 }));
    const latest = sampleDecision({ eventId, sequence: 2, status: 'done' });
    await store.decisions.insert(latest);
    const canceled = sampleDecision({ eventId, call: 'canceled', status: 'manually_finalized' });
    await store.decisions.insert(canceled);
    const event = await store.events.get(eventId);
    assert.deepEqual(event?.calls, [
      { call: 'create', incidents: [one, two], decision: latest },
      { call: 'result', incidents: [result] },
      { call: 'canceled', incidents: [], decision: canceled },
    ]);
    assert.equal(await store.events.count(), 2);
  });

  storeTest('decisions alone, as those of the sports data, make no event', async (store) => {
    await store.decisions.insert(sampleDecision({ eventId: 'sports:alice', call: 'sync' }));
    assert.equal(await store.events.get('sports:alice'), undefined);
    assert.equal(await store.events.count(), 0);
  });

  storeTest('events are listed latest start first, filtered, in pages', async (store) => {
    const start = new Map([
      ['a', 60],
      ['b', 180],
      ['c', 120],
      ['d', 120],
    ]);
    const id = (match: string) => sampleIncident({ match, startTime: minutes(start.get(match)!) }).eventId;
    for (const [match, minute] of start) {
      await store.incidents.insert(sampleIncident({ match, startTime: minutes(minute) }));
      await store.incidents.insert(sampleIncident({ match, startTime: minutes(minute), provider: 'two' }));
    }
    await store.incidents.insert(sampleIncident({ match: 'a', startTime: minutes(60), call: 'result' }));
    await store.decisions.insert(sampleDecision({ eventId: id('a'), status: 'done' }));
    await store.decisions.insert(sampleDecision({ eventId: id('b'), status: 'undecided' }));
    await store.decisions.insert(sampleDecision({ eventId: id('c'), status: 'undecided' }));
    await store.decisions.insert(sampleDecision({ eventId: id('c'), status: 'done', sequence: 2 }));
    const cases: [EventFilter, string][] = [
      [{}, 'bdca'],
      [{ statuses: [] }, 'bdca'],
      [{ call: 'create' }, 'bdca'],
      [{ call: 'result' }, 'a'],
      [{ call: 'finish' }, ''],
      [{ statuses: ['done'] }, 'ca'],
      [{ statuses: ['undecided', 'done'] }, 'bca'],
      [{ statuses: ['done'], call: 'result' }, ''],
      [{ statuses: ['unknown'] }, 'da'],
      [{ statuses: ['unknown'], call: 'create' }, 'd'],
      [{ statuses: ['unknown', 'undecided'], call: 'create' }, 'bd'],
      [{ startFrom: minutes(120) }, 'bdc'],
      [{ startBefore: minutes(120) }, 'a'],
      [{ startFrom: minutes(120), startBefore: minutes(180), contains: 'C-Home' }, 'c'],
      [{ contains: 'x-home' }, ''],
    ];
    for (const [filter, expected] of cases) {
      assert.equal(await matches(store, filter), expected, JSON.stringify(filter));
      assert.equal(await matches(store, filter, 1), expected, `${JSON.stringify(filter)} page by page`);
    }
  });

  storeTest('pages of events neither double nor lose one while events come in', async (store) => {
    for (const [i, match] of [...'abcdef'].entries()) {
      await store.incidents.insert(sampleIncident({ match, startTime: minutes(i) }));
    }
    const seen: string[] = [];
    let pageToken: string | undefined;
    let round = 0;
    do {
      const page = await store.events.list({}, { pageSize: 2, ...(pageToken && { pageToken }) });
      seen.push(...page.items.map(({ eventId }) => eventId.at(-6)!));
      pageToken = page.nextPageToken;
      await store.incidents.insert(sampleIncident({ match: 'xyz'[round++]!, startTime: minutes(100) }));
    } while (pageToken);
    assert.equal(seen.join(''), 'fedcba');
    await assert.rejects(async () => store.events.list({ call: 'create' }, { pageToken: 'bm9uZQ' }), {
      kind: 'invalid',
    });
  });
}
