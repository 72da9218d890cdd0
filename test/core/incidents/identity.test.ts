import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compareCodePoints } from '../../../core/incidents/code-points.ts';
import {
  canonicalScore,
  canonicalUniqueString,
  eventIdOf,
  type IdentityParts,
  legacyUniqueString,
  slugify,
  snapToFiveMinutes,
} from '../../../core/incidents/identity.ts';
import type { Call, JsonObject } from '../../../core/incidents/types.ts';

function parts(text: string, call: Call, args: JsonObject): IdentityParts {
  const [start_time = '', sport = '', event_group_name = '', home = '', away = ''] = text.split('|');
  return { id: { sport, event_group_name, start_time, home, away }, call, arguments: args };
}

const CITY = '2021-03-07T16:30:00Z|Soccer|EPL|Manchester City|Manchester United';
const NHL = '2019-02-24T17:30:00Z|Ice Hockey|NHL Regular Season|Washington Capitals|New York Rangers';
const SERIE_A = '2020-08-25T22:00:00Z|Soccer|SerieA|Bologna|Cagliari';
const WARRIORS =
  '2019-01-25T01:00:00Z|Basketball|NBA Regular Season|Washington Wizards|Golden State Warriors';
const HAWKS = '2022-10-16T00:00:00Z|Basketball|NBA Regular Season|Atlanta Hawks|Boston Celtics';
const YANKEES = '2019-05-05T17:05:00Z|Baseball|MLB Regular Season|New York Yankees|Minnesota Twins';
const PISTONS = '2018-03-01T00:00:00Z|Basketball|NBA Regular Season|Detroit Pistons|Milwaukee Bucks';

/** The worked examples of the data proxy reference, computed there by running the original formatting functions. */
const EXAMPLES: readonly [label: string, input: IdentityParts, expected: string][] = [
  [
    '1',
    parts(CITY, 'create', { season: '2020' }),
    '2021-03-07t163000z__soccer__epl__manchester-city__manchester-united__create__2020',
  ],
  [
    '2',
    parts(PISTONS, 'create', { season: '2017/2018' }),
    '2018-03-01t000000z__basketball__nba-regular-season__detroit-pistons__milwaukee-bucks__create__20172018',
  ],
  [
    '3',
    parts(NHL, 'create', { unsure: true, season: '2019' }),
    '2019-02-24t173000z__ice-hockey__nhl-regular-season__washington-capitals__new-york-rangers__create__true-2019',
  ],
  [
    '4',
    parts(NHL, 'create', { season: '2019', unsure: true }),
    '2019-02-24t173000z__ice-hockey__nhl-regular-season__washington-capitals__new-york-rangers__create__2019-true',
  ],
  [
    '5',
    parts(SERIE_A, 'create', { whistle_start_time: '2020-08-25T22:00:00Z', season: '' }),
    '2020-08-25t220000z__soccer__seriea__bologna__cagliari__create__2020-08-25t220000z',
  ],
  [
    '6',
    parts(NHL, 'in_progress', { whistle_start_time: '2019-02-24T17:40:16.832033Z' }),
    '2019-02-24t173000z__ice-hockey__nhl-regular-season__washington-capitals__new-york-rangers__in_progress__2019-02-24t174016832033z',
  ],
  [
    '7',
    parts(CITY, 'in_progress', { whistle_start_time: null }),
    '2021-03-07t163000z__soccer__epl__manchester-city__manchester-united__in_progress__none',
  ],
  [
    '8',
    parts(WARRIORS, 'finish', { whistle_end_time: '2019-01-25T03:17:30Z' }),
    '2019-01-25t010000z__basketball__nba-regular-season__washington-wizards__golden-state-warriors__finish__2019-01-25t031730z',
  ],
  [
    '9',
    parts(WARRIORS, 'result', { away_score: '126', home_score: '118' }),
    '2019-01-25t010000z__basketball__nba-regular-season__washington-wizards__golden-state-warriors__result__118-126',
  ],
  [
    '10',
    parts(SERIE_A, 'result', {
      whistle_start_time: '2020-08-25T22:00:00Z',
      season: '',
      home_score: '2',
      away_score: '3',
    }),
    '2020-08-25t220000z__soccer__seriea__bologna__cagliari__result__2-3',
  ],
  [
    '11',
    parts(YANKEES, 'canceled', { reason: 'Postponed, rain' }),
    '2019-05-05t170500z__baseball__mlb-regular-season__new-york-yankees__minnesota-twins__canceled__postponed-rain',
  ],
  [
    '12, reason null',
    parts(YANKEES, 'canceled', { reason: null }),
    '2019-05-05t170500z__baseball__mlb-regular-season__new-york-yankees__minnesota-twins__canceled__none',
  ],
  [
    '12, no arguments',
    parts(YANKEES, 'canceled', {}),
    '2019-05-05t170500z__baseball__mlb-regular-season__new-york-yankees__minnesota-twins__canceled',
  ],
  [
    '13',
    parts(WARRIORS, 'dynamic_bmgs', { types: [{ type: 'ou', value: '235.5' }] }),
    '2019-01-25t010000z__basketball__nba-regular-season__washington-wizards__golden-state-warriors__dynamic_bmgs__ou-2355-',
  ],
  [
    '14',
    parts(HAWKS, 'dynamic_bmgs', {
      types: [
        { type: 'ou', value: '8.5' },
        { type: '1x2_hc', value: '-2', participant: 'Atlanta Hawks' },
      ],
    }),
    '2022-10-16t000000z__basketball__nba-regular-season__atlanta-hawks__boston-celtics__dynamic_bmgs__1x2_hc--2-atlanta-hawks-ou-85-',
  ],
  [
    '15',
    parts(HAWKS, 'dynamic_bmgs', {
      types: [
        { type: 'hc', value: '-3', participant: 'Boston Celtics' },
        { type: 'hc', value: '-1', participant: 'Atlanta Hawks' },
      ],
    }),
    '2022-10-16t000000z__basketball__nba-regular-season__atlanta-hawks__boston-celtics__dynamic_bmgs__hc--1-atlanta-hawks-hc--3-boston-celtics',
  ],
  [
    '16',
    parts('2021-03-07T16:30:00Z|Soccer|EPL|Brighton & Hove Albion|AFC Bournemouth', 'create', {
      season: '2020',
    }),
    '2021-03-07t163000z__soccer__epl__brighton-hove-albion__afc-bournemouth__create__2020',
  ],
  [
    '17',
    parts('2021-03-07T16:30:00Z|Soccer|Bundesliga|1. FC Köln|Bayern München', 'create', { season: '2020' }),
    '2021-03-07t163000z__soccer__bundesliga__1-fc-koln__bayern-munchen__create__2020',
  ],
  [
    '18',
    parts('2021-03-07T16:30:00Z|Soccer|UEFA Europa League|Brøndby IF|Preußen Münster', 'create', {
      season: '2020',
    }),
    '2021-03-07t163000z__soccer__uefa-europa-league__brndby-if__preuen-munster__create__2020',
  ],
  [
    '19',
    parts('2021-03-07T16:30:00Z|Soccer|UEFA Europa League|ŁKS Łódź|Atlético Madrid', 'create', {
      season: '2020',
    }),
    '2021-03-07t163000z__soccer__uefa-europa-league__ks-odz__atletico-madrid__create__2020',
  ],
  [
    '20',
    parts(
      "2021-03-07T16:30:00Z|Soccer|Friendly International|St. Patrick's Athletic|England (U21)",
      'create',
      { season: '2020' },
    ),
    '2021-03-07t163000z__soccer__friendly-international__st-patricks-athletic__england-u21__create__2020',
  ],
  [
    '21',
    parts('2020-02-04T18:33:00.000Z|Soccer|EPL|Norwich City|Manchester City', 'create', {
      season: '2019-2020',
    }),
    '2020-02-04t183300000z__soccer__epl__norwich-city__manchester-city__create__2019-2020',
  ],
  [
    '22',
    parts('2021-03-07T17:30:00+01:00|Soccer|EPL|Manchester City|Manchester United', 'create', {
      season: '2020',
    }),
    '2021-03-07t1730000100__soccer__epl__manchester-city__manchester-united__create__2020',
  ],
  [
    '23',
    parts('2021-03-07T16:30:00Z|Soccer| EPL |Manchester City |Manchester United', 'create', {
      season: '2020',
    }),
    '2021-03-07t163000z__soccer__-epl-__manchester-city-__manchester-united__create__2020',
  ],
  [
    '24',
    parts('2021-03-07T16:30:00Z|Soccer|EPL|Manchester  City|Manchester_United', 'create', { season: '2020' }),
    '2021-03-07t163000z__soccer__epl__manchester-city__manchester_united__create__2020',
  ],
];

describe('the legacy unique_string', () => {
  for (const [label, input, expected] of EXAMPLES) {
    test(`follows worked example ${label}`, () => {
      assert.equal(legacyUniqueString(input), expected);
    });
  }
});

describe('the event id', () => {
  test('is the slug of start, sport, league, home and away', () => {
    assert.equal(
      eventIdOf(
        parts(
          '2018-03-16T23:00:00Z|Ice Hockey|NHL Regular Season|Washington Capitals|New York Islanders',
          'create',
          {},
        ).id,
      ),
      '2018-03-16t230000z__ice-hockey__nhl-regular-season__washington-capitals__new-york-islanders',
    );
  });
});

describe('the canonical unique_string', () => {
  const base = '2021-03-07t163000z__soccer__epl__manchester-city__manchester-united';
  const canonical = (call: Call, args: JsonObject) =>
    canonicalUniqueString(parts(CITY, call, args)).slice(base.length);

  test('of a create has the season, then unsure only if it is true', () => {
    assert.equal(canonical('create', { unsure: true, season: '2019' }), '__create__2019-true');
    assert.equal(canonical('create', { unsure: false, season: '2019' }), '__create__2019');
    assert.equal(canonical('create', { season: '', whistle_start_time: '2021-03-07T16:30:00Z' }), '__create');
  });

  test('of a result has the scores without leading zeros and nothing else', () => {
    assert.equal(canonical('result', { home_score: '03', away_score: '00', season: 'x' }), '__result__3-0');
    assert.equal(canonicalScore('007'), '7');
    assert.equal(canonicalScore('0'), '0');
    assert.equal(canonicalScore('120'), '120');
  });

  test('of in_progress and finish has the whistle time of that call only', () => {
    const args = { season: '2021', whistle_start_time: '2021-03-07T16:31:00Z', whistle_end_time: null };
    assert.equal(canonical('in_progress', args), '__in_progress__2021-03-07t163100z');
    assert.equal(canonical('finish', args), '__finish__none');
    assert.equal(canonical('finish', { whistle_start_time: '2021-03-07T16:31:00Z' }), '__finish');
  });

  test('of a cancel has the reason, of unknown the time of receipt', () => {
    assert.equal(canonical('canceled', { reason: 'Rain' }), '__canceled__rain');
    assert.equal(canonical('canceled', {}), '__canceled');
    assert.equal(canonical('unknown', { received: '2021' }), '__unknown__2021');
  });

  test('of dynamic values sorts the entries and writes numbers one way', () => {
    const ou = (value: string) => ({ type: 'ou', value });
    const hc = { type: 'hc', value: '-2.0', participant: 'Manchester City' };
    assert.equal(
      canonical('dynamic_bmgs', { types: [ou('8.50'), hc] }),
      '__dynamic_bmgs__hc--2-manchester-city-ou-85-',
    );
    assert.equal(
      canonical('dynamic_bmgs', { types: [hc, ou('+08.5')] }),
      '__dynamic_bmgs__hc--2-manchester-city-ou-85-',
    );
    assert.equal(canonical('dynamic_bmgs', { types: [ou('-0.0')] }), '__dynamic_bmgs__ou-0-');
    assert.equal(canonical('dynamic_bmgs', { types: [ou('100')] }), '__dynamic_bmgs__ou-100-');
  });

  test('does not depend on the order of the keys', () => {
    const shuffled = fc
      .record(
        {
          season: fc.string(),
          unsure: fc.boolean(),
          home_score: fc.string(),
          away_score: fc.string(),
          reason: fc.string(),
          whistle_start_time: fc.string(),
          other: fc.string(),
        },
        { requiredKeys: [] },
      )
      .chain((args) =>
        fc.record({
          args: fc.constant(args),
          again: fc
            .shuffledSubarray(Object.entries(args), { minLength: Object.keys(args).length })
            .map((entries) => Object.fromEntries(entries)),
          call: fc.constantFrom<Call>('create', 'in_progress', 'finish', 'result', 'canceled', 'unknown'),
        }),
      );
    fc.assert(
      fc.property(shuffled, ({ args, again, call }) => {
        assert.equal(
          canonicalUniqueString(parts(CITY, call, args)),
          canonicalUniqueString(parts(CITY, call, again)),
        );
      }),
    );
  });
});

describe('the slug', () => {
  test('is of a small alphabet and stays itself when slugged again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const slug = slugify(text);
        assert.match(slug, /^[a-z0-9_-]*$/);
        assert.equal(slugify(slug), slug);
      }),
    );
  });
});

describe('five-minute snapping', () => {
  test('keeps the seconds and drops the fraction', () => {
    const snapped = (text: string) => snapToFiveMinutes(new Date(text)).toISOString();
    assert.equal(snapped('2020-02-04T18:33:00Z'), '2020-02-04T18:30:00.000Z');
    assert.equal(snapped('2020-02-04T18:36:59.999Z'), '2020-02-04T18:35:59.000Z');
    assert.equal(snapped('2020-02-04T18:35:10Z'), '2020-02-04T18:35:10.000Z');
    assert.equal(snapped('2020-02-04T18:59:00Z'), '2020-02-04T18:55:00.000Z');
    assert.equal(snapped('1969-12-31T23:59:59.5Z'), '1969-12-31T23:55:59.000Z');
  });

  test('is idempotent and moves back by less than five minutes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date(2 ** 32 * 1000), noInvalidDate: true }),
        (date) => {
          const snapped = snapToFiveMinutes(date);
          assert.equal(snapToFiveMinutes(snapped).getTime(), snapped.getTime());
          assert.equal(snapped.getUTCMinutes() % 5, 0);
          const moved = date.getTime() - snapped.getTime();
          assert.ok(moved >= 0 && moved < 300_000);
        },
      ),
    );
  });
});

describe('comparing by code point', () => {
  test('is the order of the UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        assert.equal(Math.sign(compareCodePoints(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
    assert.ok(compareCodePoints('\uffee', '\u{1f3d2}') < 0);
    assert.ok('\uffee' > '\u{1f3d2}');
  });
});
