import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { BosError } from '../../../../core/errors.ts';
import { checkSports } from '../../../../core/sports/check/check.ts';
import { defaultSportsFolder, loadSportsData } from '../../../../core/sports/load.ts';
import type { SportsProblem } from '../../../../core/sports/yaml-file.ts';
import { makeFolders } from '../changed-data.ts';

const folders = makeFolders();
const original = (file: string) => readFile(join(defaultSportsFolder(), 'template', file), 'utf8');
const WINNER = 'Handball/rules/Handball_Winner.yaml';
const LEAGUE = 'Handball/ExampleLeague/index.yaml';
const TEAMS = 'Handball/participants/ExampleLeague.yaml';

/** Edits one file of the template: every `from` has to be there. */
async function edited(file: string, ...edits: readonly [from: string, to: string][]) {
  let text = await original(file);
  for (const [from, to] of edits) {
    assert.ok(text.includes(from), `${file} has no ${from}`);
    text = text.replace(from, to);
  }
  return { [file]: text };
}

async function check(changes: Record<string, string | undefined>) {
  return checkSports(await folders.template(changes), 'template');
}

const inShort = (problems: readonly SportsProblem[]) =>
  problems.map(({ file, line, path, message }) => `${file}:${line ?? '-'} ${path} ${message}`);

describe('our own data', () => {
  for (const network of ['devnet', 'template']) {
    test(`of ${network} have neither errors nor warnings`, async () => {
      const report = await checkSports(defaultSportsFolder(), network);
      const { digest } = await loadSportsData(defaultSportsFolder(), network);
      assert.deepEqual(report, { network, digest, errors: [], warnings: [] });
    });
  }
});

describe('a data set whose teams and dates are broken', () => {
  test('is refused with all that is wrong at once', async () => {
    const report = await check({
      ...(await edited(
        LEAGUE,
        ['start_date: 2026-01-01', 'start_date: 2041-01-01'],
        ['Handball_Total\n', 'Handball_Totals\n'],
        ['participants: ExampleLeague', 'participants: Nobody'],
      )),
      ...(await edited(TEAMS, ['identifier: Example Wolves', 'identifier: example otters'])),
    });
    assert.equal(report.digest, undefined);
    assert.deepEqual(inShort(report.errors), [
      `${LEAGUE}:10 participants expected the name of a file in Handball/participants, got "Nobody"`,
      `${LEAGUE}:16 bettingmarketgroups.3 expected the name of a file in Handball/bettingmarketgroups, got "Handball_Totals"`,
      `${LEAGUE}:25 finish_date expected a day not before start_date, 2041-01-01T00:00:00.000Z, got 2040-01-01T00:00:00.000Z: no match is in this season`,
      `${TEAMS}:9 participants.2 expected each team once, got "example otters" again`,
    ]);
    const folder = await folders.template(
      await edited(LEAGUE, ['start_date: 2026-01-01', 'start_date: 2041-01-01']),
    );
    await assert.rejects(
      loadSportsData(folder, 'template'),
      (error: unknown) =>
        error instanceof BosError &&
        error.kind === 'configuration' &&
        /index\.yaml:25: finish_date/.test(error.message),
    );
  });
});

describe('a data set whose formulas are broken', () => {
  test('is refused with the place in the file and in the formula', async () => {
    const { errors } = await check({
      ...(await edited(
        WINNER,
        ['"{result.home} - {result.away}"', '"{result.home} - {result.guest}"'],
        ['win: "{metric} > 0"', 'win: "{metric} >> 0"'],
        ['void: "False"', 'void: "{metric}"'],
      )),
    });
    assert.deepEqual(
      errors.map(({ file, line, path }) => [file, line, path]),
      [
        [WINNER, 15, 'grading.metric'],
        [WINNER, 18, 'grading.resolutions.0.win'],
        [WINNER, 20, 'grading.resolutions.0.void'],
      ],
    );
    assert.match(
      errors[0]?.message ?? '',
      /got "\{result\.guest\}" at column 17 of "\{result\.home\} - \{result\.guest\}"/,
    );
    assert.match(errors[1]?.message ?? '', /at column 11 of/);
    assert.match(errors[2]?.message ?? '', /expected something true or false, got a number at column 1/);
  });

  test('is refused when resolutions, markets and their number do not fit', async () => {
    const group = 'Handball/bettingmarketgroups/Handball_Winner.yaml';
    const { errors } = await check(await edited(group, ['  - description:\n      en: Draw\n', '']));
    assert.deepEqual(inShort(errors), [
      `${group}:8 number_betting_markets expected 2, the number of markets in this file`,
      `${WINNER}:18 grading.resolutions expected 2, one per market of market group Handball_Winner`,
    ]);
  });
});

describe('a data set whose things the chain could not tell apart', () => {
  test('is refused', async () => {
    const total = await original('Handball/bettingmarketgroups/Handball_Total_50.5.yaml');
    const report = await check({
      ...(await edited('Handball/index.yaml', [
        '  - ExampleLeague\n',
        '  - ExampleLeague\n  - Second\n  - Second\n',
      ])),
      'Handball/Second/index.yaml': (await original(LEAGUE))
        .replace('Handball_Total_50.5', 'Twin')
        .replace('- Handball_Winner', '- Handball_Winner\n  - Handball_Total_50.5'),
      'Handball/bettingmarketgroups/Twin.yaml': total.replace('Under 50.5', 'Over 50.5'),
      'Handball/rules/Again.yaml': await original(WINNER),
      'Other/index.yaml': await original('Handball/index.yaml').then((text) =>
        text.replace('  - ExampleLeague', '').replace('eventgroups:', 'eventgroups: []'),
      ),
    });
    assert.deepEqual(inShort(report.errors), [
      'Handball/Second/index.yaml:2 identifier expected an identifier of its own, got that of Handball/ExampleLeague',
      'Handball/Second/index.yaml:15 bettingmarketgroups.2 expected market groups with English texts of their own, got "Total Goals: 50.5" (PPY) of Handball_Total_50.5 again',
      'Handball/bettingmarketgroups/Twin.yaml:17 bettingmarkets.1.description expected an English text of its own, got that of market 1, "Over 50.5 Goals"',
      'Handball/index.yaml:15 eventgroups.2 expected "Second" to be listed once',
      'Handball/rules/Handball_Winner.yaml:5 name.en expected an English name of its own, got that of Handball/rules/Again.yaml: on chain rules are known by it',
      'Other/index.yaml:2 identifier expected an identifier of its own, got that of Handball',
    ]);
  });

  test('is refused for names of events that nothing gives', async () => {
    const { errors } = await check(await edited(LEAGUE, ['{teams.away}', '{teams.guest}']));
    assert.equal(errors.length, 1);
    assert.match(
      inShort(errors)[0] ?? '',
      /ExampleLeague\/index\.yaml:20 eventscheme\.name .*unknown field "\{teams\.guest\}"/,
    );
  });
});

describe('what is odd in a data set', () => {
  const warningsOf = async (changes: Record<string, string | undefined>) => {
    const { errors, warnings } = await check(changes);
    assert.deepEqual(errors, []);
    return inShort(warnings);
  };

  test('are names that two share, and aliases that stand twice', async () => {
    assert.deepEqual(
      await warningsOf(
        await edited(TEAMS, ['[HC Otters]', '[HC Otters, the falcons, hc otters, Example Wolves]']),
      ),
      [
        `${TEAMS}:8 participants.1.aliases.1 expected a name of Example Otters alone, "the falcons" means Example Falcons`,
        `${TEAMS}:8 participants.1.aliases.3 expected a name of Example Otters alone, "Example Wolves" means Example Wolves`,
        `${TEAMS}:8 participants.1.aliases expected each alias of a team once, got some again for Example Otters`,
      ],
    );
  });

  test('are leagues of one name whose seasons meet', async () => {
    const listed = await edited('Handball/index.yaml', [
      '  - ExampleLeague\n',
      '  - ExampleLeague\n  - Second\n',
    ]);
    const second = (start: string) =>
      original(LEAGUE).then((text) =>
        text
          .replace('identifier: Example League', 'identifier: Second')
          .replace('start_date: 2026', `start_date: ${start}`)
          .replace('finish_date: 2040', 'finish_date: 2050'),
      );
    const meeting = await warningsOf({ ...listed, 'Handball/Second/index.yaml': await second('2039') });
    assert.equal(meeting.length, 3);
    assert.match(
      meeting[0] ?? '',
      /Second\/index\.yaml:4 name\.en expected a name of Second alone, "Example League" means Example League/,
    );
    assert.deepEqual(await warningsOf({ ...listed, 'Handball/Second/index.yaml': await second('2041') }), []);
  });

  test('are keys that nobody reads or that stand twice', async () => {
    assert.deepEqual(
      await warningsOf({
        ...(await edited(TEAMS, ['aliases: [HC Otters]', 'alias: [HC Otters]'])),
        ...(await edited(WINNER, [
          'void: "False"',
          'void: "False"\n      weight: 1\n      win: "{metric} > 0"',
        ])),
      }),
      [
        `${TEAMS}:8 participants.1.alias expected only identifier, name, aliases, id, got "alias": nobody reads it`,
        `${WINNER}:21 grading.resolutions.0.weight expected only win, not_win, void, id, got "weight": goes on chain and nobody reads it`,
        `${WINNER}:22 win expected the key "win" once in one mapping; the last one counts`,
      ],
    );
  });

  test('are files and folders that are not in use, symbols that no chain has, kinds that nobody creates', async () => {
    const group = 'Handball/bettingmarketgroups/Handball_Total.yaml';
    const found = await warningsOf({
      ...(await edited(group, ['asset: [PPY]', 'asset: [PPY, ppy]'], ['dynamic: ou', 'dynamic: True'])),
      ...(await edited(
        LEAGUE,
        ['  - Handball_Total_50.5\n', ''],
        ['{teams.home} v {teams.away}', 'Match of {teams.home}'],
      )),
      'Handball/Draft/index.yaml': 'nothing yet',
      'Handball/participants/Old.yaml': 'participants: []',
    });
    assert.deepEqual(
      found.map((text) => text.split(' expected')[0]),
      [
        'Handball/Draft/index.yaml:- ',
        `${LEAGUE}:19 eventscheme.name.en`,
        `${group}:5 asset.1`,
        `${group}:7 dynamic`,
        'Handball/bettingmarketgroups/Handball_Total_50.5.yaml:- ',
        'Handball/participants/Old.yaml:- ',
        'Handball/rules/Handball_Total_50.5.yaml:- ',
      ],
    );
  });

  test('are scores that a grading does not settle, all of them', async () => {
    const rules = 'Handball/rules/Handball_Total.yaml';
    const { errors, warnings } = await check(
      await edited(
        rules,
        ['not_win: "{metric} < 0"', 'not_win: "{metric} < 1"'],
        ['"{result.total} - {overunder.value}"', '"{result.total} - {overunder.value} - 0.5"'],
      ),
    );
    assert.deepEqual(errors, []);
    // With 0.5 a total of 1 leaves 0, with 5.5 a total of 6, with 12.5 a total of 13.
    const both = warnings.filter(
      ({ message }) => message.includes('win and not_win') || message.includes('not_win and void'),
    );
    assert.deepEqual(
      both.map(({ scores }) => scores?.length),
      [2, 7, 12],
    );
    assert.deepEqual(both[0]?.scores, ['0:1', '1:0']);
    assert.match(
      inShort(warnings)[0] ?? '',
      /Handball_Total\.yaml:\d+ grading\.resolutions\.0 over\/under 0\.5, scores 0:1, 1:0: expected one of win, not_win and void to be true of market 1, got not_win and void/,
    );
  });

  test('are results that the chain refuses, divisions by zero and parameters that are not there', async () => {
    const refused = await check(
      await edited(WINNER, [
        'win: "{metric} == 0"\n      not_win: "{metric} != 0"',
        'win: "False"\n      not_win: "True"',
      ]),
    );
    assert.match(
      inShort(refused.warnings)[0] ?? '',
      /scores 0:0, 1:1, .* and 5 more: expected one winner and otherwise not_win, or all void, got not_win, not_win, not_win: the chain refuses it/,
    );
    assert.equal(refused.warnings[0]?.scores?.length, 13);
    const divided = await check(
      await edited(WINNER, ['"{result.home} - {result.away}"', '"{result.home} / {result.away} - 1"']),
    );
    assert.match(inShort(divided.warnings)[0] ?? '', /divisor other than zero at column 17/);
    const missing = await check(
      await edited(WINNER, ['"{result.home} - {result.away}"', '"{result.home} - {overunder.value}"']),
    );
    assert.match(
      inShort(missing.warnings)[0] ?? '',
      /Handball_Winner\.yaml:15 grading the grading names \{overunder\.value\}/,
    );
  });
});

describe('a network that is not there', () => {
  test('is refused with those that are', async () => {
    await assert.rejects(
      checkSports(defaultSportsFolder(), 'alice'),
      /found devnet, template: set "network"/,
    );
  });
});
