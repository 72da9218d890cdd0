import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BosError } from '../../core/errors.ts';
import { silentLog } from '../../core/log.ts';
import type { LeaseStore } from '../../core/store/store.ts';
import { type HeldLease, makeLeaseKeeper } from '../../worker/lease.ts';
import { manualClock } from '../support/manual-clock.ts';
import { makeLeaseRows } from './lease-rows.ts';

const LEASE_MS = 30_000;

function makeProcess(leases: LeaseStore, holder: string) {
  const clock = manualClock();
  const keeper = makeLeaseKeeper({ leases, clock, log: silentLog, holder, leaseMs: LEASE_MS });
  return { clock, keeper };
}

async function acquired(lease: Promise<HeldLease | undefined>): Promise<HeldLease> {
  const held = await lease;
  assert.ok(held, 'expected to get the lease');
  return held;
}

describe('J: leases', () => {
  it('gives a free event epoch 1 and a released one the next', async () => {
    const rows = makeLeaseRows();
    const { keeper } = makeProcess(rows, 'a');
    const first = await acquired(keeper.acquire('match'));
    assert.equal(first.epoch, 1);
    await first.release();
    const second = await acquired(keeper.acquire('match'));
    assert.equal(second.epoch, 2);
    await second.release();
  });

  it('lets one of many parallel takers win', async () => {
    const rows = makeLeaseRows();
    const takers = Array.from({ length: 20 }, (_, index) => makeProcess(rows, `p${index}`).keeper);
    const answers = await Promise.all(takers.map((keeper) => keeper.acquire('match')));
    const winners = answers.filter((lease) => lease !== undefined);
    assert.equal(winners.length, 1);
    await winners[0]?.release();
  });

  it('refuses others for as long as the holder renews', async () => {
    const rows = makeLeaseRows();
    const [a, b] = [makeProcess(rows, 'a'), makeProcess(rows, 'b')];
    const held = await acquired(a.keeper.acquire('match'));
    for (let step = 0; step < 20; step += 1) {
      assert.equal(await b.keeper.acquire('match'), undefined);
      await a.clock.advance(LEASE_MS / 3);
      await b.clock.advance(LEASE_MS / 3);
    }
    assert.equal(await held.confirm(), true);
    await held.release();
  });

  it('is taken over only after the counter was watched standing still for the whole length', async () => {
    const rows = makeLeaseRows();
    const [a, b] = [makeProcess(rows, 'a'), makeProcess(rows, 'b')];
    const orphan = await acquired(a.keeper.acquire('match'));
    // Time before the first look does not count: b has not watched.
    await b.clock.advance(10 * LEASE_MS);
    assert.equal(await b.keeper.acquire('match'), undefined);
    await b.clock.advance(LEASE_MS - 1);
    assert.equal(await b.keeper.acquire('match'), undefined);
    await b.clock.advance(1);
    const taken = await acquired(b.keeper.acquire('match'));
    assert.equal(taken.epoch, 2);
    await taken.release();
    await orphan.release();
  });

  it('is watched anew when another holder has it, although its counter is the same', async () => {
    const rows = makeLeaseRows();
    const [a, b, c] = [makeProcess(rows, 'a'), makeProcess(rows, 'b'), makeProcess(rows, 'c')];
    const first = await acquired(a.keeper.acquire('match'));
    assert.equal(await b.keeper.acquire('match'), undefined);
    await first.release();
    const second = await acquired(c.keeper.acquire('match'));
    await b.clock.advance(LEASE_MS);
    assert.equal(await b.keeper.acquire('match'), undefined);
    assert.equal(await second.confirm(), true);
    await second.release();
  });

  it('is not watched before the answer about its counter has come', async () => {
    const rows = makeLeaseRows();
    const a = makeProcess(rows, 'a');
    const held = await acquired(a.keeper.acquire('match'));
    let answerMs = LEASE_MS / 2;
    const slow: LeaseStore = {
      ...rows,
      async current(eventId) {
        await b.clock.advance(answerMs);
        return rows.current(eventId);
      },
    };
    const b = makeProcess(slow, 'b');
    assert.equal(await b.keeper.acquire('match'), undefined);
    answerMs = 0;
    await b.clock.advance(LEASE_MS - 1);
    assert.equal(await b.keeper.acquire('match'), undefined);
    await held.release();
  });

  it('does not count any more once it was given back, whoever did that', async () => {
    const rows = makeLeaseRows();
    const { keeper } = makeProcess(rows, 'a');
    const held = await acquired(keeper.acquire('match'));
    await rows.release('match', held.epoch);
    assert.equal(await held.confirm(), false);
    assert.equal(held.lost.aborted, true);
    await held.release();
  });

  it('a jump of the wall clock takes nothing over', async () => {
    const rows = makeLeaseRows();
    const [a, b] = [makeProcess(rows, 'a'), makeProcess(rows, 'b')];
    const held = await acquired(a.keeper.acquire('match'));
    assert.equal(await b.keeper.acquire('match'), undefined);
    b.clock.set(new Date('2030-01-01T00:00:00Z'));
    assert.equal(await b.keeper.acquire('match'), undefined);
    await held.release();
  });

  it('a stopped holder that wakes up late is refused by its epoch', async () => {
    const rows = makeLeaseRows();
    const [a, b] = [makeProcess(rows, 'a'), makeProcess(rows, 'b')];
    // a's clock stands still: the process is stopped.
    const late = await acquired(a.keeper.acquire('match'));
    await b.keeper.acquire('match');
    await b.clock.advance(LEASE_MS);
    const taken = await acquired(b.keeper.acquire('match'));
    assert.equal(await late.confirm(), false);
    assert.equal(late.lost.aborted, true);
    await late.release();
    assert.equal(await taken.confirm(), true, 'the late release must not touch the newer epoch');
    await taken.release();
  });

  it('a stopped holder learns from its next renewal that it lost', async () => {
    const rows = makeLeaseRows();
    const [a, b] = [makeProcess(rows, 'a'), makeProcess(rows, 'b')];
    const late = await acquired(a.keeper.acquire('match'));
    await b.keeper.acquire('match');
    await b.clock.advance(LEASE_MS);
    const taken = await acquired(b.keeper.acquire('match'));
    await a.clock.advance(LEASE_MS / 3);
    assert.equal(late.lost.aborted, true);
    await late.release();
    await taken.release();
  });

  it('a holder that cannot renew for the whole length counts itself as having lost', async () => {
    const rows = makeLeaseRows();
    const away: LeaseStore = {
      ...rows,
      renew: async () => {
        throw new BosError('unavailable', 'the store is away');
      },
    };
    const a = makeProcess(away, 'a');
    const held = await acquired(a.keeper.acquire('match'));
    await a.clock.advance(LEASE_MS - 1);
    assert.equal(held.lost.aborted, false);
    await a.clock.advance(1);
    assert.equal(held.lost.aborted, true);
    await held.release();
  });

  it('leaves no timer behind', async () => {
    const { clock, keeper } = makeProcess(makeLeaseRows(), 'a');
    const held = await acquired(keeper.acquire('match'));
    assert.equal(clock.sleepers, 1);
    await held.release();
    assert.equal(clock.sleepers, 0);
  });
});
