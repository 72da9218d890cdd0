import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import type { Operation } from '../../../core/chain/types.ts';
import { OP } from '../../../core/chain/types.ts';
import { decide } from '../../../core/decide/decide.ts';
import { diffSports } from '../../../core/decide/diff-sports.ts';
import { acceptIncident } from '../../../core/incidents/accept.ts';
import { parseIncident } from '../../../core/incidents/parse.ts';
import { canonicalJson } from '../../../core/sports/canonical-json.ts';
import { defaultSportsFolder, loadSportsData } from '../../../core/sports/load.ts';
import { makeNormalizer } from '../../../core/sports/normalizer.ts';
import type { EventGroup, NormalizedMatch, Sport, SportsData } from '../../../core/sports/types.ts';
import { makeWorld } from '../../support/view-builder.ts';
import { inputOf } from '../decide/scenario.ts';
import { type NamedOperation, operationsOf } from './golden-operations.ts';

const folder = process.env.BOOKIESPORTS_DIR ?? '';
const skip =
  folder === ''
    ? 'BOOKIESPORTS_DIR is not set: the canonical sports data are no part of this project'
    : false;

/** The first team of the league's list at home to the second, found by the names of an incident. */
function matchOf(data: SportsData, sport: Sport, league: EventGroup, startTime: Date): NormalizedMatch {
  const [home, away] = sport.participants.get(league.participants)!;
  const result = makeNormalizer(data).match({
    sport: sport.identifier,
    eventGroupName: league.identifier,
    startTime,
    home: home!.identifier,
    away: away!.identifier,
  });
  assert.ok(result.ok, `${league.identifier} is not in season at ${startTime.toISOString()}`);
  return result.match;
}

const FILES: Readonly<Record<string, string>> = {
  'NFL Regular Season': 'NFL',
  'MLB Regular Season': 'MLB',
  'NBA Regular Season': 'NBA',
  'NHL Regular Season': 'NHL',
  EPL: 'EPL',
  LaLiga: 'LaLiga',
  'Serie A': 'SerieA',
  Bundesliga: 'Bundesliga',
  'UEFA Champions League': 'ChampionsLeague',
};

describe('one match of each league of the development chain', () => {
  const START = '2026-02-03T19:00:00Z';

  test('puts on chain what a derivation in Python does, operation by operation', async () => {
    const data = await loadSportsData(defaultSportsFolder(), 'devnet');
    const leagues = data.sports.flatMap((sport) => sport.eventGroups.map((league) => ({ sport, league })));
    assert.deepEqual(leagues.map(({ league }) => league.identifier).sort(), Object.keys(FILES).sort());
    for (const { sport, league } of leagues) {
      const file = new URL(`../../fixtures/sports/golden/${FILES[league.identifier]}.json`, import.meta.url);
      const expected: unknown = JSON.parse(await readFile(file, 'utf8'));
      const operations = operationsOf(matchOf(data, sport, league, new Date(START)), new Date(START));
      assert.deepEqual(operations, expected, league.identifier);
    }
  });

  test('is decided to be exactly the part of it that takes no parameters', async () => {
    const data = await loadSportsData(defaultSportsFolder(), 'devnet');
    const world = makeWorld({ time: '2026-02-01T00:00:00Z', assets: ['PPY', 'BTC'] });
    world.execute(diffSports(world.view(), data).map(({ operation }) => operation));
    world.block(5);
    for (const sport of data.sports) {
      for (const league of sport.eventGroups) {
        const match = matchOf(data, sport, league, new Date(START));
        const incidents = ['p1', 'p2'].map((name) => {
          const id = {
            sport: sport.identifier,
            event_group_name: league.identifier,
            start_time: START,
            home: match.home.identifier,
            away: match.away.identifier,
          };
          const json = { id, call: 'create', arguments: { season: '2026' }, provider_info: { name } };
          const parsed = parseIncident(json, new Date('2026-02-01T00:00:00Z'));
          const incident = acceptIncident(parsed, makeNormalizer(data));
          return { ...incident, sightings: [], sentUniqueStrings: [], seen: false, position: 1 };
        });
        const proposed = world.witnesses
          .map((witness) => decide(inputOf(world.view(), { sports: data, incidents, witness })).propose)
          .find((one) => one)?.operations;
        assert.ok(proposed, `${league.identifier}: nothing to propose`);
        assert.deepEqual(
          proposed.map(textsOf),
          staticPart(operationsOf(match, new Date(START))).map(named),
          league.identifier,
        );
      }
    }
  });
});

/** Event, static groups and their markets. */
function staticPart(operations: readonly NamedOperation[]): readonly NamedOperation[] {
  const start = operations.findIndex(([name]) => name === 'event_create');
  const dynamic = new Set<string>();
  return operations.filter(([, fields], at) => {
    const isDynamic =
      JSON.stringify(fields.description)?.includes('"_dynamic"') || dynamic.has(String(fields.group_id));
    if (isDynamic) dynamic.add(`0.0.${at}`);
    return at >= start && !isDynamic;
  });
}

/** What does not depend on what else is on chain. */
function named([name, fields]: NamedOperation) {
  const {
    fee: _fee,
    event_group_id: _league,
    event_id: _event,
    rules_id: _rules,
    group_id: _group,
    ...rest
  } = fields;
  return [name, rest];
}

function textsOf([tag, fields]: Operation) {
  const [name = ''] = Object.entries(OP).find(([, number]) => number === tag) ?? [];
  return named([name, fields]);
}

describe('one match of each league of the canonical data', { skip }, () => {
  // Inside their seasons, which end on 2022-01-01.
  const START = new Date('2021-02-03T19:00:00Z');

  for (const network of ['alice', 'beatrice']) {
    test(`of ${network} puts on chain what a derivation in Python does`, async () => {
      const data = await loadSportsData(folder, network);
      const hashes = data.sports.flatMap((sport) =>
        sport.eventGroups.map((league) => {
          const operations = operationsOf(matchOf(data, sport, league, START), START);
          return createHash('sha256').update(canonicalJson(operations)).digest('hex');
        }),
      );
      // Printed by derive.py beside the files of our own data.
      assert.deepEqual(hashes, [
        '7b247685777f221099abd8161a32bb84ee991b65d3f6a1055e0d46bab404de32',
        '37351c3e3f57b532ecf8fcc9b9097a74ca7a43c215dd9b690d2d8aa353058048',
        'e94ca5a6d521793cca92c2e461ded7df24ecb636c22451b6026af6d19eeb473f',
        'ebbaa7be9b5affd4508de60237b2e8ecd5d821fc9fa1808f3185e78a33305049',
        '045cd15df8cef31f9b43385e0c4b3a7ef9d5bbbfed57ba62b7d59780f5282c0d',
        'de6262450493a9a7089647138a6959121aa19bb1571f88f36572ef78a2938236',
        '13a71724a97391159b64a163cb36fc6919fe8613df92fdb09097cabff5c4ce2b',
        '8a8cbe49b26377c96003ab0a6d55f4a3b45f0c37a6e7062d2bcf7057a5cfc244',
      ]);
    });
  }
});
