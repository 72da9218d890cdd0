import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadSportsData } from '../../../../core/sports/load.ts';
import type { DynamicValues } from '../../../../core/sports/texts.ts';
import { compareAll, type Expected, HANDICAPS, TOTALS, twoSides } from './tables.ts';

const folder = process.env.BOOKIESPORTS_DIR ?? '';
const skip =
  folder === ''
    ? 'BOOKIESPORTS_DIR is not set: the canonical sports data are no part of this project'
    : false;

/** What the rules of the canonical data make of a score, and for which parameters they are used. */
function tableOf(key: string): { expected: Expected; settings: readonly DynamicValues[] } {
  const [, sport = '', kind = '', fixed] = key.split('_');
  switch (kind) {
    case 'MO':
      return {
        expected: ({ home, away }) =>
          [home > away, home < away, home === away].map((wins) => (wins ? 'win' : 'not_win')),
        settings: [{}],
      };
    case 'ML':
      return { expected: ({ home, away }) => twoSides(away - home, 'void'), settings: [{}] };
    case 'OU': {
      // Under before over.
      const under: Expected = ({ home, away }, { overunder = Number(fixed) }) =>
        twoSides(overunder - home - away, 'not_win');
      return { expected: under, settings: sport === 'Soccer' ? [{}] : TOTALS };
    }
    case 'HCP': {
      const expected: Expected =
        sport === 'MLB'
          ? // The advantage of the other side, never negative.
            ({ home, away }, { handicaps: [h = 0, a = 0] = [] }) =>
              twoSides(home + Math.max(a, 0) - away - Math.max(h, 0), 'not_win')
          : ({ home, away }, { handicaps: [h = 0, a = 0] = [] }) => twoSides(home - h - (away - a), 'void');
      return { expected, settings: HANDICAPS };
    }
    default:
      assert.fail(`no table for ${key}`);
  }
}

describe('the gradings of the canonical data', { skip }, () => {
  test('settle markets as a table without formulas says, but for draws that they do not provide for', async () => {
    const { sports } = await loadSportsData(folder, 'alice');
    const unsettled: Record<string, number> = {};
    for (const sport of sports) {
      for (const [key, rules] of sport.rules) {
        const { expected, settings } = tableOf(key);
        const count = compareAll(rules, expected, settings, sport.identifier === 'Basketball' ? 150 : 12);
        if (count > 0) unsettled[key] = count;
      }
    }
    // Level scores: 13 of them up to 12, 151 up to 150; with a handicap h the scores that are 2 h apart.
    assert.deepEqual(unsettled, {
      R_MLB_ML_1: 13,
      R_NFL_HCP_1: 42,
      R_NFL_ML_1: 13,
      R_NHL_HCP_1: 42,
      R_NHL_ML_1: 13,
      R_NBA_HCP_1: 856,
      R_NBA_ML_1: 151,
    });
  });
});
