import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JobQueue, WorkReference } from '../../core/queue/queue.ts';
import { until } from '../support/until.ts';

const byDefault = (eventId: string): WorkReference => ({ eventId, lane: 'default' });
const retry = (eventId: string): WorkReference => ({ eventId, lane: 'retry' });

/** A handler whose runs end when the test says so. */
function gatedHandler() {
  const gates = new Map<string, { open: PromiseWithResolvers<void>; ended: PromiseWithResolvers<void> }>();
  const started: string[] = [];
  let most = 0;
  return {
    /** Every run so far, in order of their starts. */
    started,
    /** Events with a run going on, in order of their starts. */
    running: () => [...gates.keys()],
    isRunning: (eventId: string) => gates.has(eventId),
    /** The most runs that went on at one time. */
    get most() {
      return most;
    },
    async handle({ eventId }: WorkReference): Promise<void> {
      assert.ok(!gates.has(eventId), `${eventId} is handled twice at one time`);
      const gate = { open: Promise.withResolvers<void>(), ended: Promise.withResolvers<void>() };
      gates.set(eventId, gate);
      started.push(eventId);
      most = Math.max(most, gates.size);
      try {
        await gate.open.promise;
      } finally {
        gates.delete(eventId);
        gate.ended.resolve();
      }
    },
    /** Ends the run of an event once it has started. */
    async finish(eventId: string, error?: Error): Promise<void> {
      const gate = await until(`a run of ${eventId}`, () => gates.get(eventId));
      if (error) gate.open.reject(error);
      else gate.open.resolve();
      await gate.ended.promise;
    },
  };
}

/** Registers the tests that every implementation of `JobQueue` has to pass. */
export function queueConformance(name: string, open: () => Promise<JobQueue>): void {
  const queueTest = (title: string, body: (queue: JobQueue) => Promise<void>) =>
    test(title, async () => {
      const queue = await open();
      await using _closed = queue;
      await body(queue);
    });
  const settled = (queue: JobQueue) =>
    until('an empty queue', async () => {
      const { waiting, active } = await queue.counts();
      return waiting === 0 && active === 0;
    });

  describe(`${name} as a queue`, () => {
    queueTest('what was added before anybody listened is handled, once per event', async (queue) => {
      const handled: WorkReference[] = [];
      for (let i = 0; i < 50; i += 1) await queue.add(byDefault('a'));
      await queue.add(byDefault('b'));
      await queue.process(1, async (reference) => {
        handled.push(reference);
      });
      await settled(queue);
      assert.deepEqual(
        handled.toSorted((x, y) => (x.eventId < y.eventId ? -1 : 1)),
        [byDefault('a'), byDefault('b')],
      );
    });

    queueTest('what is added during a run leads to exactly one more run', async (queue) => {
      const handler = gatedHandler();
      await queue.process(4, handler.handle);
      await queue.add(byDefault('a'));
      await until('the first run', () => handler.started.length === 1);
      for (let i = 0; i < 20; i += 1) await queue.add(byDefault('a'));
      await handler.finish('a');
      await until('the second run', () => handler.started.length === 2);
      await handler.finish('a');
      await settled(queue);
      assert.deepEqual(handler.started, ['a', 'a']);
    });

    queueTest('a burst is never coalesced into nothing: the last state is always seen', async (queue) => {
      let state = 0;
      let seen = -1;
      let runs = 0;
      await queue.process(2, async () => {
        runs += 1;
        const read = state;
        await new Promise((resolve) => setImmediate(resolve));
        seen = read;
      });
      for (let i = 1; i <= 200; i += 1) {
        state = i;
        await queue.add(byDefault('a'));
        if (i % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await settled(queue);
      assert.equal(seen, 200);
      assert.ok(runs < 200, `${runs} runs`);
    });

    queueTest(
      'different events run in parallel up to the concurrency, one event in one run',
      async (queue) => {
        const handler = gatedHandler();
        await queue.process(3, handler.handle);
        for (const eventId of 'abcdef') {
          await queue.add(byDefault(eventId));
          await queue.add(retry(eventId));
        }
        for (let i = 0; i < 12; i += 1) {
          await until('a run', () => handler.running().length > 0);
          const [first = ''] = handler.running();
          await handler.finish(first);
        }
        await settled(queue);
        assert.equal(handler.most, 3);
        assert.equal(handler.started.length, 12);
      },
    );

    queueTest('one event is not handled by two subscriptions at one time', async (queue) => {
      const handler = gatedHandler();
      await queue.process(2, handler.handle);
      await queue.process(2, handler.handle);
      for (let round = 0; round < 5; round += 1) {
        await queue.add(byDefault('a'));
        await queue.add(retry('a'));
        await handler.finish('a');
        await handler.finish('a');
      }
      await settled(queue);
      assert.equal(handler.most, 1);
      assert.equal(handler.started.length, 10);
    });

    queueTest('retries neither hold up new work nor starve behind it', async (queue) => {
      const handler = gatedHandler();
      await queue.process(2, handler.handle);
      for (let i = 0; i < 10; i += 1) await queue.add(retry(`r${i}`));
      await until('a retry', () => handler.running().length > 0);
      for (let i = 0; i < 10; i += 1) await queue.add(byDefault(`d${i}`));
      await until('new work beside the retry', () => handler.running().some((id) => id.startsWith('d')));
      // New work alone is finished; a retry goes on all the while.
      for (let i = 0; i < 9; i += 1) {
        await until('new work', () => handler.running().some((id) => id.startsWith('d')));
        await handler.finish(handler.running().find((id) => id.startsWith('d'))!);
        assert.ok(handler.started.some((id) => id.startsWith('r')));
      }
      while (handler.started.length < 20 || handler.running().length > 0) {
        await until('a run', () => handler.running().length > 0);
        const [first = ''] = handler.running();
        await handler.finish(first);
      }
      await settled(queue);
      assert.equal(new Set(handler.started).size, 20);
    });

    queueTest('each run is told its lane; an event that waits in both runs in both', async (queue) => {
      const lanes: string[] = [];
      await queue.add(retry('a'));
      await queue.add(byDefault('a'));
      await queue.add(retry('a'));
      await queue.process(1, async ({ lane }) => {
        lanes.push(lane);
      });
      await settled(queue);
      assert.deepEqual(lanes.sort(), ['default', 'retry']);
    });

    queueTest(
      'a handler that throws counts as failed and is not repeated; the event can run again, and counts no more when that went well',
      async (queue) => {
        const handler = gatedHandler();
        await queue.process(1, handler.handle);
        await queue.add(byDefault('a'));
        await handler.finish('a', new Error('on purpose'));
        await settled(queue);
        assert.equal((await queue.counts()).failed, 1);
        assert.deepEqual(handler.started, ['a']);
        await queue.add(byDefault('a'));
        await handler.finish('a');
        await settled(queue);
        assert.deepEqual(handler.started, ['a', 'a']);
        assert.equal((await queue.counts()).failed, 0);
        assert.deepEqual(await queue.failures(), []);
      },
    );

    queueTest('failed events are listed, the latest first, until they are forgotten', async (queue) => {
      await queue.process(1, async ({ eventId }) => {
        throw new Error(`no ${eventId}`);
      });
      for (const eventId of ['a', 'b', 'a', 'c']) {
        await queue.add(retry(eventId));
        await settled(queue);
      }
      const failures = async () =>
        (await queue.failures()).map(({ eventId, message, times }) => [eventId, message, times]);
      assert.deepEqual(await failures(), [
        ['c', 'no c', 1],
        ['a', 'no a', 2],
        ['b', 'no b', 1],
      ]);
      const [latest] = await queue.failures();
      assert.ok(latest?.failedAt instanceof Date);
      assert.equal(latest.lane, 'retry');
      await queue.forgetFailures(['a', 'b', 'unknown']);
      await queue.forgetFailures([]);
      assert.deepEqual(await failures(), [['c', 'no c', 1]]);
      assert.equal((await queue.counts()).failed, 1);
    });

    queueTest('a handler that throws before its first await counts as failed as well', async (queue) => {
      await queue.process(1, () => {
        throw new Error('on purpose');
      });
      await queue.add(byDefault('a'));
      await until('the failure', async () => (await queue.counts()).failed === 1);
    });

    queueTest('a paused queue takes references and starts nothing until it is resumed', async (queue) => {
      const handler = gatedHandler();
      await queue.process(2, handler.handle);
      await queue.add(byDefault('running'));
      await until('the first run', () => handler.isRunning('running'));
      await queue.pause();
      await queue.add(byDefault('a'));
      await queue.add(retry('b'));
      await handler.finish('running');
      const counts = await queue.counts();
      assert.deepEqual([counts.waiting, counts.paused], [2, true]);
      assert.deepEqual(handler.started, ['running']);
      await queue.resume();
      await handler.finish('a');
      await handler.finish('b');
      await settled(queue);
      assert.equal((await queue.counts()).paused, false);
    });

    queueTest('close of a subscription waits for its runs and takes nothing more', async (queue) => {
      const handler = gatedHandler();
      const subscription = await queue.process(1, handler.handle);
      await queue.add(byDefault('a'));
      await until('the run', () => handler.isRunning('a'));
      await queue.add(byDefault('b'));
      let closed = false;
      const closing = subscription.close().then(() => {
        closed = true;
      });
      assert.equal(closed, false);
      await handler.finish('a');
      await closing;
      assert.deepEqual(handler.started, ['a']);
      assert.equal((await queue.counts()).waiting, 1);
      await queue.process(1, handler.handle);
      await handler.finish('b');
    });

    queueTest('counts tell what waits and what is active', async (queue) => {
      assert.deepEqual(await queue.counts(), { waiting: 0, active: 0, failed: 0, paused: false });
      const handler = gatedHandler();
      await queue.process(1, handler.handle);
      await queue.add(byDefault('a'));
      await until('the run', () => handler.isRunning('a'));
      await queue.add(byDefault('a'));
      await queue.add(byDefault('b'));
      await queue.add(retry('b'));
      assert.deepEqual(await queue.counts(), { waiting: 3, active: 1, failed: 0, paused: false });
      await handler.finish('a');
      for (const eventId of ['a', 'b', 'b']) await handler.finish(eventId);
    });

    test('a closed queue waits for its runs and refuses with unavailable', async () => {
      const queue = await open();
      const handler = gatedHandler();
      await queue.process(1, handler.handle);
      await queue.add(byDefault('a'));
      await until('the run', () => handler.isRunning('a'));
      const closing = queue[Symbol.asyncDispose]();
      await handler.finish('a');
      await closing;
      await queue[Symbol.asyncDispose]();
      await assert.rejects(queue.add(byDefault('b')), { kind: 'unavailable' });
    });
  });
}
