import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { BosError, type ErrorKind } from '../../../core/errors.ts';
import { defaultSportsFolder, loadSportsData } from '../../../core/sports/load.ts';
import { aliasFor, loadAliases, saveAlias, staleAliases } from '../../../core/sports/local-aliases.ts';
import { makeNormalizer } from '../../../core/sports/normalizer.ts';
import type { LocalAlias } from '../../../core/sports/types.ts';
import { makeFolders } from './changed-data.ts';
import { hashOfChainTexts } from './golden-texts.ts';

const folders = makeFolders();
const data = await loadSportsData(defaultSportsFolder(), 'devnet');
const TEAM: LocalAlias = {
  kind: 'participant',
  sport: 'Soccer',
  name: 'Man Utd FC',
  identifier: 'Manchester United',
};
const LEAGUE: LocalAlias = { kind: 'event_group', sport: 'Soccer', name: 'ENG 1', identifier: 'EPL' };
const SPORT: LocalAlias = { kind: 'sport', name: 'Footy', identifier: 'Soccer' };
const names = {
  sport: 'FOOTY',
  eventGroupName: 'eng 1 ',
  startTime: new Date('2026-11-03'),
  home: ' man utd fc',
  away: 'Spurs',
};

async function aliasFile(text?: string): Promise<string> {
  const file = join(await folders.empty(), 'aliases.yaml');
  if (text !== undefined) await writeFile(file, text);
  return file;
}

const fails = (kind: ErrorKind, message: RegExp) => (error: unknown) =>
  error instanceof BosError && error.kind === kind && message.test(error.message);

describe('local aliases', () => {
  test('are recognised besides the names of the data', () => {
    assert.equal(makeNormalizer(data).match(names).ok, false);
    const result = makeNormalizer(data, [TEAM, LEAGUE, SPORT]).match(names);
    assert.ok(result.ok);
    const { sport, eventGroup, home, away } = result.match;
    assert.deepEqual(
      [sport, eventGroup, home, away].map(({ identifier }) => identifier),
      ['Soccer', 'EPL', 'Manchester United', 'Tottenham Hotspur'],
    );
  });

  test('never win against the data', () => {
    const wrong: LocalAlias = { ...TEAM, name: 'Spurs', identifier: 'Arsenal' };
    const [soccer] = data.sports.filter(({ identifier }) => identifier === 'Soccer');
    assert.equal(
      makeNormalizer(data, [wrong]).participant(soccer!, 'Spurs')?.identifier,
      'Tottenham Hotspur',
    );
  });

  test('change neither the digest of the data nor anything on chain', () => {
    const [before, digest] = [hashOfChainTexts(data), data.digest];
    const result = makeNormalizer(data, [TEAM, LEAGUE, SPORT]).match(names);
    assert.ok(result.ok);
    assert.equal(
      result.match.home,
      data.sports
        .find(({ identifier }) => identifier === 'Soccer')
        ?.participants.get('EPL')
        ?.find(({ identifier }) => identifier === 'Manchester United'),
    );
    assert.deepEqual([hashOfChainTexts(data), data.digest], [before, digest]);
  });

  test('that mean nothing in the data are harmless and told', () => {
    const gone: LocalAlias = { ...TEAM, identifier: 'Bury' };
    assert.equal(makeNormalizer(data, [gone]).match(names).ok, false);
    const elsewhere: LocalAlias = { ...LEAGUE, sport: 'Chess' };
    const none: LocalAlias = { kind: 'sport', name: 'x', identifier: 'Chess' };
    assert.deepEqual(staleAliases(data, [TEAM, gone, LEAGUE, elsewhere, SPORT, none]), [
      gone,
      elsewhere,
      none,
    ]);
  });
});

describe('making a local alias', () => {
  test('takes identifiers and names in any case and stores identifiers', () => {
    const wanted: LocalAlias = {
      kind: 'participant',
      sport: 'football',
      name: ' Man Utd FC ',
      identifier: 'manchester united',
    };
    assert.deepEqual(aliasFor(data, [], wanted), TEAM);
    assert.deepEqual(aliasFor(data, [], { ...LEAGUE, identifier: 'epl' }), LEAGUE);
    assert.deepEqual(aliasFor(data, [], { ...SPORT, identifier: 'soccer' }), SPORT);
    assert.deepEqual(aliasFor(data, [SPORT], { ...TEAM, sport: 'footy' }), TEAM);
  });

  test('refuses names that mean something else already', () => {
    const spurs = { ...TEAM, name: 'Spurs' };
    assert.throws(
      () => aliasFor(data, [], spurs),
      fails('conflict', /"Spurs" means Tottenham Hotspur already/),
    );
    const other = { ...TEAM, identifier: 'Arsenal' };
    assert.throws(() => aliasFor(data, [TEAM], other), fails('conflict', /means Manchester United already/));
    assert.throws(
      () => aliasFor(data, [], { ...LEAGUE, name: 'La Liga' }),
      fails('conflict', /means LaLiga already/),
    );
    assert.throws(
      () => aliasFor(data, [], { ...SPORT, name: 'Hockey' }),
      fails('conflict', /means Ice Hockey already/),
    );
    assert.deepEqual(aliasFor(data, [TEAM], TEAM), TEAM);
  });

  test('refuses what is not there', () => {
    assert.throws(
      () => aliasFor(data, [], { ...TEAM, identifier: 'Bury' }),
      fails('not_found', /no team of Soccer has the identifier "Bury"/),
    );
    assert.throws(
      () => aliasFor(data, [], { ...TEAM, sport: 'Chess' }),
      fails('not_found', /no sport is called "Chess"/),
    );
    assert.throws(
      () => aliasFor(data, [], { ...SPORT, identifier: 'Chess' }),
      fails('not_found', /no sport of devnet/),
    );
    assert.throws(
      () => aliasFor(data, [], { ...TEAM, name: ' ' }),
      fails('invalid', /expected the unknown name/),
    );
  });
});

describe('the file of local aliases', () => {
  test('need not be there, and is made with the first one', async () => {
    const file = await aliasFile();
    assert.deepEqual(await loadAliases(file), []);
    for (const alias of [TEAM, LEAGUE, SPORT]) await saveAlias(file, alias);
    assert.deepEqual(await loadAliases(file), [TEAM, LEAGUE, SPORT]);
    assert.match(await readFile(file, 'utf8'), /^# Names that this witness knows/);
    // Nothing is left of how it was written.
    assert.deepEqual(
      (await readdir(join(file, '..'))).filter((name) => name.startsWith('aliases')),
      ['aliases.yaml'],
    );
  });

  test('keeps comments, and every alias once', async () => {
    const file = await aliasFile(
      '# ours\naliases:\n  # the usual spelling\n  - { kind: sport, name: Footy, identifier: Soccer } # yes\n',
    );
    await saveAlias(file, TEAM);
    await saveAlias(file, { ...SPORT, name: 'FOOTY' });
    const text = await readFile(file, 'utf8');
    for (const comment of ['# ours', '# the usual spelling', '# yes'])
      assert.ok(text.includes(comment), text);
    assert.deepEqual(await loadAliases(file), [SPORT, TEAM]);
  });

  test('may be empty', async () => {
    for (const text of ['aliases:\n', 'aliases: []\n']) {
      const file = await aliasFile(text);
      assert.deepEqual(await loadAliases(file), []);
      await saveAlias(file, { ...TEAM, name: 'No' });
      assert.deepEqual(await loadAliases(file), [{ ...TEAM, name: 'No' }]);
    }
  });

  test('that is broken is refused with file, line and place, and left as it is', async () => {
    const text =
      'aliases:\n  - kind: team\n    name: x\n    identifier: y\n  - kind: sport\n    nam: x\n    identifier: y\n';
    const file = await aliasFile(text);
    for (const action of [() => loadAliases(file), () => saveAlias(file, TEAM)]) {
      await assert.rejects(
        action,
        fails(
          'configuration',
          /aliases\.yaml:2: aliases\.0.* expected kind \(sport, event_group or participant\)/,
        ),
      );
    }
    assert.equal(await readFile(file, 'utf8'), text);
    await assert.rejects(
      loadAliases(await aliasFile('aliases: {')),
      fails('configuration', /aliases\.yaml:\d/),
    );
    await assert.rejects(loadAliases(await aliasFile('nothing')), fails('configuration', /expected aliases/));
  });
});
