import type { JsonObject } from './json.ts';

/** One entry of an error's trace, innermost first; only entries with a format show in the message. */
export interface TraceEntry {
  readonly level: 'error' | 'warn';
  readonly file: string;
  readonly line: number;
  readonly method: string;
  /** Text with `{name}` places that `data` fills; a node writes them with a dollar sign before. */
  readonly format: string;
  readonly data: JsonObject;
}

/** The kinds of error a node knows: code, name and class text (chain reference 12). */
export const ERROR_CLASS = {
  unspecified: { code: 0, name: 'exception', text: 'unspecified' },
  parse: { code: 4, name: 'parse_error_exception', text: 'Parse Error' },
  cast: { code: 7, name: 'bad_cast_exception', text: 'Bad Cast' },
  assert: { code: 10, name: 'assert_exception', text: 'Assert Exception' },
  transition: { code: 100000, name: 'no_transition', text: 'Invalid state transition' },
  missingActive: {
    code: 3030001,
    name: 'tx_missing_active_auth',
    text: 'missing required active authority',
  },
  missingOwner: { code: 3030002, name: 'tx_missing_owner_auth', text: 'missing required owner authority' },
  missingOther: { code: 3030003, name: 'tx_missing_other_auth', text: 'missing required other authority' },
  irrelevantSignature: { code: 3030004, name: 'tx_irrelevant_sig', text: 'irrelevant signature included' },
  duplicateSignature: { code: 3030005, name: 'tx_duplicate_sig', text: 'duplicate signature included' },
  committee: {
    code: 3030006,
    name: 'invalid_committee_approval',
    text: 'committee account cannot directly approve transaction',
  },
  insufficientFee: { code: 3030007, name: 'insufficient_fee', text: 'insufficient fee' },
  reviewRequired: {
    code: 3052201,
    name: 'proposal_create_review_period_required',
    text: 'review_period required',
  },
} as const;
export type ErrorClass = keyof typeof ERROR_CLASS;

/** Where an entry says it comes from: file, line, method. Clients must not match on it. */
export type Where = readonly [file: string, line: number, method: string];

/** What a real node would answer as an error, with its exact text; `message` is also a proposal's `fail_reason`. */
export class NodeError extends Error {
  readonly class: ErrorClass;
  readonly trace: readonly TraceEntry[];

  constructor(errorClass: ErrorClass, trace: readonly TraceEntry[]) {
    super(messageOf(errorClass, trace));
    this.name = 'NodeError';
    this.class = errorClass;
    this.trace = trace;
  }

  /** The same error seen one call further out. */
  within(where: Where, data: JsonObject = {}): NodeError {
    const [file, line, method] = where;
    return new NodeError(this.class, [
      ...this.trace,
      { level: 'warn', file, line, method, format: '', data },
    ]);
  }
}

/** Makes an error with one entry. */
export function nodeError(
  errorClass: ErrorClass,
  format: string,
  data: JsonObject = {},
  where: Where = ['devnet', 1, 'evaluate'],
): NodeError {
  const [file, line, method] = where;
  return new NodeError(errorClass, [{ level: 'error', file, line, method, format, data }]);
}

/**
 * Fails like the node's assertions do: the message is the expression, a colon, and the text (often empty).
 * @throws NodeError of class `assert` when `holds` is false.
 */
export function ensure(
  holds: boolean,
  expression: string,
  text = '',
  data: JsonObject = {},
  where?: Where,
): asserts holds {
  if (!holds) throw nodeError('assert', `${expression}: ${text}`, data, where);
}

/** Runs `step` and adds an entry to a NodeError that leaves it. */
export function traced<T>(where: Where, data: () => JsonObject, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof NodeError) throw error.within(where, data());
    throw error;
  }
}

/** The text the node puts where a format names a value. */
function fill(format: string, data: JsonObject): string {
  return format.replace(/\{([^}]+)\}/g, (place, name: string) => {
    const value = data[name];
    if (value === undefined) return place;
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

function messageOf(errorClass: ErrorClass, trace: readonly TraceEntry[]): string {
  const texts = trace.filter((entry) => entry.format !== '').map((entry) => fill(entry.format, entry.data));
  return `${ERROR_CLASS[errorClass].text}: ${texts.join(' ')}`;
}

/** The dump that nodes of 2018 put into `message` instead. */
function dumpOf(error: NodeError): string {
  const { code, name, text } = ERROR_CLASS[error.class];
  const entries = error.trace.map(
    (entry) =>
      `\n${fill(entry.format, entry.data)}\n    ${JSON.stringify(entry.data)}\n    th_a  ${entry.file}:${entry.line} ${entry.method}`,
  );
  return `${code} ${name}: ${text}${entries.join('\n')}`;
}

/** The `error` member of a reply: `code` is always 1, the real one is in `data` (chain reference 2.3). */
export function errorReply(error: NodeError, time: string, style: 'head' | '2018'): JsonObject {
  const { code, name, text } = ERROR_CLASS[error.class];
  return {
    code: 1,
    message: style === '2018' ? dumpOf(error) : error.message,
    data: {
      code,
      name,
      message: text,
      stack: error.trace.map(({ level, file, line, method, format, data }) => ({
        context: { level, file, line, method, hostname: '', thread_name: 'th_a', timestamp: time },
        format: format.replace(/\{[^}]+\}/g, (place) => `$${place}`),
        data,
      })),
    },
  };
}

/** The whole dump of an error, for answers that carry nothing else. */
export function errorDump(error: NodeError): string {
  return dumpOf(error);
}
