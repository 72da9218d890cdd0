import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { BosError } from '../../../core/errors.ts';
import { availableNetworks, loadSportsData } from '../../../core/sports/load.ts';
import { parseSeasonDate } from '../../../core/sports/season-date.ts';
import type { SportsData } from '../../../core/sports/types.ts';
import type { SportsProblem } from '../../../core/sports/yaml-file.ts';
import { makeFolders } from './changed-data.ts';

const folders = makeFolders();
const changed = folders.mini;

async function load(files: Record<string, string | undefined> = {}): Promise<SportsData> {
  return loadSportsData(await changed(files), 'mini');
}

async function problemsOf(files: Record<string, string | undefined>): Promise<readonly SportsProblem[]> {
  const folder = await changed(files);
  try {
    await loadSportsData(folder, 'mini');
  } catch (error) {
    assert.ok(error instanceof BosError && error.kind === 'configuration', String(error));
    const problems = error.details.problems as readonly SportsProblem[];
    for (const { file, message } of problems)
      assert.ok(error.message.includes(file) && error.message.includes(message));
    return problems;
  }
  assert.fail('expected problems');
}

describe('a data set', () => {
  test('is loaded with all that its files say', async () => {
    const data = await load();
    assert.equal(data.network, 'mini');
    assert.equal(data.chainId, '*');
    const [sport] = data.sports;
    assert.ok(sport);
    assert.deepEqual(
      [sport.identifier, sport.name, sport.aliases],
      ['Curling', { en: 'Curling', de: 'Eisstock' }, ['Stones']],
    );
    assert.deepEqual(sport.eventGroups, [
      {
        identifier: 'Club League',
        name: { en: 'Club League' },
        aliases: [],
        participants: 'Clubs',
        marketGroups: ['Winner', 'Total_5.5'],
        eventScheme: { en: '{teams.home} v {teams.away}' },
        startDate: new Date('2026-01-01T00:00:00Z'),
        finishDate: new Date('2026-12-31T23:59:59Z'),
        leadTimeMaxDays: 7,
      },
    ]);
    assert.deepEqual(sport.participants.get('Clubs'), [
      { identifier: 'Bern', name: { en: 'Bern' }, aliases: ['Mutzen'] },
      { identifier: 'Genf', name: { en: 'Genf', fr: 'Genève' }, aliases: [] },
      { identifier: 'Zug', name: { en: 'Zug' }, aliases: [] },
    ]);
    assert.deepEqual(sport.marketGroups.get('Winner'), {
      key: 'Winner',
      description: { en: 'Winner', _hint: 'no text' },
      assets: ['TEST', 'BTF'],
      dynamic: false,
      dynamicAllowFloat: true,
      neverInPlay: true,
      delayBeforeSettling: 60,
      rules: 'R_Winner',
      markets: [{ description: { en: '{teams.home}' } }, { description: { en: '{teams.away}' } }],
    });
    assert.equal(sport.marketGroups.get('Total_5.5')?.dynamic, 'ou');
    assert.equal(sport.marketGroups.get('Odd')?.dynamic, 'other');
    assert.deepEqual([...sport.rules.keys()], ['R_Total', 'R_Winner']);
    assert.deepEqual(sport.rules.get('R_Winner')?.grading, {
      metric: '{result.home} - {result.away}',
      resolutions: [
        { win: '{metric} > 0', not_win: '{metric} < 0', void: '{metric} == 0' },
        { win: '{metric} < 0', not_win: '{metric} > 0', void: '{metric} == 0', note: 'kept' },
      ],
      author: 'kept as well',
    });
  });

  test('has a digest that follows its contents', async () => {
    const { digest } = await load();
    assert.match(digest, /^[0-9a-f]{64}$/);
    assert.equal((await load({ 'Curling/Draft/index.yaml': 'anything: {' })).digest, digest);
    assert.equal((await load({ 'Curling/participants/readme.txt': 'x' })).digest, digest);
    assert.notEqual((await load({ 'index.yaml': `chain_id: ${'a'.repeat(64)}` })).digest, digest);
    assert.notEqual((await load({ 'Curling/participants/Clubs.yaml': 'participants: []' })).digest, digest);
  });

  test('reads booleans and line ends as PyYAML does', async () => {
    const text = (dynamic: string) =>
      `description: {en: W}\r\nasset: [X]\r\ndynamic: ${dynamic}\r\nnumber_betting_markets: 2\r\nis_live: yes\r\nrules: R_Winner\r\nbettingmarkets:\r\n  - description: {en: n}\r\n  - description:\r\n      en: a text\r\n        on two lines\r\n`;
    const template = async (dynamic: string) =>
      (await load({ 'Curling/bettingmarketgroups/New.yaml': text(dynamic) })).sports[0]?.marketGroups.get(
        'New',
      );
    assert.equal((await template('No'))?.dynamic, false);
    assert.equal((await template('True'))?.dynamic, 'other');
    assert.equal((await template('hc'))?.dynamic, 'hc');
    // `n` is no boolean there.
    assert.deepEqual((await template('OFF'))?.markets, [
      { description: { en: 'n' } },
      { description: { en: 'a text on two lines' } },
    ]);
  });
});

describe('what is wrong in a data set', () => {
  test('is told all at once, with file, line and place', async () => {
    const problems = await problemsOf({
      'index.yaml': 'chain_id: 12',
      'Curling/index.yaml':
        'identifier: Curling\nname:\n  de: x\naliases:\n  - ok\n  - NO\neventgroups: [Missing, Clubs]',
      'Curling/participants/Clubs.yaml': 'participants:\n  - identifier: A\n  - aliases: []\n',
      'Curling/Clubs/index.yaml': 'identifier: [',
    });
    assert.deepEqual(
      problems.map(({ file, line, path }) => [file, line, path]),
      [
        ['index.yaml', 1, 'chain_id'],
        ['Curling/index.yaml', 3, 'name'],
        ['Curling/index.yaml', 6, 'aliases.1'],
        ['Curling/participants/Clubs.yaml', 3, 'participants.1'],
      ],
    );
    assert.match(problems[2]?.message ?? '', /put it in quotes/);
  });

  test('includes names that refer to nothing', async () => {
    const problems = await problemsOf({
      'Curling/participants/Clubs.yaml': undefined,
      'Curling/rules/R_Winner.yaml': undefined,
      'Curling/bettingmarketgroups/Total_5.5.yaml': undefined,
    });
    assert.deepEqual(
      problems.map(({ file, line, path, message }) => [file, line, path, message]),
      [
        [
          'Curling/bettingmarketgroups/Odd.yaml',
          8,
          'rules',
          'expected the name of a file in rules, got "R_Winner"',
        ],
        [
          'Curling/bettingmarketgroups/Winner.yaml',
          10,
          'rules',
          'expected the name of a file in rules, got "R_Winner"',
        ],
        [
          'Curling/Clubs/index.yaml',
          5,
          'participants',
          'expected the name of a file in Curling/participants, got "Clubs"',
        ],
        [
          'Curling/Clubs/index.yaml',
          6,
          'bettingmarketgroups.1',
          'expected the name of a file in Curling/bettingmarketgroups, got "Total_5.5"',
        ],
      ],
    );
  });

  test('includes folders that are listed but not there, and broken YAML', async () => {
    const problems = await problemsOf({
      'Curling/Clubs/index.yaml': undefined,
      'Curling/rules/R_Total.yaml': 'a: b\nc: [',
    });
    assert.deepEqual(
      problems.map(({ file, line }) => [file, line]),
      [
        ['Curling/rules/R_Total.yaml', 2],
        ['Curling/Clubs/index.yaml', undefined],
      ],
    );
  });

  test('includes references to YAML anchors that are not there', async () => {
    const [problem] = await problemsOf({ 'Curling/participants/Clubs.yaml': 'participants: *nowhere' });
    assert.equal(problem?.file, 'Curling/participants/Clubs.yaml');
    assert.match(problem?.message ?? '', /nowhere/);
  });

  test('includes numbers of markets that do not fit, and fields that no text has', async () => {
    const text =
      'description: {en: "{handicap}"}\nasset: [X]\ndynamic: False\nnumber_betting_markets: 3\nis_live: True\nrules: R_Winner\nbettingmarkets:\n  - description: {en: a}\n';
    const problems = await problemsOf({ 'Curling/bettingmarketgroups/New.yaml': text });
    assert.deepEqual(
      problems.map(({ file, line, message }) => [file, line, message.slice(0, 60)]),
      [
        ['Curling/bettingmarketgroups/New.yaml', 4, 'expected 1, the number of markets in this file'],
        ['Curling/rules/R_Winner.yaml', 10, 'expected 1, one per market of market group New'],
        [
          'Curling/bettingmarketgroups/New.yaml',
          1,
          'description of market group New, "en": "{handicap}" has the ',
        ],
      ],
    );
  });

  test('includes assets that are none or twice, and dates that are none', async () => {
    const group = (asset: string) =>
      `description: {en: W}\nasset: ${asset}\ndynamic: maybe\nnumber_betting_markets: 0\nis_live: True\nrules: R_Winner\nbettingmarkets: []\n`;
    assert.deepEqual(
      (await problemsOf({ 'Curling/bettingmarketgroups/New.yaml': group('[]') })).map(({ path }) => path),
      ['asset', 'dynamic'],
    );
    assert.deepEqual(
      (await problemsOf({ 'Curling/bettingmarketgroups/New.yaml': group('[X, X]') })).map(({ path }) => path),
      ['asset', 'dynamic'],
    );
    const league =
      'identifier: L\nname: {en: L}\nparticipants: Clubs\nbettingmarketgroups: []\neventscheme: {name: {en: x}}\nstart_date: soon\n';
    const [problem] = await problemsOf({ 'Curling/Clubs/index.yaml': league });
    assert.deepEqual(problem, {
      file: 'Curling/Clubs/index.yaml',
      path: 'start_date',
      line: 6,
      message: 'expected a date like 2030-01-31T00:00:00Z',
    });
  });
});

describe('networks', () => {
  test('are the folders with an index, sorted', async () => {
    const folder = await changed({
      '../b/index.yaml': 'x',
      '../a/index.yaml': 'x',
      '../schema/x.yaml': 'x',
      '../file': 'x',
    });
    assert.deepEqual(await availableNetworks(folder), ['a', 'b', 'mini']);
  });

  test('that are not there are refused with those that are', async () => {
    const folder = await changed({});
    await assert.rejects(
      loadSportsData(folder, 'alice'),
      /network "alice" in .*, found mini: set "network" or "sports_folder"/,
    );
    await assert.rejects(loadSportsData(folder, '../mini'), /expected sports data of network/);
    await assert.rejects(
      availableNetworks(join(folder, 'nowhere')),
      (error: unknown) => error instanceof BosError && error.kind === 'configuration',
    );
  });
});

describe('dates of seasons', () => {
  test('have all forms that the Python suite reads', () => {
    const iso = (text: string, end: 'start' | 'finish' = 'finish') =>
      parseSeasonDate(text, end)?.toISOString();
    assert.equal(iso('2026-01-01T01:00:00+01:00'), '2026-01-01T00:00:00.000Z');
    assert.equal(iso('2026/01/01', 'start'), '2026-01-01T00:00:00.000Z');
    assert.equal(iso('2026/01/01'), '2026-01-01T23:59:59.000Z');
    assert.equal(iso('2026-01-01'), '2026-01-01T23:59:59.000Z');
    assert.equal(iso('2026/01/01 10:00:00'), '2026-01-01T10:00:00.000Z');
    assert.equal(iso('01.01.2026'), undefined);
  });
});
