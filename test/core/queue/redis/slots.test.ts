import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Slots } from '../../../../core/queue/redis/slots.ts';

test('a single slot is for new work first', () => {
  const slots = new Slots(1);
  assert.deepEqual([slots.mayAsk('default'), slots.mayAsk('retry')], ['yes', 'behind']);
  slots.ask('default');
  assert.deepEqual([slots.mayAsk('default'), slots.mayAsk('retry')], ['no', 'behind']);
  slots.answered('default');
  slots.occupy('default');
  assert.deepEqual([slots.mayBegin('default'), slots.mayBegin('retry')], ['no', 'no']);
  slots.release('default');
  assert.equal(slots.mayBegin('default'), 'yes');
});

test('of several slots the last one is for a retry while none is running', () => {
  const slots = new Slots(3);
  slots.occupy('default');
  assert.deepEqual([slots.mayBegin('default'), slots.mayBegin('retry')], ['yes', 'yes']);
  slots.occupy('default');
  assert.deepEqual([slots.mayBegin('default'), slots.mayBegin('retry')], ['behind', 'yes']);
});

test('retries leave one slot to new work, and stand behind it for another', () => {
  const slots = new Slots(3);
  slots.occupy('retry');
  assert.deepEqual([slots.mayBegin('default'), slots.mayBegin('retry')], ['yes', 'behind']);
  slots.occupy('retry');
  assert.deepEqual([slots.mayBegin('default'), slots.mayBegin('retry')], ['yes', 'no']);
});

test('a lane asks for no more than it could begin', () => {
  const slots = new Slots(4);
  const asked = { default: 0, retry: 0 };
  for (const lane of ['default', 'retry'] as const) {
    while (slots.mayAsk(lane) !== 'no') {
      slots.ask(lane);
      asked[lane] += 1;
    }
  }
  assert.deepEqual(asked, { default: 4, retry: 3 });
});
