import assert from 'node:assert/strict';
import type { LogOutcome } from '../../core/store/store.ts';
import type { StoreTest } from './store.ts';
import { sampleEntry } from './store-samples.ts';

export function accountLogConformance(storeTest: StoreTest): void {
  storeTest('of 50 parallel entries with one number one is taken', async (store) => {
    const inserted = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        store.accountLog.insert({ ...sampleEntry(1), transactionId: `id ${i}` }),
      ),
    );
    assert.equal(inserted.filter(Boolean).length, 1);
    const unresolved = await store.accountLog.unresolved('1.2.7');
    assert.deepEqual(unresolved, [{ ...sampleEntry(1), transactionId: `id ${inserted.indexOf(true)}` }]);
  });

  storeTest('each account has numbers of its own', async (store) => {
    assert.equal(await store.accountLog.lastN('1.2.7'), 0);
    for (const n of [1, 2, 3]) assert.equal(await store.accountLog.insert(sampleEntry(n)), true);
    assert.equal(await store.accountLog.insert(sampleEntry(1, '1.2.8')), true);
    assert.equal(await store.accountLog.lastN('1.2.7'), 3);
    assert.equal(await store.accountLog.lastN('1.2.8'), 1);
    assert.equal(await store.accountLog.lastN('1.2.9'), 0);
  });

  storeTest('an outcome is set once', async (store) => {
    const included: LogOutcome = { kind: 'included', block: 100, operationResults: [[1, '1.10.5']] };
    for (const n of [1, 2, 3]) await store.accountLog.insert(sampleEntry(n));
    await store.accountLog.resolve('1.2.7', 1, included);
    await store.accountLog.resolve('1.2.7', 1, { kind: 'expired' });
    await store.accountLog.resolve('1.2.7', 3, { kind: 'refused', reason: 'no fee' });
    await store.accountLog.resolve('1.2.7', 9, { kind: 'expired' });
    assert.deepEqual(await store.accountLog.unresolved('1.2.7'), [sampleEntry(2)]);
    const { items } = await store.accountLog.list('1.2.7', {});
    assert.deepEqual(items, [
      { ...sampleEntry(3), outcome: { kind: 'refused', reason: 'no fee' } },
      sampleEntry(2),
      { ...sampleEntry(1), outcome: included },
    ]);
    assert.equal(await store.accountLog.insert(sampleEntry(1)), false);
  });

  storeTest('of parallel outcomes the first one stays', async (store) => {
    await store.accountLog.insert(sampleEntry(1));
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        store.accountLog.resolve('1.2.7', 1, { kind: 'refused', reason: `${i}` }),
      ),
    );
    const [before] = (await store.accountLog.list('1.2.7', {})).items;
    await store.accountLog.resolve('1.2.7', 1, { kind: 'expired' });
    const [after] = (await store.accountLog.list('1.2.7', {})).items;
    assert.equal(after?.outcome?.kind, 'refused');
    assert.deepEqual(after, before);
  });

  storeTest('the log is listed newest first, in pages', async (store) => {
    for (let n = 1; n <= 5; n += 1) await store.accountLog.insert(sampleEntry(n));
    await store.accountLog.insert(sampleEntry(1, 'other'));
    const first = await store.accountLog.list('1.2.7', { pageSize: 3 });
    await store.accountLog.insert(sampleEntry(6));
    const second = await store.accountLog.list('1.2.7', { pageSize: 3, pageToken: first.nextPageToken! });
    assert.deepEqual(
      [...first.items, ...second.items].map(({ n }) => n),
      [5, 4, 3, 2, 1],
    );
    assert.equal(second.nextPageToken, undefined);
    await assert.rejects(async () => store.accountLog.list('other', { pageToken: first.nextPageToken! }), {
      kind: 'invalid',
    });
  });
}
