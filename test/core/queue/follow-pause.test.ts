import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BosError } from '../../../core/errors.ts';
import { silentLog } from '../../../core/log.ts';
import { followPause } from '../../../core/queue/follow-pause.ts';
import { makeMemoryQueue } from '../../../core/queue/memory.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

/** A queue, and a store of one switch that can be away. */
async function follow(wanted?: boolean) {
  const clock: ManualClock = manualClock();
  const queue = makeMemoryQueue({ clock, log: silentLog });
  const abort = new AbortController();
  const state = { wanted, isAway: false };
  const store = {
    switches: {
      get: async () => {
        if (state.isAway) throw new BosError('unavailable', 'away');
        return state.wanted;
      },
      set: async () => {},
    },
  };
  if (wanted === false) await queue.pause();
  const following = await followPause({ store, queue, clock, log: silentLog, signal: abort.signal });
  return {
    state,
    queue,
    isPaused: async () => (await queue.counts()).paused,
    later: () => clock.advance(2000),
    async [Symbol.asyncDispose]() {
      abort.abort();
      await following.closed();
      await queue[Symbol.asyncDispose]();
    },
  };
}

test('the queue is as the switch says before anything is taken', async () => {
  for (const wanted of [true, false]) {
    await using followed = await follow(wanted);
    assert.equal(await followed.isPaused(), wanted);
  }
});

test('a switch that is turned elsewhere is followed, and a queue that forgot it is told again', async () => {
  await using followed = await follow(false);
  followed.state.wanted = true;
  await followed.later();
  assert.equal(await followed.isPaused(), true);
  await followed.queue.resume();
  await followed.later();
  assert.equal(await followed.isPaused(), true);
  followed.state.wanted = false;
  await followed.later();
  assert.equal(await followed.isPaused(), false);
});

test('a store that is away, and a switch that nobody has touched, change nothing', async () => {
  await using untouched = await follow();
  await untouched.queue.pause();
  await untouched.later();
  assert.equal(await untouched.isPaused(), true);

  await using followed = await follow(true);
  followed.state.isAway = true;
  await followed.later();
  assert.equal(await followed.isPaused(), true);
  followed.state.isAway = false;
  followed.state.wanted = false;
  await followed.later();
  assert.equal(await followed.isPaused(), false);
});
