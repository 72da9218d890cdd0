import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BosError } from '../../../../core/errors.ts';
import { type GradingInput, gradeMarketGroup } from '../../../../core/sports/grading/grade.ts';
import { parseGrading, readGrading } from '../../../../core/sports/grading/grading.ts';
import { dynamicValuesOf } from '../../../../core/sports/grading/values.ts';
import type { Grading } from '../../../../core/sports/types.ts';

const WINNER: Grading = {
  metric: '{result.hometeam} - {result.awayteam}',
  resolutions: [
    { win: '{metric} > 0', not_win: '{metric} < 0', void: '{metric} == 0' },
    { win: '{metric} < 0', not_win: '{metric} > 0', void: '{metric} == 0' },
  ],
};

function grading(metric: string, ...resolutions: Grading['resolutions']): Grading {
  return { metric, resolutions };
}

function graded(input: Partial<GradingInput> = {}) {
  return gradeMarketGroup({ grading: WINNER, score: { home: 2, away: 1 }, ...input });
}

function problemOf(input: Partial<GradingInput>) {
  const outcome = graded(input);
  assert.ok(!outcome.ok, 'expected a problem');
  return outcome.problem;
}

describe('a market group', () => {
  test('is graded market by market, in order; void is the cancel of the chain', () => {
    assert.deepEqual(graded(), { ok: true, resolutions: ['win', 'not_win'] });
    assert.deepEqual(graded({ score: { home: 0, away: 1 } }), { ok: true, resolutions: ['not_win', 'win'] });
    assert.deepEqual(graded({ score: { home: 1, away: 1 } }), {
      ok: true,
      resolutions: ['cancel', 'cancel'],
    });
  });

  test('sees all fields of the score', () => {
    const sum =
      '{result.home} * 1000 + {result.hometeam} * 100 + {result.away} * 10 + {result.awayteam} + {result.total} / 10';
    const input = { grading: grading(sum, { win: '{metric} == 2211.3 and {result.total} == 3' }) };
    assert.deepEqual(graded(input), { ok: true, resolutions: ['win'] });
  });

  test('sees handicaps, where the advantage of the other side counts as a score', () => {
    const fields = [
      'home',
      'away',
      'home_score',
      'away_score',
      'home_score_float',
      'away_score_float',
      'home_score_int',
      'away_score_int',
    ];
    const values = (
      handicaps: readonly [number, number],
      allowsHalves: boolean,
      expected: readonly number[],
    ) => {
      const win = fields.map((field, at) => `{handicaps.${field}} == ${expected[at]}`).join(' and ');
      assert.deepEqual(
        graded({ grading: grading('0', { win }), parameters: { handicaps }, allowsHalves }),
        { ok: true, resolutions: ['win'] },
        win,
      );
    };
    values([-2.5, 2.5], true, [-2.5, 2.5, 2.5, 0, 2.5, 0, 2, 0]);
    values([-2.5, 2.5], false, [-2.5, 2.5, 2, 0, 2.5, 0, 2, 0]);
    values([1, -1], true, [1, -1, 0, 1, 0, 1, 0, 1]);
  });

  test('sees the over/under, exactly', () => {
    const total = grading('{result.total}', {
      win: '{metric} > {overunder.value}',
      not_win: '{metric} < {overunder.value}',
      void: '{metric} == {overunder.value}',
    });
    const outcome = (overunder: number) =>
      graded({
        grading: {
          ...total,
          resolutions: [
            ...total.resolutions,
            { win: '{metric} <= {overunder.value}', not_win: '{metric} > {overunder.value}' },
          ],
        },
        parameters: { overunder },
      });
    assert.deepEqual(outcome(2.5), { ok: true, resolutions: ['win', 'not_win'] });
    assert.deepEqual(outcome(3.5), { ok: true, resolutions: ['not_win', 'win'] });
  });
});

describe('a market group that cannot be graded', () => {
  test('says of which market nothing is true', () => {
    const draw = grading(WINNER.metric, { win: '{metric} > 0', not_win: '{metric} < 0', void: 'False' });
    assert.deepEqual(problemOf({ grading: draw, score: { home: 1, away: 1 } }), {
      kind: 'none_true',
      market: 0,
      message: 'expected one of win, not_win and void to be true of market 1, got none',
    });
    assert.equal(problemOf({ grading: grading('1', {}) }).kind, 'none_true');
  });

  test('says of which market several things are true', () => {
    const both = grading('1', { win: '{metric} > 0' }, { win: '{metric} > 0', not_win: '{metric} >= 1' });
    assert.deepEqual(problemOf({ grading: both }), {
      kind: 'several_true',
      market: 1,
      keys: ['win', 'not_win'],
      message: 'expected one of win, not_win and void to be true of market 2, got win and not_win',
    });
  });

  test('says what the chain would refuse', () => {
    const constant = (...keys: readonly string[]) => grading('0', ...keys.map((key) => ({ [key]: 'True' })));
    for (const keys of [['win', 'win'], ['not_win', 'not_win'], ['win', 'void'], ['not_win', 'void'], []]) {
      const problem = problemOf({ grading: constant(...keys) });
      assert.equal(problem.kind, 'refused_by_chain', keys.join());
      assert.match(problem.message, /expected one winning market and otherwise not_win, or all canceled/);
    }
    assert.ok(graded({ grading: constant('void', 'void') }).ok);
    assert.ok(graded({ grading: constant('not_win', 'win', 'not_win') }).ok);
  });

  test('says which parameter it lacks, and never takes one for zero', () => {
    const metric = '{result.home} - {handicaps.away}';
    const problem = problemOf({
      grading: grading(metric, { win: '{metric} > 0', not_win: '{metric} <= 0' }),
    });
    assert.deepEqual(problem, {
      kind: 'missing_parameter',
      parameter: 'handicaps',
      message: 'the grading names {handicaps.away} and the market group has no such parameter',
    });
    const total = grading('1', { win: '{metric} > 0 or {overunder.value} > 1' });
    assert.equal(problemOf({ grading: total }).kind, 'missing_parameter');
  });

  test('says where a formula is wrong', () => {
    const wrong = grading('{result.home}', { win: '{metric} > 0' }, { win: '{metric} >', not_win: 'x' });
    const problem = problemOf({ grading: wrong });
    assert.ok(problem.kind === 'formula' && problem.column === 11);
    assert.match(problem.message, /^resolutions\.1\.win: expected a number, .* got the end at column 11 of/);
    const read = readGrading(wrong);
    assert.deepEqual(read.ok || read.problems.map(({ path, column }) => [path.join('.'), column]), [
      ['resolutions.1.win', 11],
      ['resolutions.1.not_win', 1],
    ]);
    assert.deepEqual(
      problemOf({ grading: grading('1 / {result.home}', { win: 'True' }), score: { home: 0, away: 0 } }),
      {
        kind: 'formula',
        column: 5,
        message: 'expected a divisor other than zero at column 5',
      },
    );
    assert.equal(problemOf({ grading: grading('{metric}', { win: 'True' }) }).kind, 'formula');
  });
});

describe('the grading of rules on chain', () => {
  test('is read from its text', () => {
    assert.deepEqual(parseGrading(JSON.stringify({ ...WINNER, author: 'kept' })), {
      ...WINNER,
      author: 'kept',
    });
  });

  test('is refused where it is something else', () => {
    for (const text of [
      '',
      '{',
      '[]',
      'null',
      '{"metric": 1, "resolutions": []}',
      '{"metric": "1"}',
      '{"metric": "1", "resolutions": [{"win": true}]}',
    ]) {
      assert.throws(
        () => parseGrading(text),
        (error: unknown) => error instanceof BosError && error.kind === 'invalid',
        text,
      );
    }
    assert.throws(
      () => parseGrading('{"metric": "1", "resolutions": [{"win": true}]}'),
      /^BosError: resolutions\.0\.win: expected text/,
    );
  });
});

describe('the parameters of a market group on chain', () => {
  const values = (...description: [string, string][]) =>
    dynamicValuesOf([...description, ['en', 'Total -1']]);

  test('are read back from its description', () => {
    assert.deepEqual(values(), {});
    assert.deepEqual(values(['_dynamic', 'hc'], ['_hch', '-2.5'], ['_hca', '2.5']), {
      handicaps: [-2.5, 2.5],
    });
    assert.deepEqual(values(['_dynamic', 'hc'], ['_hch', '2'], ['_hca', '-2']), { handicaps: [2, -2] });
    assert.deepEqual(values(['_dynamic', 'ou'], ['_ou', '235.5']), { overunder: 235.5 });
  });

  test('are none where they cannot be read', () => {
    assert.equal(values(['_dynamic', 'hc'], ['_hch', '-2.5']), undefined);
    assert.equal(values(['_dynamic', 'hc'], ['_hch', 'a'], ['_hca', '1']), undefined);
    assert.equal(values(['_dynamic', 'ou'], ['_ou', '1e3']), undefined);
    assert.equal(values(['_dynamic', 'ou'], ['_ou', '']), undefined);
    assert.equal(values(['_dynamic', 'other']), undefined);
  });
});
