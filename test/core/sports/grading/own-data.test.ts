import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultSportsFolder, loadSportsData } from '../../../../core/sports/load.ts';
import { compareAll, type Expected, HANDICAPS, TOTALS, twoSides } from './tables.ts';

/** Guest before host where the guest is named first. */
const GUEST_FIRST: Readonly<Record<string, Expected>> = {
  Moneyline: ({ home, away }) => twoSides(away - home, 'void'),
  Handicap: ({ home, away }, { handicaps: [, forAway = 0] = [] }) => twoSides(away + forAway - home, 'void'),
  Total: ({ home, away }, { overunder = 0 }) => twoSides(home + away - overunder, 'void'),
};
const winner: Expected = ({ home, away }) => [
  home > away ? 'win' : 'not_win',
  home < away ? 'win' : 'not_win',
  home === away ? 'win' : 'not_win',
];

function expectedOf(key: string): Expected {
  const [, kind = '', fixed] = key.split('_');
  if (kind === 'MatchOdds' || kind === 'Winner') return winner;
  const total = fixed === undefined ? undefined : Number(fixed);
  if (total !== undefined) return ({ home, away }) => twoSides(home + away - total, 'void');
  const expected = GUEST_FIRST[kind];
  assert.ok(expected, `no table for ${key}`);
  return expected;
}

describe('the gradings of our data', () => {
  for (const network of ['devnet', 'template']) {
    test(`of ${network} settle every market for every score, as a table without formulas says`, async () => {
      const { sports } = await loadSportsData(defaultSportsFolder(), network);
      const rules = sports.flatMap((sport) => [...sport.rules].map(([key, one]) => ({ sport, key, one })));
      assert.equal(rules.length, network === 'devnet' ? 20 : 4);
      for (const { sport, key, one } of rules) {
        const kind = [...sport.marketGroups.values()].find((template) => template.rules === key)?.dynamic;
        const settings =
          kind === 'hc'
            ? [...HANDICAPS, { handicaps: [2, -2] as const }, { handicaps: [0, 0] as const }]
            : kind === 'ou'
              ? [...TOTALS, { overunder: 5 }]
              : [{}];
        const highest = sport.identifier === 'Basketball' ? 150 : 12;
        assert.equal(compareAll(one, expectedOf(key), settings, highest), 0);
      }
    });
  }
});
