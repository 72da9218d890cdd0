import { BosError } from '../errors.ts';
import type { Json, JsonObject } from './types.ts';

/** Deeper nesting than this is refused, so that no input can exhaust the stack. */
const MAX_DEPTH = 64;

/**
 * Reads a Python literal of the kind that the Python suite writes into its replay files: dicts, lists, tuples (as
 * lists), texts, numbers, True, False, None. Nothing is ever evaluated.
 * @throws BosError `invalid` with `position` (0-based offset of the character) in its details
 */
export function parsePythonLiteral(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

/**
 * Reads one line of a replay file: a JSON object, or a Python dict as in the files of the Python suite.
 * @throws BosError `invalid` that says why it is neither
 */
export function parseReplayLine(line: string): JsonObject {
  let json: Json;
  try {
    // JSON.parse gives JSON.
    json = JSON.parse(line) as Json;
  } catch (jsonError) {
    try {
      json = parsePythonLiteral(line);
    } catch (pythonError) {
      if (!(pythonError instanceof BosError)) throw pythonError;
      throw new BosError(
        'invalid',
        `expected a JSON object or a Python dict on one line; as JSON: ${String(jsonError)}; as Python: ${pythonError.message}`,
        pythonError.details,
      );
    }
  }
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as JsonObject;
  throw new BosError(
    'invalid',
    `expected a JSON object or a Python dict, got ${JSON.stringify(json).slice(0, 80)}`,
  );
}

const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['True', true],
  ['False', false],
  ['None', null],
]);
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\n', ''],
]);
const HEX_DIGITS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail('the end');
  }

  value(depth: number): Json {
    if (depth > MAX_DEPTH) this.#fail(`at most ${MAX_DEPTH} levels of nesting`);
    this.#skipSpace();
    const next = this.#text[this.#at];
    if (next === '{') return this.#dict(depth);
    if (next === '[') return this.#items('[', ']', depth).items;
    if (next === '(') return this.#tuple(depth);
    if (this.#atString()) return this.#strings();
    const word = this.#match(/[A-Za-z_]\w*/y);
    if (word !== undefined) {
      const constant = WORDS.get(word);
      if (constant !== undefined) return constant;
      this.#at -= word.length;
      this.#fail('a value (True, False and None are the only words)');
    }
    return this.#number();
  }

  #dict(depth: number): JsonObject {
    this.#take('{');
    const entries: [string, Json][] = [];
    while (!this.#takeIf('}')) {
      this.#skipSpace();
      if (!this.#atString()) this.#fail('a key in quotes');
      const key = this.#strings();
      this.#take(':');
      entries.push([key, this.value(depth + 1)]);
      if (!this.#takeIf(',')) {
        this.#take('}');
        break;
      }
    }
    return Object.fromEntries(entries);
  }

  #items(open: string, close: string, depth: number): { items: Json[]; commas: number } {
    this.#take(open);
    const items: Json[] = [];
    let commas = 0;
    while (!this.#takeIf(close)) {
      items.push(this.value(depth + 1));
      if (!this.#takeIf(',')) {
        this.#take(close);
        break;
      }
      commas += 1;
    }
    return { items, commas };
  }

  /** `(x)` is x in parentheses; `()`, `(x,)` and `(x, y)` are tuples. */
  #tuple(depth: number): Json {
    const { items, commas } = this.#items('(', ')', depth);
    const [only] = items;
    return only !== undefined && commas === 0 ? only : items;
  }

  #number(): number {
    const digits = this.#match(/[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y);
    const number = Number(digits);
    if (digits === undefined || !Number.isFinite(number)) this.#fail('a value');
    if (/[\w.]/.test(this.#text[this.#at] ?? '')) this.#fail('the end of the number');
    return number;
  }

  #atString(): boolean {
    return /^[uU]?['"]/.test(this.#text.slice(this.#at, this.#at + 2));
  }

  /** One text, or several side by side, which Python joins. */
  #strings(): string {
    let joined = '';
    do {
      joined += this.#string();
      this.#skipSpace();
    } while (this.#atString());
    return joined;
  }

  #string(): string {
    this.#match(/[uU]/y);
    const quote = this.#text[this.#at];
    this.#at += 1;
    let value = '';
    for (;;) {
      const next = this.#text[this.#at];
      if (next === undefined || next === '\n') this.#fail(`a closing ${quote}`);
      this.#at += 1;
      if (next === quote) return value;
      value += next === '\\' ? this.#escape() : next;
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at] ?? '';
    const octal = this.#match(/[0-7]{1,3}/y);
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    this.#at += 1;
    const simple = ESCAPES.get(letter);
    if (simple !== undefined) return simple;
    const length = HEX_DIGITS.get(letter);
    if (length === undefined) {
      if (letter === 'N') this.#fail('an escape other than a name');
      // Python keeps the backslash of an escape it doesn't know.
      return `\\${letter}`;
    }
    const digits = this.#text.slice(this.#at, this.#at + length);
    const code = Number.parseInt(digits, 16);
    if (digits.length < length || !/^[\da-fA-F]+$/.test(digits) || code > 0x10ffff) {
      this.#fail(`${length} hexadecimal digits of a character`);
    }
    this.#at += length;
    return String.fromCodePoint(code);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #skipSpace(): void {
    this.#match(/\s*/y);
  }

  #takeIf(text: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== text) return false;
    this.#at += 1;
    return true;
  }

  #take(text: string): void {
    if (!this.#takeIf(text)) this.#fail(`"${text}"`);
  }

  #fail(expected: string): never {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    const got = rest === '' ? 'the end of the text' : JSON.stringify(rest);
    throw new BosError('invalid', `expected ${expected} at position ${this.#at}, got ${got}`, {
      position: this.#at,
      expected,
      got,
    });
  }
}
