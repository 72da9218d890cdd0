import { compareCodePoints } from '../incidents/code-points.ts';

/**
 * The few habits of Python that texts on chain depend on, because witnesses that run the Python suite must derive the
 * same ones.
 */

/** `str.capitalize` of each word between single spaces: first letter upper, the rest lower. */
export function capitalizeWords(text: string): string {
  return text.split(' ').map(capitalize).join(' ');
}

function capitalize(word: string): string {
  const [first = ''] = word;
  // Lowered as a whole, because the form of a final sigma depends on what stands before it.
  const rest = word.toLowerCase().slice(first.toLowerCase().length);
  const [upper = '', ...expanded] = first.toUpperCase();
  return upper + expanded.join('').toLowerCase() + rest;
}

/** A number as `str` prints an int when it is whole, else a float. */
export function pythonNumber(value: number): string {
  return String(value);
}

/** A number as `str` prints a float: `2.0`, `235.5`. For magnitudes of scores and handicaps (no exponents). */
export function pythonFloat(value: number): string {
  return Number.isInteger(value) ? `${pythonNumber(value)}.0` : String(value);
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\b', '\\b'],
  ['\f', '\\f'],
]);

/**
 * `json.dumps(value, sort_keys=True)`: separators `, ` and `: `, ASCII only, keys in the order of code points. A float
 * that is whole prints as an int, because a number does not tell which it was; formulas are texts.
 */
export function pythonJson(value: unknown): string {
  if (typeof value === 'string') return pythonJsonText(value);
  if (typeof value === 'number') return pythonNumber(value);
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([key, item]) => `${pythonJsonText(key)}: ${pythonJson(item)}`);
  return `{${members.join(', ')}}`;
}

function pythonJsonText(text: string): string {
  // By UTF-16 unit: Python writes a character beyond the basic plane as two escapes as well.
  const escaped = text.replace(
    /["\\]|[^ -~]/g,
    (unit) => SHORT_ESCAPES.get(unit) ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}

/** The fields that a format text may name. */
export type FormatFields = Pick<ReadonlyMap<string, string>, 'get' | 'keys'>;

/** Where a format text is wrong. */
export class FormatError extends Error {}

/**
 * `str.format` with plain fields: `{name}` is replaced, `{{` and `}}` are braces. Conversions and format
 * specifications are not used by any data set and are refused like unknown fields.
 * @throws FormatError
 */
export function pythonFormat(template: string, fields: FormatFields): string {
  return template.replace(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g, (found, field: string | undefined) => {
    if (found === '{{') return '{';
    if (found === '}}') return '}';
    if (field === undefined) throw new FormatError(`a single "${found}"; a brace itself is written twice`);
    const value = fields.get(field);
    if (value !== undefined) return value;
    throw new FormatError(`the unknown field "{${field}}"; known are ${[...fields.keys()].join(', ')}`);
  });
}
