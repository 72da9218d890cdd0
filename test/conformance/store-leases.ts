import assert from 'node:assert/strict';
import type { StoreTest } from './store.ts';

export function leaseConformance(storeTest: StoreTest): void {
  storeTest('of 50 workers that want one epoch one gets it', async (store) => {
    assert.equal(await store.leases.current('e'), undefined);
    const got = await Promise.all(
      Array.from({ length: 50 }, (_, i) => store.leases.insert({ eventId: 'e', epoch: 1, holder: `w${i}` })),
    );
    assert.equal(got.filter(Boolean).length, 1);
    assert.deepEqual(await store.leases.current('e'), {
      eventId: 'e',
      epoch: 1,
      holder: `w${got.indexOf(true)}`,
      counter: 0,
      released: false,
    });
    assert.equal(await store.leases.insert({ eventId: 'f', epoch: 1, holder: 'w' }), true);
  });

  storeTest('the counter grows with each renewal', async (store) => {
    await store.leases.insert({ eventId: 'e', epoch: 1, holder: 'w' });
    assert.equal(await store.leases.renew('e', 1), true);
    assert.equal(await store.leases.renew('e', 1), true);
    assert.equal((await store.leases.current('e'))?.counter, 2);
    assert.equal(await store.leases.renew('e', 2), false);
    assert.equal(await store.leases.renew('never leased', 1), false);
  });

  storeTest(
    'the highest epoch counts; a holder that was passed over can neither renew nor release it',
    async (store) => {
      await store.leases.insert({ eventId: 'e', epoch: 1, holder: 'slow' });
      assert.equal(await store.leases.insert({ eventId: 'e', epoch: 2, holder: 'next' }), true);
      assert.equal(await store.leases.renew('e', 1), false);
      await store.leases.release('e', 1);
      const next = { eventId: 'e', epoch: 2, holder: 'next', counter: 0, released: false };
      assert.deepEqual(await store.leases.current('e'), next);
      assert.equal(await store.leases.insert({ eventId: 'e', epoch: 1, holder: 'late' }), false);
      assert.equal(await store.leases.insert({ eventId: 'e', epoch: 2, holder: 'late' }), false);
      assert.deepEqual(await store.leases.current('e'), next);
    },
  );

  storeTest('a released lease is shown as released and cannot be renewed', async (store) => {
    await store.leases.insert({ eventId: 'e', epoch: 1, holder: 'w' });
    await store.leases.release('e', 1);
    await store.leases.release('e', 1);
    assert.equal((await store.leases.current('e'))?.released, true);
    assert.equal(await store.leases.renew('e', 1), false);
    assert.equal(await store.leases.insert({ eventId: 'e', epoch: 2, holder: 'w' }), true);
    assert.equal((await store.leases.current('e'))?.released, false);
  });
}
