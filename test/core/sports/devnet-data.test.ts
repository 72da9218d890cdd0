import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DEVNET_CHAIN_ID } from '../../../core/chain/devnet-chain.ts';
import { availableNetworks, defaultSportsFolder, loadSportsData } from '../../../core/sports/load.ts';
import { makeNormalizer } from '../../../core/sports/normalizer.ts';
import { eventName, marketDescription, marketGroupDescription } from '../../../core/sports/texts.ts';
import type { Rules } from '../../../core/sports/types.ts';
import { hashOfChainTexts } from './golden-texts.ts';

const data = await loadSportsData(defaultSportsFolder(), 'devnet');
const normalizer = makeNormalizer(data);

/** The texts of a market's resolution that are true, for formulas of numbers, brackets, signs and comparisons. */
function trueKeys(rules: Rules, market: number, values: Record<string, number>): string[] {
  const compute = (formula: string, fields: Record<string, number>): unknown => {
    const filled = formula.replace(/\{([\w.]+)\}/g, (_, name: string) => String(fields[name]));
    assert.match(filled, /^[\d\s.()+<>=-]+$/);
    return new Function(`return ${filled}`)();
  };
  const metric = compute(rules.grading.metric, values) as number;
  return Object.entries(rules.grading.resolutions[market] ?? {}).flatMap(([key, formula]) =>
    compute(formula, { ...values, metric }) === true ? [key] : [],
  );
}

function values(home: number, away: number, handicap: number, overunder: number): Record<string, number> {
  return {
    'result.home': home,
    'result.away': away,
    'result.total': home + away,
    'handicaps.home': handicap,
    'handicaps.away': -handicap,
    'overunder.value': overunder,
  };
}

function rulesOf(league: string, name: string): Rules {
  const rules = data.sports.map((sport) => sport.rules.get(`${league}_${name}`)).find((found) => found);
  assert.ok(rules);
  return rules;
}

describe('the data set of the development chain', () => {
  test('is the one that comes with the package and names its chain', async () => {
    assert.deepEqual(await availableNetworks(defaultSportsFolder()), ['devnet']);
    assert.equal(data.chainId, DEVNET_CHAIN_ID);
  });

  test('puts the same texts on chain as a derivation in Python', () => {
    assert.equal(hashOfChainTexts(data), '374ebcf8972f087580d9007f00096ea12c7cd8005d364cce04d2e10979345d6e');
  });

  test('has the 30 teams of the NBA and the 32 of the NHL, each name meaning one', () => {
    for (const sport of data.sports) {
      const teams = [...sport.participants.values()].flat();
      assert.equal(teams.length, sport.identifier === 'Basketball' ? 30 : 32);
      for (const team of teams) {
        for (const name of [team.identifier, ...Object.values(team.name), ...team.aliases]) {
          assert.equal(normalizer.participant(sport, name), team, name);
        }
      }
    }
  });

  test('knows the leagues under the names that are in use', () => {
    for (const league of [
      'NHL',
      'National Hockey League',
      'nhl regular season',
      'National Hockey League - Regular Season',
    ]) {
      const result = normalizer.match({
        sport: 'Ice Hockey',
        eventGroupName: league,
        startTime: new Date('2018-03-16T23:00:00Z'),
        home: 'Washington Capitals',
        away: 'New York Islanders',
      });
      assert.ok(result.ok, league);
      assert.equal(result.match.eventGroup.identifier, 'NHL Regular Season');
      assert.equal(result.match.eventGroup.leadTimeMaxDays, 14);
    }
  });

  test('names events and markets readably', () => {
    const hockey = data.sports.find(({ identifier }) => identifier === 'Ice Hockey');
    const [home, away] = [{ identifier: 'Washington Capitals' }, { identifier: 'New York Islanders' }];
    assert.deepEqual(eventName(hockey!.eventGroups[0]!, home, away), [
      ['en', 'New York Islanders @ Washington Capitals'],
    ]);
    const handicap = hockey!.marketGroups.get('NHL_Handicap')!;
    const dynamic = { handicaps: [-1.5, 1.5] } as const;
    assert.deepEqual(marketGroupDescription(handicap, home, away, 'PPY', dynamic), [
      ['_dynamic', 'hc'],
      ['_hca', '1.5'],
      ['_hch', '-1.5'],
      ['en', 'Handicap: Washington Capitals -1.5'],
      ['sen', 'Handicap -1.5'],
    ]);
    assert.deepEqual(marketDescription(handicap, 0, home, away, dynamic), [
      ['en', 'New York Islanders (1.5)'],
    ]);
  });

  test('offers the winner of NBA games in two assets', () => {
    const basketball = data.sports.find(({ identifier }) => identifier === 'Basketball');
    const [home, away] = [{ identifier: 'Miami Heat' }, { identifier: 'Utah Jazz' }];
    const english = basketball!.marketGroups
      .get('NBA_Moneyline')!
      .assets.map(
        (asset) =>
          marketGroupDescription(basketball!.marketGroups.get('NBA_Moneyline')!, home, away, asset)[0]?.[1],
      );
    assert.deepEqual(english, ['Moneyline_PPY', 'Moneyline_BTC']);
  });
});

describe('the gradings of the development chain', () => {
  const score = fc.integer({ min: 0, max: 200 });
  const half = fc.integer({ min: -50, max: 50 }).map((halves) => halves / 2);

  test('have exactly one truth per market for every score and parameter', () => {
    fc.assert(
      fc.property(score, score, half, half, (home, away, handicap, overunder) => {
        for (const sport of data.sports) {
          for (const rules of sport.rules.values()) {
            for (const market of rules.grading.resolutions.keys()) {
              assert.equal(
                trueKeys(rules, market, values(home, away, handicap, Math.abs(overunder))).length,
                1,
              );
            }
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test('say of each side what its name says', () => {
    for (const league of ['NHL', 'NBA']) {
      const graded = (name: string, ...numbers: [number, number, number, number]) =>
        [0, 1].map((market) => trueKeys(rulesOf(league, name), market, values(...numbers))[0]);
      // Guest first, then host.
      assert.deepEqual(graded('Moneyline', 3, 2, 0, 0), ['not_win', 'win']);
      assert.deepEqual(graded('Moneyline', 2, 2, 0, 0), ['void', 'void']);
      assert.deepEqual(graded('Handicap', 3, 2, -1.5, 0), ['win', 'not_win']);
      assert.deepEqual(graded('Handicap', 4, 2, -1.5, 0), ['not_win', 'win']);
      assert.deepEqual(graded('Handicap', 2, 3, 1.5, 0), ['not_win', 'win']);
      assert.deepEqual(graded('Handicap', 4, 2, -2, 0), ['void', 'void']);
      // Over first, then under.
      assert.deepEqual(graded('Total', 3, 3, 0, 5.5), ['win', 'not_win']);
      assert.deepEqual(graded('Total', 3, 2, 0, 5.5), ['not_win', 'win']);
    }
  });
});
