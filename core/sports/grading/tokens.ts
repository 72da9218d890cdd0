/** What is wrong with a formula, and where. */
export class FormulaError extends Error {
  /** 1-based place in the formula. */
  readonly column: number;

  constructor(message: string, formula: string, column: number) {
    super(`${message} at column ${column} of "${formula}"`);
    this.name = 'FormulaError';
    this.column = column;
  }
}

export const COMPARISONS = ['<', '<=', '>', '>=', '==', '!='] as const;
export type ComparisonSign = (typeof COMPARISONS)[number];

/** A piece of a formula; `column` is 1-based. */
export type Token = { readonly column: number; readonly text: string } & (
  | { readonly kind: 'number' }
  /** `{result.home}`; `field` is what stands between the braces. */
  | { readonly kind: 'field'; readonly field: string }
  /** Signs, parentheses, `and`, `or`, `not`, `True`, `False`. */
  | { readonly kind: 'symbol' }
  | { readonly kind: 'end' }
);

const PIECE =
  /\s*(?:(?<number>(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)|\{(?<field>[a-z_]+(?:\.[a-z_]+)?)\}|(?<symbol><=|>=|==|!=|[-+*/()<>]|(?:and|or|not|True|False)\b))/y;

/** Longest formula that is looked at; those in use have a tenth of it. Bounds the nesting too. */
const MAX_LENGTH = 1000;

/**
 * Splits a formula into its pieces; the last one is the end.
 * @throws FormulaError at the first thing that formulas do not have
 */
export function tokenize(formula: string): readonly Token[] {
  if (formula.length > MAX_LENGTH) {
    const start = `${formula.slice(0, 40)}...`;
    throw new FormulaError(`expected at most ${MAX_LENGTH} characters, got ${formula.length}`, start, 1);
  }
  const tokens: Token[] = [];
  const end = formula.trimEnd().length;
  let at = 0;
  while (at < end) {
    PIECE.lastIndex = at;
    const found = PIECE.exec(formula);
    if (!found?.groups) throw unexpected(formula, at);
    at = PIECE.lastIndex;
    tokens.push(tokenOf(found.groups, found[0].trimStart(), at));
  }
  return [...tokens, { kind: 'end', text: 'the end', column: end + 1 }];
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>, text: string, end: number): Token {
  const column = end - text.length + 1;
  const { number, field } = groups;
  if (number !== undefined) return { kind: 'number', text, column };
  if (field !== undefined) return { kind: 'field', field, text, column };
  return { kind: 'symbol', text, column };
}

function unexpected(formula: string, from: number): FormulaError {
  const at = from + (formula.slice(from).length - formula.slice(from).trimStart().length);
  const [word = ''] = /^(?:\w+|\{[^{}]*\}?|.)/su.exec(formula.slice(at)) ?? [];
  return new FormulaError(
    `expected a number, a field in braces, a sign or one of and, or, not, True, False, got "${word}"`,
    formula,
    at + 1,
  );
}
