import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { flatFee, proposalFee, readFeeSchedule } from '../../../core/chain/fees.ts';
import { OP, type Operation } from '../../../core/chain/types.ts';

interface Asset {
  readonly amount: number;
}
const recorded: {
  readonly schedule: unknown;
  readonly answers: readonly {
    readonly operations: readonly Operation[];
    readonly fees: readonly (Asset | readonly [Asset, readonly Asset[]])[];
  }[];
} = JSON.parse(readFileSync(new URL('../../fixtures/chain/required-fees.json', import.meta.url), 'utf8'));
const schedule = readFeeSchedule(recorded.schedule);
const SIZED: readonly number[] = [OP.proposal_create, OP.proposal_update];

test('our fees are those that a node answered, for operations by themselves and inside proposals', () => {
  let compared = 0;
  for (const { operations, fees } of recorded.answers) {
    for (const [i, operation] of operations.entries()) {
      const answer = fees[i]!;
      const [own, nested] = 'amount' in answer ? [answer, []] : answer;
      assert.equal(
        SIZED.includes(operation[0]) ? proposalFee(schedule, operation) : flatFee(schedule, operation[0]),
        own.amount,
      );
      for (const [j, wrapped] of ((operation[1].proposed_ops ?? []) as { op: Operation }[]).entries()) {
        assert.equal(flatFee(schedule, wrapped.op[0]), nested[j]?.amount);
      }
      compared += 1;
    }
  }
  assert.ok(compared >= 5);
});

test('the fee of a proposal grows with its bytes', () => {
  const proposal = (count: number): Operation => [
    OP.proposal_create,
    {
      fee_paying_account: '1.2.7',
      expiration_time: '2026-01-01T00:00:00',
      proposed_ops: Array.from({ length: count }, () => ({ op: [52, { name: [['en', 'x'.repeat(80)]] }] })),
    },
  ];
  // 9 fee, 1 payer, 4 time, 1 count, 1 no review period, 1 extensions; each operation 96.
  assert.equal(proposalFee(schedule, proposal(60)), 2_000_000 + Math.floor(((17 + 60 * 96) * 10) / 1024));
});

test('an operation that the schedule does not name costs the default, and the scale counts', () => {
  const half = readFeeSchedule({ parameters: [[56, { fee: 70_001 }]], scale: 5000 });
  assert.equal(flatFee(half, OP.event_create), 35_000);
  assert.equal(flatFee(half, OP.sport_create), 50_000);
  assert.equal(flatFee(readFeeSchedule({ parameters: [] }), OP.proposal_delete), 100_000);
  assert.throws(() => flatFee(half, OP.proposal_create), /depends on its size/);
  for (const odd of [null, {}, { parameters: [7] }])
    assert.throws(() => readFeeSchedule(odd), /fee schedule/);
});
