import assert from 'node:assert/strict';
import type { StoreTest } from './store.ts';
import { minutes, sampleDecision } from './store-samples.ts';

export function decisionConformance(storeTest: StoreTest): void {
  storeTest('a decision comes back as it was recorded, times included', async (store) => {
    const full = sampleDecision({ retryAt: minutes(5), wakeAtBlock: 12, alert: 'look' });
    assert.equal(await store.decisions.insert(full), true);
    assert.deepEqual(await store.decisions.latest('event', 'create'), full);

    const { propose: _, threshold: __, ...rest } = sampleDecision({ call: 'sync' });
    await store.decisions.insert(rest);
    assert.deepEqual(await store.decisions.latest('event', 'sync'), rest);
    assert.equal(await store.decisions.latest('event', 'result'), undefined);
  });

  storeTest('a decision from before rules had a version comes back without one', async (store) => {
    const { rulesVersion: _, ...earlier } = sampleDecision();
    await store.decisions.insert(earlier);
    const later = sampleDecision({ sequence: 2, rulesVersion: '7' });
    await store.decisions.insert(later);
    const { items } = await store.decisions.history('event', 'create', {});
    assert.deepEqual(items, [later, earlier]);
  });

  storeTest('of 50 parallel decisions with one sequence one is recorded', async (store) => {
    const inserted = await Promise.all(
      Array.from({ length: 50 }, (_, i) => store.decisions.insert(sampleDecision({ worker: `w${i}` }))),
    );
    assert.equal(inserted.filter(Boolean).length, 1);
    const winner = inserted.indexOf(true);
    assert.equal((await store.decisions.latest('event', 'create'))?.worker, `w${winner}`);
  });

  storeTest('calls and events have sequences of their own', async (store) => {
    for (const eventId of ['e', 'f']) {
      for (const call of ['create', 'result'] as const) {
        assert.equal(await store.decisions.insert(sampleDecision({ eventId, call })), true);
      }
    }
    assert.equal(await store.decisions.insert(sampleDecision({ eventId: 'e', call: 'result' })), false);
  });

  storeTest('the latest is the one with the highest sequence, in whatever order they came', async (store) => {
    await store.decisions.insert(sampleDecision({ sequence: 2, status: 'done', final: true }));
    await store.decisions.insert(sampleDecision({ sequence: 1, status: 'waiting' }));
    assert.equal((await store.decisions.latest('event', 'create'))?.sequence, 2);
    assert.deepEqual(await store.decisions.unfinished(), []);
    assert.deepEqual(await store.decisions.countByStatus(), new Map([['done', 1]]));
  });

  storeTest('the latest of each call of an event are found in one question', async (store) => {
    for (const sequence of [1, 2]) await store.decisions.insert(sampleDecision({ sequence }));
    await store.decisions.insert(sampleDecision({ call: 'result' }));
    await store.decisions.insert(sampleDecision({ eventId: 'other', call: 'finish' }));
    const latest = await store.decisions.latestOfEvent('event');
    assert.deepEqual([...latest].map(([call, { sequence }]) => [call, sequence]).sort(), [
      ['create', 2],
      ['result', 1],
    ]);
    assert.equal((await store.decisions.latestOfEvent('nothing')).size, 0);
  });

  storeTest('history is newest first, of one call or of all, in pages', async (store) => {
    for (const sequence of [1, 2, 3]) await store.decisions.insert(sampleDecision({ sequence }));
    await store.decisions.insert(sampleDecision({ call: 'result' }));
    await store.decisions.insert(sampleDecision({ eventId: 'other' }));
    const first = await store.decisions.history('event', 'create', { pageSize: 2 });
    assert.deepEqual(
      first.items.map(({ sequence }) => sequence),
      [3, 2],
    );
    const pageToken = first.nextPageToken!;
    await store.decisions.insert(sampleDecision({ sequence: 4 }));
    const second = await store.decisions.history('event', 'create', { pageSize: 2, pageToken });
    assert.deepEqual(
      second.items.map(({ sequence }) => sequence),
      [1],
    );
    assert.equal(second.nextPageToken, undefined);
    const all = await store.decisions.history('event', undefined, {});
    assert.deepEqual(
      all.items.map(({ call, sequence }) => `${call} ${sequence}`),
      ['create 4', 'result 1', 'create 3', 'create 2', 'create 1'],
    );
    await assert.rejects(async () => store.decisions.history('event', undefined, { pageToken }), {
      kind: 'invalid',
    });
  });

  storeTest(
    'unfinished are the latest decisions that are not final, whatever their status',
    async (store) => {
      await store.decisions.insert(sampleDecision({ eventId: 'a', final: true, status: 'done' }));
      await store.decisions.insert(sampleDecision({ eventId: 'b', final: false, status: 'done' }));
      await store.decisions.insert(sampleDecision({ eventId: 'c', final: false }));
      await store.decisions.insert(sampleDecision({ eventId: 'c', sequence: 2, final: true }));
      await store.decisions.insert(sampleDecision({ eventId: 'd', final: true }));
      const reopened = sampleDecision({ eventId: 'd', sequence: 2, final: false });
      await store.decisions.insert(reopened);
      const unfinished = await store.decisions.unfinished();
      assert.deepEqual(unfinished.map(({ eventId }) => eventId).sort(), ['b', 'd']);
      assert.deepEqual(
        unfinished.find(({ eventId }) => eventId === 'd'),
        reopened,
      );
    },
  );

  storeTest('statuses are counted over latest decisions', async (store) => {
    assert.deepEqual(await store.decisions.countByStatus(), new Map());
    await store.decisions.insert(sampleDecision({ eventId: 'a', status: 'undecided' }));
    await store.decisions.insert(sampleDecision({ eventId: 'a', status: 'done', sequence: 2 }));
    await store.decisions.insert(sampleDecision({ eventId: 'a', call: 'result', status: 'done' }));
    await store.decisions.insert(sampleDecision({ eventId: 'b', status: 'midway' }));
    const counts = await store.decisions.countByStatus();
    assert.deepEqual([...counts].sort(), [
      ['done', 2],
      ['midway', 1],
    ]);
  });
}
