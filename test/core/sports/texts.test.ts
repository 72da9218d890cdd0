import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BosError } from '../../../core/errors.ts';
import {
  eventGroupName,
  eventName,
  marketDescription,
  marketGroupDescription,
  rulesDescription,
  rulesName,
  sportName,
} from '../../../core/sports/texts.ts';
import type { MarketGroupTemplate } from '../../../core/sports/types.ts';

const HOME = { identifier: 'AFC Bournemouth' };
const AWAY = { identifier: 'leeds UNITED' };

function template(changes: Partial<MarketGroupTemplate> = {}): MarketGroupTemplate {
  return {
    key: 'T',
    description: { en: 'Moneyline', sen: 'ML', _note: '{nothing}' },
    assets: ['PPY'],
    dynamic: false,
    dynamicAllowFloat: true,
    neverInPlay: false,
    delayBeforeSettling: 0,
    rules: 'R',
    markets: [
      { description: { en: '{teams.home}' } },
      { description: { en: '{teams.away} {handicaps.away} {overunder.value}', _x: '{' } },
    ],
    ...changes,
  };
}

describe('names of sports, leagues and rules', () => {
  test('are every language and the identifier, in the order of bytes', () => {
    const named = { name: { sen: 'S', en: 'E', '🏒': 'astral', '\uffee': 'high' }, identifier: 'I' };
    const expected = [
      ['en', 'E'],
      ['identifier', 'I'],
      ['sen', 'S'],
      ['\uffee', 'high'],
      ['🏒', 'astral'],
    ];
    assert.deepEqual(sportName(named), expected);
    assert.deepEqual(eventGroupName(named), expected);
    assert.deepEqual(rulesName(named), expected);
  });

  test('take the identifier from its own field', () => {
    assert.deepEqual(sportName({ name: { identifier: 'other' }, identifier: 'I' }), [['identifier', 'I']]);
  });
});

describe('descriptions of rules', () => {
  test('are trimmed texts and the grading as JSON with every key of the file', () => {
    const grading = {
      resolutions: [{ win: '{metric} > 0', not_win: 'False', void: 'False' }],
      metric: '1',
      extra: { z: 1, a: 'é' },
    };
    assert.deepEqual(rulesDescription({ description: { ' en ': ' Text\n', de: 'D' }, grading }), [
      ['de', 'D'],
      ['en', 'Text'],
      [
        'grading',
        '{"extra": {"a": "\\u00e9", "z": 1}, "metric": "1", "resolutions": [{"not_win": "False", "void": "False", "win": "{metric} > 0"}]}',
      ],
    ]);
  });
});

describe('names of events', () => {
  test('have the teams as they are, in every language of the scheme', () => {
    const group = {
      identifier: 'L',
      eventScheme: { en: '{teams.home} v {teams.away}', de: '{teams.home} gegen {teams.away}' },
    };
    assert.deepEqual(eventName(group, HOME, AWAY), [
      ['de', 'AFC Bournemouth gegen leeds UNITED'],
      ['en', 'AFC Bournemouth v leeds UNITED'],
    ]);
  });

  test('refuse other fields and name the league', () => {
    const group = { identifier: 'L', eventScheme: { en: '{teams.home} {overunder.value}' } };
    assert.throws(
      () => eventName(group, HOME, AWAY),
      /eventscheme of L, "en": .*"\{overunder.value\}"; known are teams.home, teams.away/,
    );
  });
});

describe('descriptions of market groups', () => {
  test('are the texts of the template without its machine keys', () => {
    assert.deepEqual(marketGroupDescription(template(), HOME, AWAY, 'PPY'), [
      ['en', 'Moneyline'],
      ['sen', 'ML'],
    ]);
  });

  test('name the asset in English when there are several', () => {
    const group = template({ assets: ['PPY', 'BTC'] });
    assert.deepEqual(marketGroupDescription(group, HOME, AWAY, 'BTC'), [
      ['en', 'Moneyline_BTC'],
      ['sen', 'ML'],
    ]);
  });

  test('of handicaps carry their parameters', () => {
    const group = template({
      dynamic: 'hc',
      description: { en: '{teams.away} {handicaps.away} ({handicaps.home_score}:{handicaps.away_score})' },
    });
    assert.deepEqual(marketGroupDescription(group, HOME, AWAY, 'PPY', { handicaps: [-2.5, 2.5] }), [
      ['_dynamic', 'hc'],
      ['_hca', '2.5'],
      ['_hch', '-2.5'],
      ['en', 'Leeds United 2.5 (2.5:0)'],
    ]);
    const whole = { ...group, dynamicAllowFloat: false };
    assert.deepEqual(marketGroupDescription(whole, HOME, AWAY, 'PPY', { handicaps: [2, -2] }), [
      ['_dynamic', 'hc'],
      ['_hca', '-2'],
      ['_hch', '2'],
      ['en', 'Leeds United -2 (0:2)'],
    ]);
  });

  test('of over/under carry their parameter as a float', () => {
    const group = template({ dynamic: 'ou', description: { en: 'Total {overunder.value}' } });
    assert.deepEqual(marketGroupDescription(group, HOME, AWAY, 'PPY', { overunder: 235.5 }), [
      ['_dynamic', 'ou'],
      ['_ou', '235.5'],
      ['en', 'Total 235.5'],
    ]);
    assert.deepEqual(marketGroupDescription(group, HOME, AWAY, 'PPY', { overunder: 3 }), [
      ['_dynamic', 'ou'],
      ['_ou', '3.0'],
      ['en', 'Total 3.0'],
    ]);
  });

  test('have the defaults of Python where no values are known', () => {
    const group = template({
      dynamic: 'hc',
      description: { en: '{handicaps.home} {handicaps.away} {overunder.value} {result.total} {result.home}' },
    });
    assert.deepEqual(marketGroupDescription(group, HOME, AWAY, 'PPY'), [['en', '0 0 0.0 0.0 0']]);
  });

  test('refuse unknown fields and name the template', () => {
    const group = template({ description: { en: 'x', de: '{handicap}' } });
    assert.throws(
      () => marketGroupDescription(group, HOME, AWAY, 'PPY'),
      (error: unknown) =>
        error instanceof BosError &&
        error.kind === 'configuration' &&
        /description of market group T, "de": "\{handicap\}" has the unknown field/.test(error.message),
    );
  });
});

describe('descriptions of markets', () => {
  test('re-capitalize every word of the teams', () => {
    assert.deepEqual(marketDescription(template(), 0, HOME, AWAY), [['en', 'Afc Bournemouth']]);
    assert.deepEqual(marketDescription(template(), 1, HOME, AWAY), [['en', 'Leeds United 0 0.0']]);
    assert.deepEqual(marketDescription(template(), 1, HOME, AWAY, { handicaps: [1, -1], overunder: 5.5 }), [
      ['en', 'Leeds United -1 5.5'],
    ]);
  });

  test('have no suffix and no machine keys', () => {
    const group = template({ assets: ['PPY', 'BTC'], dynamic: 'hc' });
    assert.deepEqual(marketDescription(group, 0, HOME, AWAY, { handicaps: [1, -1] }), [
      ['en', 'Afc Bournemouth'],
    ]);
  });

  test('of a market that is not there are a mistake of the caller', () => {
    assert.throws(() => marketDescription(template(), 2, HOME, AWAY), RangeError);
  });
});
