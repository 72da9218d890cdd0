import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BosError } from '../../../core/errors.ts';
import { enqueueDue } from '../../../core/queue/due.ts';
import type { WorkReference } from '../../../core/queue/queue.ts';
import type { DueCall, Store } from '../../../core/store/store.ts';

const NOW = new Date('2026-01-15T12:00:00Z');

async function enqueued(due: readonly DueCall[]): Promise<{ added: number; references: WorkReference[] }> {
  const references: WorkReference[] = [];
  const work: Pick<Store['work'], 'due'> = {
    due: async (now, limit) => {
      assert.deepEqual([now, limit], [NOW, 10]);
      return due;
    },
  };
  const queue = { add: async (reference: WorkReference) => void references.push(reference) };
  // Only `due` of the store is used.
  const added = await enqueueDue({ work: work as Store['work'] }, queue, NOW, 10);
  return { added, references };
}

test('each event is added once, in the order in which the store names them', async () => {
  const { added, references } = await enqueued([
    { eventId: 'b', call: 'create', causes: ['midway'] },
    { eventId: 'a', call: 'create', causes: ['incident'] },
    { eventId: 'a', call: 'result', causes: ['incident', 'request'] },
    { eventId: 'c', call: 'sync', causes: ['request'] },
  ]);
  assert.equal(added, 3);
  assert.deepEqual(references, [
    { eventId: 'b', lane: 'retry' },
    { eventId: 'a', lane: 'default' },
    { eventId: 'c', lane: 'default' },
  ]);
});

test('an event goes into the retry lane only when all of its calls are due by timers alone', async () => {
  const { references } = await enqueued([
    { eventId: 'timers', call: 'create', causes: ['timer'] },
    { eventId: 'timers', call: 'result', causes: ['timer', 'midway'] },
    { eventId: 'mixed call', call: 'create', causes: ['request', 'timer'] },
    { eventId: 'mixed event', call: 'create', causes: ['midway'] },
    { eventId: 'mixed event', call: 'result', causes: ['incident'] },
    { eventId: 'mixed event', call: 'finish', causes: ['timer'] },
  ]);
  assert.deepEqual(
    references.map(({ eventId, lane }) => `${eventId}: ${lane}`),
    ['timers: retry', 'mixed call: default', 'mixed event: default'],
  );
});

test('nothing due adds nothing', async () => {
  assert.deepEqual(await enqueued([]), { added: 0, references: [] });
});

test('a queue that cannot be reached is reported to the caller', async () => {
  const work = { due: async () => [{ eventId: 'a', call: 'create', causes: ['timer'] }] };
  const queue = {
    add: async () => {
      throw new BosError('unavailable', 'away');
    },
  };
  await assert.rejects(enqueueDue({ work: work as unknown as Store['work'] }, queue, NOW, 10), {
    kind: 'unavailable',
  });
});
