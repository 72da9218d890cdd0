import assert from 'node:assert/strict';
import type { StoreTest } from './store.ts';
import { sampleDecision, sampleIncident } from './store-samples.ts';

const MANY = 100;

/** Tests of the order in which things were added. */
export function changeConformance(storeTest: StoreTest): void {
  storeTest('positions begin at 0 and follow what is added', async ({ changes, incidents, decisions }) => {
    assert.deepEqual(await changes.last(), { incidents: 0, decisions: 0 });
    const { incident } = await incidents.insert(sampleIncident());
    const { incident: other } = await incidents.insert(sampleIncident({ match: 'b' }));
    assert.ok(incident.position > 0 && other.position > incident.position);
    assert.equal((await changes.last()).incidents, other.position);
    await decisions.insert(sampleDecision());
    assert.ok((await changes.last()).decisions > 0);
  });

  storeTest('a further report and a refused decision add nothing to read', async (store) => {
    const { changes, incidents, decisions } = store;
    await incidents.insert(sampleIncident());
    await decisions.insert(sampleDecision());
    const before = await changes.last();
    await incidents.insert(sampleIncident());
    await decisions.insert(sampleDecision());
    assert.deepEqual((await incidents.list({ after: before.incidents }, {})).items, []);
    assert.deepEqual(await changes.decisionsAfter(before.decisions, 10), []);
    const { incident } = await incidents.insert(sampleIncident({ match: 'b' }));
    assert.deepEqual((await incidents.list({ after: before.incidents }, {})).items, [incident]);
  });

  storeTest('decisions come in the order in which they were recorded', async ({ changes, decisions }) => {
    const calls = ['create', 'result', 'sync'] as const;
    for (const call of calls) await decisions.insert(sampleDecision({ call }));
    const [first, ...rest] = await changes.decisionsAfter(0, 10);
    assert.deepEqual(first?.record, sampleDecision({ call: 'create' }));
    assert.deepEqual(
      rest.map(({ record }) => record.call),
      ['result', 'sync'],
    );
    assert.deepEqual(await changes.decisionsAfter(first?.position ?? 0, 1), rest.slice(0, 1));
    assert.deepEqual(await changes.decisionsAfter(rest[1]?.position ?? 0, 10), []);
  });

  storeTest('whoever reads while many insert misses nothing and reads nothing twice', async (store) => {
    const { changes, incidents, decisions } = store;
    const inserting = Promise.all(
      Array.from({ length: MANY }, async (_, i) => {
        await incidents.insert(sampleIncident({ match: `m${i}` }));
        await decisions.insert(sampleDecision({ eventId: `e${i}` }));
      }),
    );
    const read: string[] = [];
    const decided: string[] = [];
    let place = { incidents: 0, decisions: 0 };
    while (read.length < MANY || decided.length < MANY) {
      const last = await changes.last();
      const page = await incidents.list({ after: place.incidents }, { pageSize: 7 });
      const some = await changes.decisionsAfter(place.decisions, 7);
      read.push(...page.items.map((incident) => incident.uniqueString));
      decided.push(...some.map(({ record }) => record.eventId));
      // Where nothing more was found, everything up to what was reached before has been seen.
      const reached = page.nextPageToken === undefined ? last.incidents : 0;
      place = {
        incidents: Math.max(place.incidents, page.items.at(-1)?.position ?? 0, reached),
        decisions: some.at(-1)?.position ?? place.decisions,
      };
    }
    await inserting;
    assert.equal(new Set(read).size, MANY);
    assert.equal(new Set(decided).size, MANY);
    assert.deepEqual([read.length, decided.length], [MANY, MANY]);
  });
}
