import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isNear, statedValues, valuesOf } from '../../../core/decide/dynamic-values.ts';
import { makeNormalizer } from '../../../core/sports/normalizer.ts';
import { dynamics, SPORTS, type Stated } from './match.ts';

const normalizer = makeNormalizer(SPORTS);
const sport = SPORTS.sports[0]!;
const [home, away] = sport.participants.get('teams')!;
const MATCH = { sport, eventGroup: sport.eventGroups[0]!, home: home!, away: away! };

function stated(type: 'hc' | 'ou', ...types: readonly Stated[]): readonly number[] {
  return statedValues([dynamics('p1', types)], type, MATCH, normalizer);
}
const hc = (participant: string, value: string): Stated => ({ type: 'hc', value, participant });

describe('stated values', () => {
  test('a handicap is seen from home: one stated for away counts inverted', () => {
    assert.deepEqual(stated('hc', hc('Blue Whales', '-2'), hc('Red Foxes', '3')), [-2, -3]);
  });

  test('a team is known by any of its names', () => {
    const [incident] = [dynamics('p1', [hc('Blue Whales', '-2')])];
    const args = { types: [hc(' whales ', '-2')] };
    const aliased = { ...incident!, body: { ...incident!.body, arguments: args as never } };
    assert.deepEqual(statedValues([aliased], 'hc', MATCH, normalizer), [-2]);
  });

  test('1x2_hc is the same family as hc', () => {
    assert.deepEqual(stated('hc', { type: '1x2_hc', value: '1.5', participant: 'Blue Whales' }), [1.5]);
  });

  test('every value of every incident counts', () => {
    const incidents = [
      dynamics('p1', [
        { type: 'ou', value: '5.5' },
        { type: 'ou', value: '6' },
      ]),
      dynamics('p2', [{ type: 'ou', value: '7' }]),
    ];
    assert.deepEqual(statedValues(incidents, 'ou', MATCH, normalizer), [5.5, 6, 7]);
  });

  test('what cannot be read, or speaks of a third team, gives nothing', () => {
    const [incident] = [dynamics('p1', [{ type: 'ou', value: '5.5' }])];
    const odd = [
      null,
      'x',
      {},
      { type: 'ou', value: 'many' },
      { type: 'hc', value: '2' },
      { ...hc('Green Owls', '2') },
    ];
    const broken = { ...incident!, body: { ...incident!.body, arguments: { types: odd } as never } };
    assert.deepEqual(statedValues([broken], 'ou', MATCH, normalizer), []);
    assert.deepEqual(statedValues([broken], 'hc', MATCH, normalizer), []);
    const shapeless = { ...incident!, body: { ...incident!.body, arguments: {} } };
    assert.deepEqual(statedValues([shapeless], 'ou', MATCH, normalizer), []);
  });
});

describe('the value of a market group', () => {
  const ou = (...values: number[]) => valuesOf(values, 'ou', true).overunder;
  const handicap = (allowsHalves: boolean, ...values: number[]) =>
    valuesOf(values, 'hc', allowsHalves).handicaps;

  test('over/under is the median, down to an integer, plus a half', () => {
    assert.equal(ou(5), 5.5);
    assert.equal(ou(5.9), 5.5);
    assert.equal(ou(3, 9, 5), 5.5);
    assert.equal(ou(5, 8), 6.5);
    assert.equal(ou(235.5), 235.5);
  });

  test('a handicap is rounded, then moved away from zero by a half; away is the opposite', () => {
    assert.deepEqual(handicap(true, -2), [-2.5, 2.5]);
    assert.deepEqual(handicap(true, 2), [2.5, -2.5]);
    assert.deepEqual(handicap(true, -2, -3, -7), [-3.5, 3.5]);
    assert.deepEqual(handicap(true, 1.4), [1.5, -1.5]);
  });

  test('a half rounds to the even neighbour, as Python rounds', () => {
    assert.deepEqual(handicap(true, 2.5), [2.5, -2.5]);
    assert.deepEqual(handicap(true, 3.5), [4.5, -4.5]);
    assert.deepEqual(handicap(true, -2.5), [-2.5, 2.5]);
  });

  test('no handicap is half a goal for home, whichever side it was stated for', () => {
    assert.deepEqual(handicap(true, 0), [0.5, -0.5]);
    assert.deepEqual(handicap(true, -0.4), [0.5, -0.5]);
  });

  test('a template without halves gets integers', () => {
    assert.deepEqual(handicap(false, -2.4), [-2, 2]);
    assert.deepEqual(handicap(false, 0), [0, 0]);
  });
});

describe('near values', () => {
  test('within the tolerance and of the same form', () => {
    assert.equal(isNear({ overunder: 5.5 }, { overunder: 6.5 }, 1), true);
    assert.equal(isNear({ overunder: 5.5 }, { overunder: 7.5 }, 1), false);
    assert.equal(isNear({ overunder: 5.5 }, { overunder: 6 }, 1), false);
    assert.equal(isNear({ handicaps: [-2.5, 2.5] }, { handicaps: [-1.5, 1.5] }, 1), true);
    assert.equal(isNear({ handicaps: [-0.5, 0.5] }, { handicaps: [0.5, -0.5] }, 1), true);
    assert.equal(isNear({ handicaps: [-2.5, 3.5] }, { handicaps: [-2.5, 2.5] }, 1), false);
    assert.equal(isNear({ overunder: 5.5 }, { handicaps: [5.5, -5.5] }, 1), true);
    assert.equal(isNear({}, { overunder: 5.5 }, 1), false);
  });
});
