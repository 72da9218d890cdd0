import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silentLog } from '../../../core/log.ts';
import { watchPresence } from '../../../core/store/presence-watch.ts';
import type { Heartbeat, PresenceStore } from '../../../core/store/store.ts';
import { isRunning, withoutReplaced } from '../../../server/presence.ts';
import { manualClock } from '../../support/manual-clock.ts';

const HOUR_MS = 3600_000;

/** Heartbeats in memory. */
function memoryPresence(): PresenceStore {
  const beats = new Map<string, Heartbeat>();
  return {
    beat: async (heartbeat) => void beats.set(heartbeat.id, heartbeat),
    leave: async (id) => void beats.delete(id),
    list: async () => [...beats.values()],
  };
}

function beatAt(at: Date, rest: Partial<Heartbeat> = {}): Heartbeat {
  return { id: 'w', role: 'worker', host: 'h', pid: 1, startedAt: at, at, details: {}, ...rest };
}

/** A watched worker whose clock is off; `beats` says whether it still lives. */
async function watchWorker(offMs: number) {
  const clock = manualClock();
  const presence = memoryPresence();
  const told = () => presence.beat(beatAt(new Date(clock.now().getTime() + offMs)));
  await told();
  const watched = watchPresence(presence, { clock, log: silentLog });
  return {
    clock,
    watched,
    async pass(seconds: number, lives: boolean) {
      for (let passed = 0; passed < seconds; passed += 10) {
        if (lives) await told();
        await clock.advance(10_000);
      }
    },
    async isRunning() {
      const [beat] = await watched.list();
      return beat !== undefined && isRunning(beat.at, clock.now());
    },
  };
}

describe('signs of life', () => {
  for (const [name, offMs] of [
    ['right', 0],
    ['an hour ahead', HOUR_MS],
    ['an hour behind', -HOUR_MS],
  ] as const) {
    it(`of a process whose clock is ${name} tell whether it lives`, async () => {
      const worker = await watchWorker(offMs);
      await using watched = worker.watched;
      await worker.pass(60, true);
      assert.equal(await worker.isRunning(), true);
      const [beat] = await watched.list();
      assert.equal(beat?.details.clock_off_seconds === undefined, offMs === 0);
      await worker.pass(60, false);
      assert.equal(await worker.isRunning(), false);
    });
  }

  it('that stopped in the future before anybody watched prove nothing', async () => {
    const worker = await watchWorker(HOUR_MS);
    await using _watched = worker.watched;
    await worker.pass(20, false);
    assert.equal(await worker.isRunning(), false);
  });
});

describe('processes that are gone', () => {
  const now = new Date('2026-01-15T12:00:00Z');
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const ids = (beats: readonly Heartbeat[]) => withoutReplaced(beats, now).map(({ id }) => id);
  const dead = (id: string, minutes: number) => beatAt(ago(minutes), { id });
  const living = (id: string, startedAt: Date) => beatAt(now, { id, startedAt });

  it('are told of until another of their kind was started after them on their machine', () => {
    assert.deepEqual(ids([dead('a', 5), living('b', ago(60))]), ['a', 'b']);
    assert.deepEqual(ids([dead('a', 5), living('b', ago(4))]), ['b']);
    assert.deepEqual(ids([dead('a', 5), { ...living('b', ago(4)), host: 'other' }]), ['a', 'b']);
    assert.deepEqual(ids([dead('a', 5), { ...living('b', ago(4)), role: 'scheduler' }]), ['a', 'b']);
  });

  it('are replaced one by one', () => {
    assert.deepEqual(ids([dead('a', 5), dead('b', 6), living('c', ago(1))]), ['a', 'c']);
  });
});
