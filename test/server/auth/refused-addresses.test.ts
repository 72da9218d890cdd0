import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RefusedAddresses } from '../../../server/auth/refused-addresses.ts';
import { manualClock } from '../../support/manual-clock.ts';

it('refused addresses are counted, the most frequent first, and bounded by forgetting the oldest', () => {
  const refused = new RefusedAddresses(manualClock(), 2);
  for (const address of ['a', 'b', 'a', 'c', 'c', 'c']) refused.add(address);
  assert.deepEqual(
    refused.list().map(({ address, count }) => [address, count]),
    [
      ['c', 3],
      ['a', 2],
    ],
  );
  assert.equal(refused.total, 6);
});
