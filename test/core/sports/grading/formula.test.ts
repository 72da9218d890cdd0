import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { computeNumber, computeTruth, DivisionByZero } from '../../../../core/sports/grading/evaluate.ts';
import { parseArithmetic, parseCondition } from '../../../../core/sports/grading/formula.ts';
import {
  compare,
  type Fraction,
  fractionOf,
  parseDecimal,
} from '../../../../core/sports/grading/fraction.ts';
import { FormulaError } from '../../../../core/sports/grading/tokens.ts';

const FIELDS = new Set(['metric', 'result.home', 'overunder.value']);
const VALUES = new Map([
  ['metric', fractionOf(-3)],
  ['result.home', fractionOf(7)],
  ['overunder.value', fractionOf(2.5)],
]);
const number = (formula: string): Fraction => computeNumber(parseArithmetic(formula, FIELDS), VALUES);
const truth = (formula: string): boolean => computeTruth(parseCondition(formula, FIELDS), VALUES);
const equals = (formula: string, expected: string): void =>
  assert.equal(compare(number(formula), parseDecimal(expected)), 0, `${formula} is not ${expected}`);

describe('arithmetic', () => {
  test('is exact, where binary fractions are not', () => {
    equals('0.1 + 0.2', '0.3');
    equals('1 / 3 * 3', '1');
    equals('{result.home} - {overunder.value}', '4.5');
    equals('999999999999999999999 + 0.5', '999999999999999999999.5');
  });

  test('has the precedence of Python', () => {
    equals('1 + 2 * 3 - 4 / 2', '5');
    equals('10 - 4 - 3', '3');
    equals('24 / 4 / 2', '3');
    equals('(1 + 2) * 3', '9');
    equals('-{metric} * 2', '6');
    equals('2 - -3', '5');
    equals('2 * -(1 + +1)', '-4');
    equals('  ( {metric}\t) ', '-3');
    equals('.5 + 5.', '5.5');
  });

  test('does not divide by zero', () => {
    assert.throws(
      () => number('1 / ({metric} + 3)'),
      (error: unknown) => error instanceof DivisionByZero && error.column === 5,
    );
  });
});

describe('conditions', () => {
  test('compare numbers', () => {
    const signs = ['<', '<=', '>', '>=', '==', '!='];
    const against = (right: string) => signs.map((sign) => truth(`{metric} ${sign} ${right}`));
    assert.deepEqual(against('-2'), [true, true, false, false, false, true]);
    assert.deepEqual(against('-3.0'), [false, true, false, true, true, false]);
    assert.deepEqual(against('-3.5'), [false, false, true, true, false, true]);
  });

  test('may be chained, as in Python', () => {
    assert.equal(truth('-4 < {metric} < 0'), true);
    assert.equal(truth('-4 < {metric} > 0'), false);
    assert.equal(truth('3 > 2 > 1 == 1'), true);
  });

  test('are joined: not before and before or', () => {
    assert.equal(truth('True or False and False'), true);
    assert.equal(truth('(True or False) and False'), false);
    assert.equal(truth('not False and False'), false);
    assert.equal(truth('not 1 > 2'), true);
    assert.equal(truth('not not True'), true);
    assert.equal(truth('1 > 2 or {metric} == -3 and not False'), true);
  });

  test('look no further than they need to', () => {
    assert.equal(truth('{metric} == -3 or 1 / 0 > 1'), true);
    assert.equal(truth('{metric} != -3 and 1 / 0 > 1'), false);
    assert.equal(truth('2 < 1 < 1 / 0'), false);
  });
});

describe('formulas that are wrong', () => {
  const failure = (parse: () => unknown): FormulaError => {
    try {
      parse();
    } catch (error) {
      assert.ok(error instanceof FormulaError, String(error));
      return error;
    }
    assert.fail('expected an error');
  };
  const condition = (formula: string) => failure(() => parseCondition(formula, FIELDS));
  const arithmetic = (formula: string) => failure(() => parseArithmetic(formula, FIELDS));

  test('are told with the place of what is wrong', () => {
    const cases: readonly [formula: string, column: number][] = [
      ['{metric} >> 0', 11],
      ['{metric} > ', 11],
      ['{metric} > 0)', 13],
      ['({metric} > 0', 14],
      ['{metrik} > 0', 1],
      ['{metric', 1],
      ['{metric!r} > 0', 1],
      ['{metric} > 1e3', 13],
      ['{metric} > 05', 13],
      ['{metric} = 0', 10],
      ['2 {metric} > 1', 3],
      ['{metric} ** 2 > 1', 11],
      ['  {metric} > abs', 14],
      ['', 1],
    ];
    for (const [formula, column] of cases) {
      const error = condition(formula);
      assert.equal(error.column, column, `${formula}: ${error.message}`);
      assert.match(error.message, new RegExp(`^expected .* at column ${column} of`));
    }
    assert.match(
      condition('{metrik} > 0').message,
      /^expected one of the fields metric, result\.home, overunder\.value, got "\{metrik\}" at column 1 of/,
    );
  });

  test('do not mix numbers and truths', () => {
    assert.equal(condition('{metric}').column, 1);
    assert.equal(condition('not 1').column, 5);
    assert.equal(condition('True == 1').column, 1);
    assert.equal(condition('1 < not True').column, 5);
    assert.equal(condition('1 and True').column, 1);
    assert.equal(arithmetic('1 > 2').column, 1);
    assert.equal(arithmetic('1 + (2 > 1)').column, 5);
  });

  test('that would be code elsewhere are just wrong', () => {
    for (const code of [
      '__import__("os")',
      'metric.constructor',
      'x = 1',
      'lambda: 1',
      '[1]',
      '1; 2',
      '`1`',
      '1 if 1 else 0',
    ]) {
      condition(code);
      arithmetic(code);
    }
  });

  test('of any length and depth end quickly', () => {
    assert.match(arithmetic('1+'.repeat(600)).message, /expected at most 1000 characters/);
    equals(`${'('.repeat(490)}1${')'.repeat(490)}`, '1');
    assert.equal(truth(`${'not '.repeat(200)}True`), true);
    arithmetic('('.repeat(999));
    equals(`1${'-1'.repeat(400)}`, '-399');
  });
});

describe('any formula', () => {
  /** A formula in our language with its value by a way of its own: in halves, with JavaScript's own operators. */
  interface Sample {
    readonly text: string;
    readonly value: number;
  }
  const literal = fc
    .integer({ min: 0, max: 40 })
    .map((halves): Sample => ({ text: String(halves / 2), value: halves / 2 }));
  const combined = (depth: number): fc.Arbitrary<Sample> => {
    if (depth === 0) return literal;
    const inner = combined(depth - 1);
    return fc.oneof(
      literal,
      fc.tuple(inner, fc.constantFrom('+', '-', '*'), inner).map(([left, sign, right]): Sample => {
        const value =
          sign === '+'
            ? left.value + right.value
            : sign === '-'
              ? left.value - right.value
              : left.value * right.value;
        return { text: `(${left.text} ${sign} ${right.text})`, value };
      }),
      inner.map(({ text, value }): Sample => ({ text: `-${text}`, value: -value })),
    );
  };
  const sample = combined(3);

  test('has the value that JavaScript gives it where that is exact', () => {
    fc.assert(
      fc.property(sample, ({ text, value }) => {
        assert.equal(compare(number(text), fractionOf(value)), 0);
      }),
    );
  });

  test('compares as JavaScript does', () => {
    fc.assert(
      fc.property(sample, sample, (left, right) => {
        assert.equal(truth(`${left.text} < ${right.text}`), left.value < right.value);
        assert.equal(truth(`${left.text} >= ${right.text}`), left.value >= right.value);
        assert.equal(truth(`${left.text} == ${right.text}`), left.value === right.value);
      }),
    );
  });

  test('is read or refused, whatever the text', () => {
    const piece = fc.constantFrom(
      '{metric}',
      '1',
      '2.5',
      '+',
      '-',
      '*',
      '/',
      '(',
      ')',
      '<',
      '==',
      'and',
      'or',
      'not',
      'True',
      ' ',
      '{',
      '}',
      'x',
      '🏒',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        try {
          truth(pieces.join(' '));
        } catch (error) {
          assert.ok(error instanceof FormulaError || error instanceof DivisionByZero, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('decimal numbers', () => {
  test('are exact and have no exponent', () => {
    assert.deepEqual(parseDecimal('-2.50'), { numerator: -5n, denominator: 2n });
    assert.deepEqual(fractionOf(0.1), { numerator: 1n, denominator: 10n });
    assert.deepEqual(fractionOf(12), { numerator: 12n, denominator: 1n });
    for (const text of ['', '.', '1e3', '--1', ' 1', 'NaN'])
      assert.throws(() => parseDecimal(text), RangeError);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e21, 1e-7]) {
      assert.throws(() => fractionOf(value), RangeError);
    }
  });
});
