import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { valuesOf } from '../../../core/decide/dynamic-values.ts';
import type { Call, JsonObject, StoredIncident } from '../../../core/incidents/types.ts';
import { marketDescription, marketGroupDescription } from '../../../core/sports/texts.ts';
import { sports } from './sports.ts';
import {
  agreedScore,
  dynamicValue,
  groupMeant,
  lastScores,
  whyNoStatus,
  whyNotCreated,
  whyOver,
} from './support.ts';
import { Heard, makeAcceptor } from './support-heard.ts';
import { dynamicGroup, outcomeOf, staticGroups } from './support-markets.ts';
import { matchOfEvent, type NamedMatch } from './support-names.ts';

const HOME = 'Boston Bruins';
const AWAY = 'Buffalo Sabres';
const MATCH: NamedMatch = {
  eventId: '',
  sport: 'Ice Hockey',
  league: 'NHL Regular Season',
  home: HOME,
  away: AWAY,
};

type Said = readonly [provider: string, call: Call, args: JsonObject, pushed?: string];

function heard(...said: readonly Said[]): readonly StoredIncident[] {
  const all = new Heard(makeAcceptor());
  const at = new Date('2026-10-01T18:00:00Z');
  let eventId = '';
  for (const [name, call, args, pushed = at.toISOString()] of said) {
    const id = {
      sport: 'Ice Hockey',
      event_group_name: 'NHL',
      start_time: '2026-10-01T17:00:00Z',
      home: HOME,
      away: AWAY,
    };
    const incident = { id, call, arguments: args, provider_info: { name, pushed }, timestamp: pushed };
    eventId = all.add(incident, at).eventId;
  }
  return all.of(eventId);
}

const score = (provider: string, home: number, away: number, pushed = '2026-10-01T18:00:00Z'): Said => [
  provider,
  'result',
  { home_score: home, away_score: away },
  pushed,
];

describe('what incidents support, written down apart', () => {
  it('a match is created once two providers announce it, and not when one says it twice', () => {
    const one: Said = ['a', 'create', { season: '2026' }];
    assert.match(whyNotCreated(heard(one, one)) ?? '', /1 of 2/);
    assert.equal(whyNotCreated(heard(one, ['b', 'create', { season: '' }])), undefined);
  });

  it('a score is agreed on by two providers and more than half, each by what it pushed last', () => {
    assert.equal(agreedScore(heard(score('a', 1, 0))), undefined);
    assert.deepEqual(agreedScore(heard(score('a', 1, 0), score('b', 1, 0))), { home: 1, away: 0 });
    assert.equal(agreedScore(heard(score('a', 1, 0), score('b', 2, 0))), undefined);
    assert.equal(
      agreedScore(heard(score('a', 1, 0), score('b', 1, 0), score('c', 2, 0), score('d', 3, 0))),
      undefined,
    );
    const [early, late] = ['2026-10-01T18:00:00Z', '2026-10-01T18:05:00Z'];
    const corrected = heard(score('a', 1, 0, late), score('a', 2, 0, early), score('b', 1, 0));
    assert.deepEqual(lastScores(corrected).get('a'), { home: 1, away: 0 });
    assert.deepEqual(agreedScore(corrected), { home: 1, away: 0 });
  });

  it('a status needs one report of its own kind; finished with scores needs agreement', () => {
    assert.match(whyNoStatus([], 'in_progress', []) ?? '', /no provider/);
    assert.equal(whyNoStatus(heard(['a', 'in_progress', {}]), 'in_progress', []), undefined);
    assert.match(whyNoStatus(heard(['a', 'in_progress', {}]), 'finished', []) ?? '', /no provider/);
    assert.equal(whyNoStatus(heard(['a', 'finish', {}]), 'finished', []), undefined);
    assert.match(whyNoStatus(heard(['a', 'finish', {}]), 'finished', ['1', '0']) ?? '', /did not agree/);
    const agreed = heard(score('a', 1, 0), score('b', 1, 0));
    assert.equal(whyNoStatus(agreed, 'finished', ['1', '0']), undefined);
    assert.match(whyNoStatus(agreed, 'finished', ['0', '1']) ?? '', /agreed on 1:0/);
    assert.match(whyNoStatus(agreed, 'frozen', []) ?? '', /no incident asks/);
  });

  it('nothing but a cancel is done once one is reported, and no empty finish once a result is agreed', () => {
    const canceled = heard(
      ['a', 'canceled', {}],
      ['a', 'in_progress', {}],
      score('a', 1, 0),
      score('b', 1, 0),
    );
    assert.match(whyOver(canceled) ?? '', /1 providers had reported/);
    assert.equal(whyNoStatus(canceled, 'canceled', []), undefined);
    assert.match(whyNoStatus(canceled, 'in_progress', []) ?? '', /canceled/);
    assert.match(whyNoStatus(canceled, 'finished', ['1', '0']) ?? '', /canceled/);
    const agreed = heard(['a', 'finish', {}], score('a', 1, 0), score('b', 1, 0));
    assert.match(whyNoStatus(agreed, 'finished', []) ?? '', /agreed on a result: a 1:0, b 1:0/);
  });

  it('comes to the dynamic values that witnesses come to', () => {
    const values = [-7, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3.5, 8];
    for (const a of values) {
      for (const b of values) {
        const said = heard(
          ['a', 'dynamic_bmgs', { types: [{ type: 'hc', value: String(a), participant: HOME }] }],
          ['b', 'dynamic_bmgs', { types: [{ type: 'hc', value: String(-b), participant: AWAY }] }],
          ['c', 'dynamic_bmgs', { types: [{ type: 'ou', value: String(Math.abs(b)) }] }],
        );
        assert.equal(
          dynamicValue(said, MATCH, 'hc'),
          valuesOf([a, b], 'hc', true).handicaps?.[0],
          `${a} ${b}`,
        );
        assert.equal(dynamicValue(said, MATCH, 'ou'), valuesOf([Math.abs(b)], 'ou', true).overunder);
      }
    }
    assert.equal(dynamicValue([], MATCH, 'ou'), undefined);
  });

  it('takes a dynamic group within one of the median, and no other', () => {
    const said = heard(['a', 'dynamic_bmgs', { types: [{ type: 'ou', value: '5.5' }] }]);
    const group = (value: string) =>
      groupMeant(said, MATCH, {
        texts: new Map([
          ['_dynamic', 'ou'],
          ['_ou', value],
          ['en', `Total Goals: ${value}`],
        ]),
        asset: 'PPY',
      });
    assert.equal(typeof group('6.5'), 'object');
    assert.match(String(group('7.5')), /gave 5.5/);
  });
});

describe('the markets of matches, written down by hand', () => {
  it('are what the data make, for every pair of teams that follow each other in their list', () => {
    for (const sport of sports.sports) {
      for (const league of sport.eventGroups) {
        const teams = sport.participants.get(league.participants) ?? [];
        for (const [index, home] of teams.slice(1).entries()) {
          const away = teams[index];
          assert.ok(away);
          const match = {
            ...MATCH,
            sport: sport.identifier,
            league: league.identifier,
            home: home.identifier,
            away: away.identifier,
          };
          const english = (pairs: readonly (readonly [string, string])[]) => new Map(pairs).get('en') ?? '';
          const made = league.marketGroups.flatMap((key) => {
            const template = sport.marketGroups.get(key);
            assert.ok(template);
            const values =
              template.dynamic === 'hc'
                ? { handicaps: [-2.5, 2.5] as const }
                : template.dynamic === 'ou'
                  ? { overunder: 6.5 }
                  : {};
            return template.assets.map((asset) => ({
              text: english(marketGroupDescription(template, home, away, asset, values)),
              assets: template.dynamic || template.assets.length === 1 ? template.assets : [asset],
              markets: template.markets
                .map((_, at) => english(marketDescription(template, at, home, away, values)))
                .sort(),
              rules: sport.rules.get(template.rules)?.identifier,
            }));
          });
          const byHand = [
            ...staticGroups(match),
            dynamicGroup(match, 'hc', -2.5),
            dynamicGroup(match, 'ou', 6.5),
          ].flatMap((group) => (group ? [{ ...group, markets: [...group.markets].sort() }] : []));
          const inOrder = <T extends { text: string }>(list: readonly T[]) =>
            [...list].sort((a, b) => (a.text < b.text ? -1 : 1));
          assert.deepEqual(inOrder(made), inOrder(byHand));
        }
      }
    }
  });

  it('are won by what their texts promise', () => {
    const soccer = { ...MATCH, sport: 'Soccer', home: 'Arsenal', away: 'Chelsea' };
    const outcomes = (match: NamedMatch, markets: readonly string[], home: number, away: number) =>
      markets.map((market) => outcomeOf(match, market, { home, away }));
    assert.deepEqual(outcomes(soccer, ['Arsenal', 'Draw', 'Chelsea'], 2, 2), ['not_win', 'win', 'not_win']);
    assert.deepEqual(outcomes(soccer, ['Arsenal', 'Draw', 'Chelsea'], 0, 1), ['not_win', 'not_win', 'win']);
    assert.deepEqual(outcomes(soccer, ['Over 2.5 Goals', 'Under 2.5 Goals'], 1, 2), ['win', 'not_win']);
    assert.deepEqual(outcomes(MATCH, [HOME, AWAY], 3, 1), ['win', 'not_win']);
    assert.deepEqual(outcomes(MATCH, [HOME, AWAY], 2, 2), ['cancel', 'cancel']);
    assert.deepEqual(outcomes(MATCH, [`${HOME} (-1.5)`, `${AWAY} (1.5)`], 3, 2), ['not_win', 'win']);
    assert.deepEqual(outcomes(MATCH, [`${HOME} (-1.5)`, `${AWAY} (1.5)`], 3, 1), ['win', 'not_win']);
    assert.throws(() => outcomeOf(MATCH, 'Somebody Else', { home: 1, away: 0 }), RangeError);
  });
});

describe('names of events', () => {
  it('tell who is at home by the sport', () => {
    const league = (sport: string) => ({
      sports: () => [{ id: '1.20.0', name: [['identifier', sport]] as const }],
      eventGroups: () => [{ id: '1.21.0', sport_id: '1.20.0', name: [['identifier', 'League']] as const }],
    });
    const event = (name: string) => ({
      name: [['en', name]] as const,
      start_time: '2026-10-01T17:00:00',
      event_group_id: '1.21.0',
    });
    const soccer = matchOfEvent(league('Soccer'), event('One v Two'));
    assert.deepEqual([soccer?.home, soccer?.away], ['One', 'Two']);
    const other = matchOfEvent(league('Ice Hockey'), event('One @ Two'));
    assert.deepEqual([other?.home, other?.away], ['Two', 'One']);
    assert.equal(other?.eventId, '2026-10-01t170000z__ice-hockey__league__two__one');
    assert.equal(matchOfEvent(league('Soccer'), event('One @ Two')), undefined);
  });
});
