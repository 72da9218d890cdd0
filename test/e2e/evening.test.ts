import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { after, before, describe, it } from 'node:test';
import { decide } from '../../core/decide/decide.ts';
import type { Decision } from '../../core/decide/types.ts';
import type { Judgement } from '../../worker/parts.ts';
import { findings } from './evening/findings.ts';
import { planEvening } from './evening/plan.ts';
import { playEvening } from './evening/play.ts';
import { type EveningPool, playAll } from './evening/pool.ts';
import { commandOf } from './evening/report.ts';
import { type Cast, type EveningOptions, rolesOf } from './evening/types.ts';

/** Further ones: BOS_EVENING_FIRST=1001 BOS_EVENING_SEEDS=500 node --test test/e2e/evening.test.ts */
const FIRST = numberFrom('BOS_EVENING_FIRST', 1);
const SEEDS = numberFrom('BOS_EVENING_SEEDS', 200);
const CASTS: readonly Cast[] = ['ours', 'mixed'];
/** Few matches play quickly, and the few fates of an evening are drawn anew for each seed. */
const SIZES = [2, 3, 4, 2];
const LEAGUE_EVENING = 40;

function numberFrom(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined) return otherwise;
  assert.match(text, /^[1-9]\d*$/, `${name}: expected a whole number above 0`);
  return Number(text);
}

const castOf = (index: number): Cast => CASTS[index % CASTS.length] ?? 'ours';
const large = CASTS.map((cast): EveningOptions => ({ seed: FIRST, matches: LEAGUE_EVENING, cast }));
const small = Array.from({ length: SEEDS }, (_, index): EveningOptions => {
  const matches = SIZES[Math.floor(index / CASTS.length) % SIZES.length] ?? 3;
  return { seed: FIRST + index, matches, cast: castOf(index) };
});

describe('an evening of a league, with eleven witnesses', () => {
  let pool: EveningPool;
  before(() => {
    pool = playAll([...large, ...small], Math.max(2, availableParallelism()));
  });
  after(() => pool[Symbol.asyncDispose]());

  for (const evening of [...small, ...large]) {
    const { seed, matches, cast } = evening;
    it(`ends as it has to: ${matches} matches, cast ${cast}, seed ${seed}`, async () => {
      const found = await pool.findings(evening);
      assert.equal(found.length, 0, `${commandOf(evening)}\n${found.join('\n')}`);
    });
  }
});

it('an evening of one seed is the same to the last block, however often it is played', async () => {
  const evening = planEvening({ seed: 5, matches: 2, cast: 'mixed' });
  const [once, again] = [await playEvening(evening), await playEvening(evening)];
  assert.deepEqual(
    again.blocks.map(({ view }) => view.head.id),
    once.blocks.map(({ view }) => view.head.id),
  );
  assert.deepEqual(again.proposals, once.proposals);
});

describe('an evening whose witnesses break a rule', () => {
  const broken = async (
    options: EveningOptions,
    change: (decision: Decision, input: Parameters<Judgement['decide']>[0]) => Decision,
  ): Promise<string> => {
    const evening = planEvening(options);
    const override = { decide: (input: Parameters<Judgement['decide']>[0]) => change(decide(input), input) };
    const ours = [...rolesOf(options.cast).entries()].filter(([, role]) => role === 'ours');
    const overrides = new Map(ours.map(([witness]) => [witness, override]));
    return findings(evening, await playEvening(evening, { overrides })).join('\n');
  };

  it('is found out when they approve whatever is open', async () => {
    const found = await broken({ seed: 3, matches: 3, cast: 'ours' }, (decision, { view }) => ({
      ...decision,
      approvals: view
        .proposals()
        .map(({ id }) => ({ proposal: id, action: 'add' as const, reason: 'sabotage' })),
    }));
    assert.match(found, /approved/);
  });

  it('is found out when they never approve', async () => {
    const found = await broken({ seed: 3, matches: 3, cast: 'ours' }, (decision) => ({
      ...decision,
      approvals: [],
    }));
    assert.match(found, /was never created/);
  });

  it('is found out when they believe the first who tells a result', async () => {
    const found = await broken({ seed: 3, matches: 3, cast: 'ours' }, (decision, input) =>
      input.call === 'result'
        ? decide({ ...input, settings: { ...input.settings, threshold: () => 1 } })
        : decision,
    );
    assert.notEqual(found, '');
  });
});
