import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { checkReached, makeCursor, readCursor } from '../../../../server/services/watch/cursor.ts';

describe('a cursor', () => {
  it('comes back as it was made', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.string(), (number, text) => {
        const cursor = makeCursor('events', number, text);
        assert.match(cursor, /^[\w-]+$/);
        assert.deepEqual(readCursor('events', ['number', 'string'], cursor), [number, text]);
      }),
    );
  });

  it('is refused when it is of another stream, or is anything else', () => {
    const foreign = makeCursor('incidents', 1, '');
    const text = fc.oneof(fc.string(), fc.base64String(), fc.constant(foreign), fc.json());
    fc.assert(
      fc.property(text, (cursor) => {
        assert.throws(() => readCursor('events', ['number', 'string'], cursor), { kind: 'invalid' });
      }),
    );
  });

  it('is refused ahead of the store', () => {
    checkReached(5, 5, 'incident');
    assert.throws(() => checkReached(6, 5, 'incident'), {
      kind: 'invalid',
      message: /position 5, got one at 6/,
    });
  });
});
