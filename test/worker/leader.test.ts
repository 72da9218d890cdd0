import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BosError } from '../../core/errors.ts';
import { silentLog } from '../../core/log.ts';
import type { LeaseStore } from '../../core/store/store.ts';
import { startLeading } from '../../worker/leader.ts';
import { makeLeaseKeeper } from '../../worker/lease.ts';
import { manualClock } from '../support/manual-clock.ts';
import { makeLeaseRows } from './lease-rows.ts';

const LEASE_MS = 30_000;

/** A process that would lead; `doing` counts bodies that go on. */
function candidate(rows: LeaseStore, holder: string) {
  const clock = manualClock();
  const stopping = new AbortController();
  const leases = makeLeaseKeeper({ leases: rows, clock, log: silentLog, holder, leaseMs: LEASE_MS });
  let doing = 0;
  const body = async (leading: AbortSignal): Promise<void> => {
    doing += 1;
    await clock.sleep(Number.POSITIVE_INFINITY, leading);
    doing -= 1;
  };
  const { signal } = stopping;
  const leadership = startLeading({ leases, name: 'n', clock, log: silentLog, signal }, body);
  return {
    clock,
    leadership,
    get doing() {
      return doing;
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await leadership.closed();
      assert.deepEqual([doing, clock.sleepers], [0, 0]);
    },
  };
}

describe('J: leading', () => {
  it('ends what the leader does when its lease is lost, and does not lead while another one does', async () => {
    const rows = makeLeaseRows();
    await using one = candidate(rows, 'one');
    await one.leadership.asked;
    assert.deepEqual([one.leadership.leads, one.doing], [true, 1]);
    await using two = candidate(rows, 'two');
    await two.leadership.asked;
    // The clock of the first stands still: it is stopped.
    await two.clock.advance(2 * LEASE_MS);
    assert.deepEqual([two.leadership.leads, two.doing], [true, 1]);
    await one.clock.advance(LEASE_MS / 3);
    assert.deepEqual([one.leadership.leads, one.doing], [false, 0]);
    await one.clock.advance(LEASE_MS / 3);
    assert.equal(one.doing, 0);
  });

  it('goes on asking while the store is away', async () => {
    const rows = makeLeaseRows();
    let isAway = true;
    const store: LeaseStore = {
      ...rows,
      async current(name) {
        if (isAway) throw new BosError('unavailable', 'the store is away');
        return rows.current(name);
      },
    };
    await using only = candidate(store, 'only');
    await only.leadership.asked;
    await only.clock.advance(LEASE_MS);
    assert.equal(only.leadership.leads, false);
    isAway = false;
    await only.clock.advance(LEASE_MS / 3);
    assert.equal(only.leadership.leads, true);
  });
});
