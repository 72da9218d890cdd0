import { BosError } from '../../errors.ts';
import { gradingSchema } from '../schema.ts';
import type { Grading } from '../types.ts';
import { type Arithmetic, type Condition, parseArithmetic, parseCondition } from './formula.ts';
import { FormulaError } from './tokens.ts';
import { METRIC_FIELDS, RESOLUTION_FIELDS } from './values.ts';

/** What a formula of a resolution may make of its market; the chain says `cancel` for `void`. */
export const RESOLUTION_KEYS = ['win', 'not_win', 'void'] as const;
export type ResolutionKey = (typeof RESOLUTION_KEYS)[number];

/** A grading whose formulas have been read: reading costs more than evaluating. */
export interface ReadGrading {
  readonly metric: Arithmetic;
  /** One per market, in order; a key without a formula is never true. */
  readonly resolutions: readonly ReadonlyMap<ResolutionKey, Condition>[];
  /** Every field that some formula names, `metric` excepted. */
  readonly fields: ReadonlySet<string>;
}

/** A formula that cannot be read. */
export interface FormulaProblem {
  /** Where in the grading, e.g. `['resolutions', 0, 'win']`. */
  readonly path: readonly (string | number)[];
  /** 1-based place in the formula. */
  readonly column: number;
  readonly message: string;
}

/**
 * A grading as rules on chain carry it, in the text under the key `grading` of their description.
 * @throws BosError `invalid` when it is not JSON of that form; its formulas are not looked at
 */
export function parseGrading(text: string): Grading {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new BosError('invalid', `expected a grading in JSON, got ${excerpt(text)}`, {}, { cause: error });
  }
  const parsed = gradingSchema.safeParse(content);
  // Loose keys are kept; those that are read are texts.
  if (parsed.success) return parsed.data as unknown as Grading;
  const [issue] = parsed.error.issues;
  const place = issue?.path.map(String).join('.') || 'grading';
  throw new BosError('invalid', `${place}: expected ${issue?.message}, got ${excerpt(text)}`, { place });
}

function excerpt(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}

/** The formulas of a grading, or everything in them that cannot be read. */
type Reading =
  | { readonly ok: true; readonly grading: ReadGrading }
  | { readonly ok: false; readonly problems: readonly FormulaProblem[] };

/** Reads all formulas of a grading; what cannot be read is listed completely. A grading is read once. */
export function readGrading(grading: Grading): Reading {
  const reading = readings.get(grading) ?? readFormulas(grading);
  readings.set(grading, reading);
  return reading;
}

const readings = new WeakMap<Grading, Reading>();

function readFormulas(grading: Grading): Reading {
  const problems: FormulaProblem[] = [];
  const read = <T>(path: FormulaProblem['path'], parse: () => T): T | undefined => {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof FormulaError)) throw error;
      problems.push({ path, column: error.column, message: error.message });
      return undefined;
    }
  };
  const metric = read(['metric'], () => parseArithmetic(grading.metric, METRIC_FIELDS));
  const resolutions = grading.resolutions.map((resolution, market) => {
    const formulas = new Map<ResolutionKey, Condition>();
    for (const key of RESOLUTION_KEYS) {
      const formula = resolution[key];
      if (formula === undefined) continue;
      const path = ['resolutions', market, key];
      const condition = read(path, () => parseCondition(formula, RESOLUTION_FIELDS));
      if (condition) formulas.set(key, condition);
    }
    return formulas;
  });
  if (!metric || problems.length > 0) return { ok: false, problems };
  const fields = new Set(fieldsOf(metric));
  for (const condition of resolutions.flatMap((formulas) => [...formulas.values()])) {
    for (const field of fieldsOf(condition)) if (field !== 'metric') fields.add(field);
  }
  return { ok: true, grading: { metric, resolutions, fields } };
}

function fieldsOf(formula: Arithmetic | Condition): readonly string[] {
  switch (formula.kind) {
    case 'literal':
    case 'constant':
      return [];
    case 'field':
      return [formula.field];
    case 'negative':
    case 'not':
      return fieldsOf(formula.operand);
    case 'operation':
    case 'and':
    case 'or':
      return [...fieldsOf(formula.left), ...fieldsOf(formula.right)];
    case 'comparison':
      return [formula.first, ...formula.rest.map(({ right }) => right)].flatMap(fieldsOf);
    default:
      return formula satisfies never;
  }
}
