import type { Arithmetic, Comparison, Condition } from './formula.ts';
import { add, compare, divide, type Fraction, multiply, negate } from './fraction.ts';

/** Values of fields; a field without one is a mistake of the caller. */
export type FieldValues = ReadonlyMap<string, Fraction>;

/** A division by zero, at the 1-based `column` of the divisor in its formula. */
export class DivisionByZero extends Error {
  readonly column: number;

  constructor(column: number) {
    super(`expected a divisor other than zero at column ${column}`);
    this.name = 'DivisionByZero';
    this.column = column;
  }
}

/**
 * The number that a formula names, exactly.
 * @throws DivisionByZero
 */
export function computeNumber(formula: Arithmetic, values: FieldValues): Fraction {
  switch (formula.kind) {
    case 'literal':
      return formula.value;
    case 'field': {
      const value = values.get(formula.field);
      if (!value) throw new Error(`the field ${formula.field} has no value`);
      return value;
    }
    case 'negative':
      return negate(computeNumber(formula.operand, values));
    case 'operation': {
      const left = computeNumber(formula.left, values);
      const right = computeNumber(formula.right, values);
      switch (formula.sign) {
        case '+':
          return add(left, right);
        case '-':
          return add(left, negate(right));
        case '*':
          return multiply(left, right);
        case '/':
          if (right.numerator === 0n) throw new DivisionByZero(formula.right.column);
          return divide(left, right);
        default:
          return formula.sign satisfies never;
      }
    }
    default:
      return formula satisfies never;
  }
}

/**
 * Whether a formula is true. `and`, `or` and chained comparisons look no further than they need to.
 * @throws DivisionByZero
 */
export function computeTruth(formula: Condition, values: FieldValues): boolean {
  switch (formula.kind) {
    case 'constant':
      return formula.value;
    case 'not':
      return !computeTruth(formula.operand, values);
    case 'and':
      return computeTruth(formula.left, values) && computeTruth(formula.right, values);
    case 'or':
      return computeTruth(formula.left, values) || computeTruth(formula.right, values);
    case 'comparison': {
      let left = computeNumber(formula.first, values);
      for (const { sign, right } of formula.rest) {
        const next = computeNumber(right, values);
        if (!holds(sign, compare(left, next))) return false;
        left = next;
      }
      return true;
    }
    default:
      return formula satisfies never;
  }
}

function holds(sign: Comparison['sign'], order: number): boolean {
  switch (sign) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    default:
      return sign satisfies never;
  }
}
