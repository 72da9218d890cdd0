import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { makeWakeIndex, type Wake, type WakeCause, wakes } from '../../worker/wake-index.ts';

const wake = (eventId: string, fields: Partial<Wake> = {}): Wake => ({
  eventId,
  call: 'create',
  sequence: 1,
  objects: [],
  proposals: false,
  ...fields,
});
const cause = (fields: Partial<Omit<WakeCause, 'touched'>> & { touched?: string[] } = {}): WakeCause => ({
  block: 10,
  irreversible: 5,
  time: new Date(10_000),
  ...fields,
  touched: new Set(fields.touched ?? []),
});

describe('what a block wakes', () => {
  it('wakes by a touched object, as often as it is touched', () => {
    const index = makeWakeIndex();
    index.set(wake('a', { objects: ['1.22.1'] }));
    index.set(wake('b', { objects: ['1.22.2'] }));
    assert.deepEqual([...index.wokenBy(cause({ touched: ['1.22.1'] }))], ['a']);
    assert.deepEqual([...index.wokenBy(cause({ touched: ['1.22.1'] }))], ['a']);
    assert.deepEqual([...index.wokenBy(cause())], []);
  });

  it('wakes those that watch proposals by any proposal', () => {
    const index = makeWakeIndex();
    index.set(wake('a', { proposals: true }));
    index.set(wake('b'));
    assert.deepEqual([...index.wokenBy(cause({ touched: ['1.10.9'] }))], ['a']);
    assert.deepEqual([...index.wokenBy(cause({ touched: ['1.22.9'] }))], []);
  });

  it('wakes once by block number, by irreversible number and by time, also when they were jumped over', () => {
    const index = makeWakeIndex();
    index.set(wake('a', { atBlock: 8 }));
    index.set(wake('b', { whenIrreversible: 5 }));
    index.set(wake('c', { retryAt: new Date(10_000) }));
    index.set(wake('d', { atBlock: 11, whenIrreversible: 6, retryAt: new Date(10_001) }));
    assert.deepEqual([...index.wokenBy(cause())].sort(), ['a', 'b', 'c']);
    assert.deepEqual([...index.wokenBy(cause())], []);
  });

  it('answers an event once however many of its calls are woken', () => {
    const index = makeWakeIndex();
    index.set(wake('a', { atBlock: 1 }));
    index.set(wake('a', { call: 'result', atBlock: 1 }));
    assert.deepEqual([...index.wokenBy(cause())], ['a']);
  });

  it('forgets what was replaced or deleted', () => {
    const index = makeWakeIndex();
    index.set(wake('a', { objects: ['1.22.1'], atBlock: 8 }));
    index.set(wake('a', { atBlock: 20 }));
    index.set(wake('b', { objects: ['1.22.1'], atBlock: 8 }));
    index.delete('b', 'create');
    assert.deepEqual([...index.wokenBy(cause({ touched: ['1.22.1'] }))], []);
    assert.equal(index.size, 1);
    assert.deepEqual([...index.wokenBy(cause({ block: 20 }))], ['a']);
  });

  it('agrees with asking each call, whatever was set and deleted before', () => {
    const ids = fc.constantFrom('1.22.1', '1.22.2', '1.10.1', '1.24.1');
    const numbers = fc.integer({ min: 0, max: 30 });
    const entries = fc.record({
      eventId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      gone: fc.boolean(),
      objects: fc.uniqueArray(ids),
      proposals: fc.boolean(),
      atBlock: numbers,
      whenIrreversible: numbers,
      retryAt: numbers,
    });
    fc.assert(
      fc.property(
        fc.array(entries, { maxLength: 300 }),
        fc.record({ block: numbers, irreversible: numbers, time: numbers, touched: fc.array(ids) }),
        (list, at) => {
          const index = makeWakeIndex();
          const model = new Map<string, Wake>();
          for (const { gone, retryAt, ...fields } of list) {
            const entry = wake(fields.eventId, { ...fields, retryAt: new Date(retryAt) });
            if (gone) index.delete(entry.eventId, entry.call);
            else index.set(entry);
            if (gone) model.delete(entry.eventId);
            else model.set(entry.eventId, entry);
          }
          const happened = cause({ ...at, time: new Date(at.time) });
          const expected = [...model.values()].filter((entry) => wakes(happened, entry));
          assert.deepEqual(
            [...index.wokenBy(happened)].sort(),
            expected.map((entry) => entry.eventId).sort(),
          );
        },
      ),
    );
  });
});
