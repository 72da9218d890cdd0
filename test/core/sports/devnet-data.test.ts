import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEVNET_CHAIN_ID } from '../../../core/chain/devnet-chain.ts';
import { availableNetworks, defaultSportsFolder, loadSportsData } from '../../../core/sports/load.ts';
import { makeNormalizer } from '../../../core/sports/normalizer.ts';
import { eventName, marketDescription, marketGroupDescription } from '../../../core/sports/texts.ts';
import { hashOfChainTexts } from './golden-texts.ts';

const data = await loadSportsData(defaultSportsFolder(), 'devnet');
const normalizer = makeNormalizer(data);

describe('the data set of the development chain', () => {
  test('is the one that comes with the package and names its chain', async () => {
    assert.deepEqual(await availableNetworks(defaultSportsFolder()), ['devnet', 'template']);
    assert.equal(data.chainId, DEVNET_CHAIN_ID);
  });

  test('puts the same texts on chain as a derivation in Python', () => {
    assert.equal(hashOfChainTexts(data), '54116e2a4235986a1365737ee8462225c3683d733898015e9606c93a4a044802');
  });

  test('has every team of its leagues, each name meaning one', () => {
    const counts: Record<string, number> = {};
    for (const sport of data.sports) {
      for (const [key, teams] of sport.participants) counts[key] = teams.length;
      for (const team of [...sport.participants.values()].flat()) {
        for (const name of [team.identifier, ...Object.values(team.name), ...team.aliases]) {
          assert.equal(normalizer.participant(sport, name)?.identifier, team.identifier, name);
        }
      }
    }
    const { Bundesliga = 0, EPL = 0, LaLiga = 0, SerieA = 0, ...fixed } = counts;
    assert.deepEqual(fixed, { NFL: 32, MLB: 30, NBA: 30, NHL: 32, ChampionsLeague: 36 });
    // With clubs that come up or went down lately.
    assert.ok(Bundesliga >= 18 && EPL >= 20 && LaLiga >= 20 && SerieA >= 20);
  });

  test('knows clubs by their usual names in every competition', () => {
    const identifiers = (league: string, home: string, away: string) => {
      const startTime = new Date('2026-11-03T20:00:00Z');
      const result = normalizer.match({ sport: 'football', eventGroupName: league, startTime, home, away });
      assert.ok(result.ok, JSON.stringify(result));
      const { match } = result;
      return [match.sport, match.eventGroup, match.home, match.away].map(({ identifier }) => identifier);
    };
    assert.deepEqual(identifiers('premier league', 'Man Utd', "Nott'm Forest"), [
      'Soccer',
      'EPL',
      'Manchester United',
      'Nottingham Forest',
    ]);
    assert.deepEqual(identifiers('La Liga', 'ATLÉTICO DE MADRID', 'Barça').slice(1), [
      'LaLiga',
      'Atletico Madrid',
      'Barcelona',
    ]);
    assert.deepEqual(identifiers('SerieA', 'Internazionale', 'AS Roma').slice(1), [
      'Serie A',
      'Inter Milan',
      'Roma',
    ]);
    assert.deepEqual(identifiers('1. Bundesliga', 'FC Bayern München', '1. FC Köln').slice(1), [
      'Bundesliga',
      'Bayern Munich',
      'Cologne',
    ]);
    assert.deepEqual(identifiers('UCL', 'PSG', 'Spurs').slice(1), [
      'UEFA Champions League',
      'Paris Saint-Germain',
      'Tottenham Hotspur',
    ]);
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
