import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide } from '../../../core/decide/decide.ts';
import { diffSports } from '../../../core/decide/diff-sports.ts';
import { acceptIncident } from '../../../core/incidents/accept.ts';
import { parseIncident } from '../../../core/incidents/parse.ts';
import { loadSportsData } from '../../../core/sports/load.ts';
import { makeNormalizer } from '../../../core/sports/normalizer.ts';
import { makeWorld } from '../../support/view-builder.ts';
import { inputOf } from './scenario.ts';

const folder = process.env.BOOKIESPORTS_DIR;
const skip = folder ? false : 'BOOKIESPORTS_DIR names no folder with the canonical sports data';

describe('the canonical sports data', { skip }, () => {
  for (const network of ['alice', 'beatrice']) {
    test(`${network}: a sync brings all in sync, and a create of each league is done after one proposal`, async () => {
      const sports = await loadSportsData(folder ?? '', network);
      const normalizer = makeNormalizer(sports);
      const templates = sports.sports.flatMap((sport) => [...sport.marketGroups.values()]);
      const assets = [...new Set(['PPY', ...templates.flatMap((template) => template.assets)])];
      // Inside the seasons of these data.
      const world = makeWorld({ time: '2021-02-01T00:00:00Z', assets });
      world.execute(diffSports(world.view(), sports).map(({ operation }) => operation));
      world.block(5);
      assert.deepEqual(diffSports(world.view(), sports), []);
      for (const sport of sports.sports) {
        for (const league of sport.eventGroups) {
          const [home, away] = sport.participants.get(league.participants) ?? [];
          const incidents = ['p1', 'p2'].map((name) => {
            const receivedAt = new Date('2021-02-01T00:00:00Z');
            const id = {
              sport: sport.identifier,
              event_group_name: league.identifier,
              start_time: '2021-02-03T19:00:00Z',
              home: home?.identifier ?? '',
              away: away?.identifier ?? '',
            };
            const json = { id, call: 'create', arguments: { season: '2021' }, provider_info: { name } };
            const incident = acceptIncident(parseIncident(json, receivedAt), normalizer);
            return { ...incident, sightings: [], sentUniqueStrings: [], seen: false, position: 1 };
          });
          const run = () =>
            world.witnesses.map((witness) => decide(inputOf(world.view(), { sports, incidents, witness })));
          const operations = run().find(({ propose }) => propose)?.propose?.operations;
          assert.ok(operations, `${league.identifier}: nothing to propose`);
          world.execute(operations);
          for (const { status } of run()) assert.equal(status, 'done', league.identifier);
        }
      }
    });
  }
});
