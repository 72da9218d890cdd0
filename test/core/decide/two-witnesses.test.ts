import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { encodeOperation } from '../../../core/chain/codec.ts';
import type { Operation } from '../../../core/chain/types.ts';
import { decide } from '../../../core/decide/decide.ts';
import { diffSports } from '../../../core/decide/diff-sports.ts';
import { acceptIncident } from '../../../core/incidents/accept.ts';
import { parseIncident } from '../../../core/incidents/parse.ts';
import type { StoredIncident } from '../../../core/incidents/types.ts';
import { loadSportsData } from '../../../core/sports/load.ts';
import { makeNormalizer } from '../../../core/sports/normalizer.ts';
import type { LocalAlias, Participant, SportsData } from '../../../core/sports/types.ts';
import { yamlContent } from '../../../core/sports/yaml-file.ts';
import { makeWorld } from '../../support/view-builder.ts';
import { inputOf } from './scenario.ts';

const folder = process.env.BOOKIESPORTS_DIR;
const skip = folder ? false : 'BOOKIESPORTS_DIR names no folder with the canonical sports data';
/** Inside the seasons of these data. */
const NOW = '2021-02-01T00:00:00Z';
const START = '2021-02-03T19:00:00Z';

const copies = await mkdtemp(join(tmpdir(), 'bos-two-witnesses-'));
after(() => rm(copies, { recursive: true }));

/** The same data as other files: every one as JSON, which is YAML too, its keys in another order. */
async function otherFiles(from: string, network: string): Promise<string> {
  await cp(join(from, network), join(copies, network), { recursive: true });
  for (const file of await readdir(join(copies, network), { recursive: true })) {
    if (!file.endsWith('.yaml')) continue;
    const path = join(copies, network, file);
    const content = yamlContent(await readFile(path, 'utf8'));
    // What all these files hold.
    const entries = Object.entries(content as Record<string, unknown>).reverse();
    await writeFile(path, JSON.stringify(Object.fromEntries(entries)));
  }
  return copies;
}

const bytesOf = (operations: readonly Operation[]) =>
  operations.map((operation) => Buffer.from(encodeOperation(operation)).toString('hex'));

describe('two witnesses with the canonical sports data', { skip }, () => {
  for (const network of ['alice', 'beatrice']) {
    test(`${network}: derive byte-equal proposals for the same incidents, however their files and incidents lie`, async () => {
      const from = folder ?? '';
      const ours = await loadSportsData(from, network);
      const theirs = await loadSportsData(await otherFiles(from, network), network);
      assert.equal(theirs.digest, ours.digest);
      const templates = ours.sports.flatMap((sport) => [...sport.marketGroups.values()]);
      const assets = [...new Set(['PPY', ...templates.flatMap((template) => template.assets)])];
      const world = makeWorld({ time: NOW, assets });
      const sync = diffSports(world.view(), ours).map(({ operation }) => operation);
      assert.deepEqual(
        bytesOf(diffSports(world.view(), theirs).map(({ operation }) => operation)),
        bytesOf(sync),
      );
      world.execute(sync);
      world.block(5);

      let leagues = 0;
      for (const sport of ours.sports) {
        for (const league of sport.eventGroups) {
          const [home, away] = sport.participants.get(league.participants) ?? [];
          assert.ok(home && away);
          // One of them needs an alias of its own to know the guests.
          const alias: LocalAlias = {
            kind: 'participant',
            sport: sport.identifier,
            name: 'A name of our own',
            identifier: away.identifier,
          };
          const sides = [
            { data: ours, aliases: [], guest: away.identifier },
            { data: theirs, aliases: [alias], guest: alias.name },
          ];
          const proposals = sides.map(({ data, aliases, guest }, at) => {
            const incidents = createsOf(data, aliases, sport.identifier, league.identifier, home, guest);
            const ordered = at === 0 ? incidents : incidents.toReversed();
            const all = world.witnesses.map((witness) =>
              decide(inputOf(world.view(), { sports: data, incidents: ordered, witness })),
            );
            return all.find(({ propose }) => propose)?.propose?.operations ?? [];
          });
          const [first = [], second = []] = proposals.map(bytesOf);
          assert.ok(first.length > 1, league.identifier);
          assert.deepEqual(second, first, league.identifier);
          leagues += 1;
        }
      }
      assert.ok(leagues >= 5);
    });
  }
});

function createsOf(
  data: SportsData,
  aliases: readonly LocalAlias[],
  sport: string,
  league: string,
  home: Participant,
  away: string,
): readonly StoredIncident[] {
  const normalizer = makeNormalizer(data, aliases);
  return ['p1', 'p2'].map((name, at) => {
    const id = { sport, event_group_name: league, start_time: START, home: home.identifier, away };
    const json = { id, call: 'create', arguments: { season: '2021' }, provider_info: { name } };
    const incident = acceptIncident(parseIncident(json, new Date(NOW)), normalizer);
    return { ...incident, sightings: [], sentUniqueStrings: [], seen: false, position: at + 1 };
  });
}
