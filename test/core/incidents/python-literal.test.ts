import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { BosError } from '../../../core/errors.ts';
import { parseIncident } from '../../../core/incidents/parse.ts';
import { parsePythonLiteral, parseReplayLine } from '../../../core/incidents/python-literal.ts';
import type { Json } from '../../../core/incidents/types.ts';

/** `repr` of Python, with its choice of quotes and its escapes. */
function pythonRepr(value: Json): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    const escaped = [...value].map((character) => {
      if (character === '\\' || character === quote) return `\\${character}`;
      const code = character.codePointAt(0) ?? 0;
      if (code >= 0x20 && code < 0x7f) return character;
      if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
      return code < 0x10000
        ? `\\u${code.toString(16).padStart(4, '0')}`
        : `\\U${code.toString(16).padStart(8, '0')}`;
    });
    return `${quote}${escaped.join('')}${quote}`;
  }
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${pythonRepr(key)}: ${pythonRepr(item)}`)
    .join(', ')}}`;
}

function fails(text: string, position: number, expected: RegExp): void {
  assert.throws(
    () => parsePythonLiteral(text),
    (error: unknown) => {
      assert.ok(error instanceof BosError, String(error));
      assert.equal(error.kind, 'invalid');
      assert.equal(error.details.position, position);
      assert.match(error.message, expected);
      return true;
    },
  );
}

describe('Python literals', () => {
  test('of every kind are read', () => {
    assert.deepEqual(
      parsePythonLiteral(
        ` {'a': True, "b": False, 'c': None, 'd': [1, -2.5, 1e3, ], 'e': (1,), 'f': (), 'g': (2), 'h': {},}\n`,
      ),
      {
        a: true,
        b: false,
        c: null,
        d: [1, -2.5, 1000],
        e: [1],
        f: [],
        g: 2,
        h: {},
      },
    );
  });

  test('of text know quotes, prefixes, escapes and joining', () => {
    assert.equal(parsePythonLiteral(`'it\\'s'`), "it's");
    assert.equal(parsePythonLiteral(`"it's \\"x\\""`), 'it\'s "x"');
    assert.equal(parsePythonLiteral(`u'K\\xf6ln \\u0141 \\U0001f3d2 \\101\\n\\t\\\\'`), 'Köln Ł 🏒 A\n\t\\');
    assert.equal(parsePythonLiteral(`'\\d'`), '\\d');
    assert.equal(parsePythonLiteral(`'ab' "cd"`), 'abcd');
    assert.equal(parsePythonLiteral(`'Köln'`), 'Köln');
  });

  test('survive writing and reading', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as Json;
        assert.deepEqual(parsePythonLiteral(pythonRepr(json)), json);
      }),
    );
  });

  test('with a key __proto__ are plain data', () => {
    const value = parsePythonLiteral(`{'__proto__': {'polluted': True}}`);
    assert.equal((value as { polluted?: unknown }).polluted, undefined);
    assert.deepEqual(Object.keys(value as object), ['__proto__']);
  });

  test('that are none say where and what was expected', () => {
    fails('', 0, /expected a value/);
    fails("{'a': }", 6, /expected a value/);
    fails("{'a' 1}", 5, /expected ":"/);
    fails("{'a': 1", 7, /expected "}"/);
    fails('{1: 2}', 1, /a key in quotes/);
    fails("['a' 1]", 5, /expected "]"/);
    fails("'abc", 4, /a closing '/);
    fails("'a\nb'", 2, /a closing '/);
    fails('nan', 0, /only words/);
    fails('ObjectId(1)', 0, /only words/);
    fails("__import__('os')", 0, /only words/);
    fails('1 + 1', 2, /the end/);
    fails('012', 1, /the end of the number/);
    fails("'\\x4'", 3, /2 hexadecimal digits/);
    fails("'\\N{DASH}'", 3, /escape/);
    fails("{'a': 1} x", 9, /the end/);
    fails('['.repeat(100_000), 65, /nesting/);
  });

  test('never fail otherwise', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...`{}[](),:'"\\ntTrueNone01.-eu x`) }), (text) => {
        try {
          parsePythonLiteral(text);
        } catch (error) {
          assert.ok(error instanceof BosError, String(error));
        }
      }),
    );
  });
});

describe('a line of a replay file', () => {
  test('may be JSON or Python', () => {
    assert.deepEqual(parseReplayLine('{"a": [true, null]}'), { a: [true, null] });
    assert.deepEqual(parseReplayLine("{'a': [True, None]}"), { a: [true, null] });
  });

  test('that is neither, or no object, is refused with both reasons', () => {
    assert.throws(() => parseReplayLine("{'a': maybe}"), /as JSON: .*; as Python: expected .* at position 6/);
    assert.throws(() => parseReplayLine('[1]'), /got \[1\]/);
    assert.throws(() => parseReplayLine('null'), /got null/);
  });

  test('of the corpus is an incident', async () => {
    const file = new URL('../../fixtures/incidents/seed-replay.txt', import.meta.url);
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
    const bodies = lines.map((line) => parseIncident(parseReplayLine(line), new Date(0)).body);
    assert.equal(bodies.length, 2);
    assert.deepEqual(bodies[0]?.arguments, { unsure: true, season: '2018' });
    assert.equal(bodies[0]?.id.start_time, '2018-03-16T23:00:00Z');
    assert.notEqual(bodies[0]?.provider_info.name, bodies[1]?.provider_info.name);
  });
});
