import { type Fraction, parseDecimal } from './fraction.ts';
import { COMPARISONS, type ComparisonSign, FormulaError, type Token, tokenize } from './tokens.ts';

/**
 * The language of gradings (oracle reference 10): decimal numbers, `+ - * /`, parentheses, comparisons, `and or not`,
 * `True`, `False` and named fields, with the meaning and precedence that Python gives them; comparisons may be chained
 * (`0 < {metric} < 3`). Numbers and truths are not mixed, so that no formula depends on what Python takes for true.
 * `column` is the 1-based place of a part in its formula.
 */
export type Arithmetic = { readonly type: 'number'; readonly column: number } & (
  | { readonly kind: 'literal'; readonly value: Fraction }
  | { readonly kind: 'field'; readonly field: string }
  | { readonly kind: 'negative'; readonly operand: Arithmetic }
  | {
      readonly kind: 'operation';
      readonly sign: '+' | '-' | '*' | '/';
      readonly left: Arithmetic;
      readonly right: Arithmetic;
    }
);
export type Condition = { readonly type: 'truth'; readonly column: number } & (
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'comparison'; readonly first: Arithmetic; readonly rest: readonly Comparison[] }
);

/** One comparison of a chain with what stands before it. */
export interface Comparison {
  readonly sign: ComparisonSign;
  readonly right: Arithmetic;
}

/**
 * Reads a formula that names a number.
 * @param fields names that may stand in braces
 * @throws FormulaError with the place of what is wrong
 */
export function parseArithmetic(formula: string, fields: ReadonlySet<string>): Arithmetic {
  const parser = makeParser(formula, fields);
  return parser.number(parser.whole());
}

/**
 * Reads a formula that is true or false.
 * @param fields names that may stand in braces
 * @throws FormulaError with the place of what is wrong
 */
export function parseCondition(formula: string, fields: ReadonlySet<string>): Condition {
  const parser = makeParser(formula, fields);
  return parser.truth(parser.whole());
}

/** How strongly signs bind; a comparison takes sums, `not` takes comparisons. */
const POWER = { or: 1, and: 2, not: 3, comparison: 4, sum: 5, product: 6, sign: 7 } as const;

type Part = Arithmetic | Condition;

function makeParser(formula: string, fields: ReadonlySet<string>) {
  const tokens = tokenize(formula);
  let position = 0;
  const current = (): Token => {
    const token = tokens[position];
    if (!token) throw new Error('the end is never passed');
    return token;
  };
  const take = (): Token => {
    const token = current();
    position += 1;
    return token;
  };
  const isSymbol = (text: string): boolean => current().kind === 'symbol' && current().text === text;
  const fail = (expected: string, column: number, got: string): FormulaError =>
    new FormulaError(`expected ${expected}, got ${got}`, formula, column);
  const quoted = (token: Token): string => (token.kind === 'end' ? token.text : `"${token.text}"`);

  const number = (part: Part): Arithmetic => {
    if (part.type === 'number') return part;
    throw fail('a number', part.column, 'something true or false');
  };
  const truth = (part: Part): Condition => {
    if (part.type === 'truth') return part;
    throw fail('something true or false', part.column, 'a number');
  };

  /** The longest part from here whose signs bind at least as strongly as `least`. */
  const part = (least: number): Part => {
    let left = operand();
    for (;;) {
      const next = infix(left, least);
      if (!next) return left;
      left = next;
    }
  };

  const infix = (left: Part, least: number): Part | undefined => {
    const { kind, text } = current();
    const power = kind === 'symbol' ? powerOf(text) : undefined;
    if (power === undefined || power < least) return undefined;
    const { column } = left;
    if (power === POWER.comparison) {
      return { type: 'truth', kind: 'comparison', column, first: number(left), rest: chain() };
    }
    position += 1;
    switch (text) {
      case 'or':
      case 'and':
        return { type: 'truth', kind: text, column, left: truth(left), right: truth(part(power + 1)) };
      case '+':
      case '-':
      case '*':
      case '/': {
        const right = number(part(power + 1));
        return { type: 'number', kind: 'operation', sign: text, column, left: number(left), right };
      }
      default:
        throw new Error(`"${text}" has a power and no meaning`);
    }
  };

  const chain = (): readonly Comparison[] => {
    const rest: Comparison[] = [];
    for (;;) {
      const sign = COMPARISONS.find(isSymbol);
      if (!sign) return rest;
      position += 1;
      rest.push({ sign, right: number(part(POWER.comparison + 1)) });
    }
  };

  const operand = (): Part => {
    const token = take();
    const { column, text } = token;
    switch (token.kind) {
      case 'number':
        return { type: 'number', kind: 'literal', column, value: parseDecimal(text) };
      case 'field':
        if (fields.has(token.field)) return { type: 'number', kind: 'field', column, field: token.field };
        throw fail(`one of the fields ${[...fields].join(', ')}`, column, quoted(token));
      case 'symbol':
        return symbol(token);
      case 'end':
        throw fail('a number, a field, a truth or "("', column, text);
      default:
        return token satisfies never;
    }
  };

  const symbol = (token: Token): Part => {
    const { column, text } = token;
    switch (text) {
      case 'True':
      case 'False':
        return { type: 'truth', kind: 'constant', column, value: text === 'True' };
      case 'not':
        return { type: 'truth', kind: 'not', column, operand: truth(part(POWER.not)) };
      case '+':
        return { ...number(part(POWER.sign)), column };
      case '-':
        return { type: 'number', kind: 'negative', column, operand: number(part(POWER.sign)) };
      case '(': {
        const inside = part(POWER.or);
        if (!isSymbol(')')) throw fail('")" or a sign', current().column, quoted(current()));
        position += 1;
        return { ...inside, column };
      }
      default:
        throw fail('a number, a field, a truth or "("', column, quoted(token));
    }
  };

  return {
    number,
    truth,
    whole(): Part {
      const found = part(POWER.or);
      if (current().kind !== 'end') throw fail('a sign or the end', current().column, quoted(current()));
      return found;
    },
  };
}

function powerOf(symbol: string): number | undefined {
  switch (symbol) {
    case 'or':
      return POWER.or;
    case 'and':
      return POWER.and;
    case '+':
    case '-':
      return POWER.sum;
    case '*':
    case '/':
      return POWER.product;
    default:
      return COMPARISONS.some((sign) => sign === symbol) ? POWER.comparison : undefined;
  }
}
