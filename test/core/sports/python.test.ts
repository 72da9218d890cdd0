import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  capitalizeWords,
  FormatError,
  pythonFloat,
  pythonFormat,
  pythonJson,
  pythonNumber,
} from '../../../core/sports/python.ts';

// Expected values were printed by CPython 3.11.

describe('capitalizing words', () => {
  test('raises the first letter and lowers the rest of each word between blanks', () => {
    assert.equal(capitalizeWords('AFC Bournemouth'), 'Afc Bournemouth');
    assert.equal(capitalizeWords('philadelphia 76ERS'), 'Philadelphia 76ers');
    assert.equal(capitalizeWords('1. FC KÖLN'), '1. Fc Köln');
    assert.equal(capitalizeWords("St. Patrick's  A-B"), "St. Patrick's  A-b");
    assert.equal(capitalizeWords('ßeta ΟΔΟΣ éCLAIR (USA)'), 'Sseta Οδος Éclair (usa)');
    assert.equal(capitalizeWords(''), '');
  });
});

describe('numbers', () => {
  test('print as Python prints them', () => {
    assert.deepEqual([-2, -2.5, 0, -0, 10].map(pythonNumber), ['-2', '-2.5', '0', '0', '10']);
    assert.deepEqual([-2, -2.5, 0, 235.5].map(pythonFloat), ['-2.0', '-2.5', '0.0', '235.5']);
  });
});

describe('JSON', () => {
  test('has blanks after separators, sorted keys and ASCII only', () => {
    const value = {
      win: '{metric} > 0',
      ü: 'Köln 🏒',
      a: [1, 2.5, true, null, {}],
      B: '"\\\n\t\u007f\u0001',
    };
    assert.equal(
      pythonJson(value),
      '{"B": "\\"\\\\\\n\\t\\u007f\\u0001", "a": [1, 2.5, true, null, {}], "win": "{metric} > 0", "\\u00fc": "K\\u00f6ln \\ud83c\\udfd2"}',
    );
  });

  test('is read back as what it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json: unknown = JSON.parse(JSON.stringify(value));
        assert.match(pythonJson(json), /^[ -~]*$/);
        assert.deepEqual(JSON.parse(pythonJson(json)), json);
      }),
    );
  });
});

describe('format texts', () => {
  const fields = new Map([['teams.home', 'A {x}']]);

  test('replace fields once and know doubled braces', () => {
    assert.equal(pythonFormat('{teams.home} {{teams.home}} 100 %', fields), 'A {x} {teams.home} 100 %');
    assert.equal(pythonFormat('{{{teams.home}}}', fields), '{A {x}}');
  });

  test('with unknown fields or single braces are refused', () => {
    assert.throws(
      () => pythonFormat('{handicap}', fields),
      new FormatError('the unknown field "{handicap}"; known are teams.home'),
    );
    for (const bad of [
      '{',
      '}',
      'a {teams.home',
      '{}',
      '{teams.home!r}',
      '{teams.home:>5}',
      '{teams.{home}}',
    ]) {
      assert.throws(() => pythonFormat(bad, fields), FormatError, bad);
    }
  });
});
