import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultSportsFolder, loadSportsData } from '../../../core/sports/load.ts';
import { makeNormalizer } from '../../../core/sports/normalizer.ts';
import { scanMatch, scanParticipant } from './linear-scan.ts';

const data = await loadSportsData(defaultSportsFolder(), 'devnet');
const normalizer = makeNormalizer(data);

describe('the index of names', () => {
  test('finds for every name of the data what a scan of them finds', () => {
    for (const sport of data.sports) {
      for (const team of [...sport.participants.values()].flat()) {
        for (const name of [team.identifier, ...Object.values(team.name), ...team.aliases]) {
          for (const spelled of [name, name.toUpperCase(), ` ${name.toLowerCase()}\t`]) {
            assert.equal(normalizer.participant(sport, spelled), scanParticipant(sport, spelled), spelled);
          }
        }
      }
      for (const name of ['', 'Nobody', 'City', 'FC', '__proto__']) {
        assert.equal(normalizer.participant(sport, name), scanParticipant(sport, name), name);
      }
    }
  });

  test('finds the matches that a scan finds', () => {
    const startTime = new Date('2026-11-03T20:00:00Z');
    for (const sport of data.sports) {
      for (const league of sport.eventGroups) {
        const teams = sport.participants.get(league.participants) ?? [];
        for (const [at, home] of teams.entries()) {
          const away = teams[(at + 1) % teams.length]!;
          const names = {
            sport: sport.aliases.at(-1)!,
            eventGroupName: league.aliases.at(-1)!,
            home: home.aliases.at(-1) ?? home.identifier,
            away: away.name.en!,
          };
          const found = normalizer.match({ ...names, startTime });
          assert.deepEqual(found, { ok: true, match: scanMatch(data, names) });
        }
      }
    }
  });
});
