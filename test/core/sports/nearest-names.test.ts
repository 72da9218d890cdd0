import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultSportsFolder, loadSportsData } from '../../../core/sports/load.ts';
import { makeNearestNames } from '../../../core/sports/nearest-names.ts';

const data = await loadSportsData(defaultSportsFolder(), 'devnet');
const nearestNames = makeNearestNames(data);
const teams = (name: string, sport = 'Soccer', limit?: number) =>
  nearestNames({ kind: 'participant', name, sport }, limit).map(({ identifier }) => identifier);

describe('the names nearest to an unknown one', () => {
  test('are found through typing errors, other orders, words too many and too few, and accents', () => {
    const meant: readonly [name: string, identifier: string][] = [
      ['Manchester Untied', 'Manchester United'],
      ['Evrton', 'Everton'],
      ['Liverpol FC', 'Liverpool'],
      ['West Ham Utd.', 'West Ham United'],
      ['Barcelona Futbol Club', 'Barcelona'],
      ['Monchengladbach Borussia', 'Borussia Monchengladbach'],
      ['Atlético', 'Atletico Madrid'],
      ['KÖLN 1. FC', 'Cologne'],
      ['Paris Saint Germain FC', 'Paris Saint-Germain'],
      ['Bayer Munich', 'Bayern Munich'],
      ['Deportivo Alavez', 'Alaves'],
      ['Sporting Lisboa', 'Sporting CP'],
    ];
    for (const [name, identifier] of meant) assert.equal(teams(name)[0], identifier, name);
    assert.equal(teams('NY Islandres', 'Ice Hockey')[0], 'New York Islanders');
  });

  test('are each told once, best first, with the name that looks alike', () => {
    const [first, second, ...more] = nearestNames(
      { kind: 'participant', name: 'Manchester Untied', sport: 'Soccer' },
      2,
    );
    assert.equal(more.length, 0);
    assert.deepEqual([first?.identifier, first?.name], ['Manchester United', 'Manchester United']);
    assert.ok(first && second && first.distance < second.distance && second.distance <= 1);
    const all = teams('United', 'Soccer', 10);
    assert.equal(new Set(all).size, all.length);
    assert.equal(teams('Borussia').length, 2);
  });

  test('are of the sport that was searched', () => {
    assert.deepEqual(teams('Kings', 'Basketball').slice(0, 1), ['Sacramento Kings']);
    assert.deepEqual(teams('Kings', 'Ice Hockey').slice(0, 1), ['Los Angeles Kings']);
    assert.deepEqual(teams('Kings', 'Chess'), []);
  });

  test('are of the kind that was searched', () => {
    const leagues = nearestNames({ kind: 'event_group', name: 'Premier Leauge', sport: 'Soccer' });
    assert.equal(leagues[0]?.identifier, 'EPL');
    const sports = nearestNames({ kind: 'sport', name: 'Icehokey' });
    assert.equal(sports[0]?.identifier, 'Ice Hockey');
  });

  test('are none where nothing looks alike, or where the name is known at another time', () => {
    assert.deepEqual(teams('Xyz Qwerty'), []);
    assert.deepEqual(teams(' '), []);
    assert.deepEqual(
      nearestNames({ kind: 'event_group', name: 'EPL', sport: 'Soccer', outOfSeason: '2020' }),
      [],
    );
  });
});
