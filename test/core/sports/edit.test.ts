import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseDocument } from 'yaml';
import { checkSports } from '../../../core/sports/check/check.ts';
import { addAlias, addTeam } from '../../../core/sports/edit/edit.ts';
import { initNetwork } from '../../../core/sports/edit/init.ts';
import { addToListOf, scalarText } from '../../../core/sports/edit/yaml-text.ts';
import { FILE_KINDS, jsonSchemas } from '../../../core/sports/json-schema.ts';
import { loadSportsData } from '../../../core/sports/load.ts';
import { yamlContent } from '../../../core/sports/yaml-file.ts';
import { makeFolders } from './changed-data.ts';

const folders = makeFolders();
const TEAMS = 'Handball/participants/ExampleLeague.yaml';

async function template(): Promise<{
  set: { folder: string; network: string };
  read(file: string): Promise<string>;
}> {
  const folder = await folders.template();
  return {
    set: { folder, network: 'template' },
    read: (file) => readFile(join(folder, 'template', file), 'utf8'),
  };
}

/** The lines that one text has and the other has not. */
function changedLines(before: string, after: string): { gone: string[]; come: string[] } {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  return {
    gone: old.filter((line) => !fresh.includes(line)),
    come: fresh.filter((line) => !old.includes(line)),
  };
}

describe('an alias', () => {
  test('of a team changes one line, and comments stay', async () => {
    const { set, read } = await template();
    const before = await read(TEAMS);
    const edited = await addAlias(set, {
      sport: 'handball',
      identifier: 'example otters',
      alias: ' Otters: 1 ',
    });
    assert.deepEqual(edited, { file: TEAMS, changed: true });
    assert.deepEqual(changedLines(before, await read(TEAMS)), {
      gone: ['    aliases: [HC Otters]'],
      come: ['    aliases: [HC Otters, "Otters: 1"]'],
    });
    const data = await loadSportsData(set.folder, 'template');
    const [sport] = data.sports;
    const otters = [...sport!.participants.values()][0]!.find((team) => team.identifier === 'Example Otters');
    assert.deepEqual(otters?.aliases, ['HC Otters', 'Otters: 1']);
  });

  test('of a team with an empty list, of a league and of a sport is found again', async () => {
    const { set } = await template();
    await addAlias(set, { sport: 'Handball', identifier: 'Example Wolves', alias: 'Wolves' });
    await addAlias(set, { sport: 'Handball', identifier: 'Handball', alias: 'Balonmano' });
    const [sport] = (await loadSportsData(set.folder, 'template')).sports;
    const [league] = sport!.eventGroups;
    await addAlias(set, { sport: 'Handball', identifier: league!.identifier, alias: 'XL' });
    const [after] = (await loadSportsData(set.folder, 'template')).sports;
    assert.ok(after?.aliases.includes('Balonmano'));
    assert.ok(after?.eventGroups[0]?.aliases.includes('XL'));
  });

  test('that stands there already changes nothing', async () => {
    const { set } = await template();
    const alias = { sport: 'Handball', identifier: 'Example Otters', alias: 'HC Otters' };
    assert.deepEqual(await addAlias(set, alias), { file: TEAMS, changed: false });
  });

  test('that another team has is refused, and the file is as before', async () => {
    const { set, read } = await template();
    const before = await read(TEAMS);
    const taken = { sport: 'Handball', identifier: 'Example Wolves', alias: 'HC Otters' };
    await assert.rejects(addAlias(set, taken), {
      kind: 'conflict',
      message: /"HC Otters" means Example Otters already/,
    });
    assert.equal(await read(TEAMS), before);
  });

  test('of what is not there is refused in words', async () => {
    const { set } = await template();
    await assert.rejects(addAlias(set, { sport: 'Chess', identifier: 'x', alias: 'y' }), {
      kind: 'not_found',
      message: /expected one of Handball/,
    });
    await assert.rejects(addAlias(set, { sport: 'Handball', identifier: 'x', alias: 'y' }), {
      kind: 'not_found',
    });
    await assert.rejects(addAlias(set, { sport: 'Handball', identifier: 'Handball', alias: ' ' }), {
      kind: 'invalid',
    });
  });
});

describe('a team', () => {
  test('is added below the others, and comments stay', async () => {
    const { set, read } = await template();
    const before = await read(TEAMS);
    await addTeam(set, { sport: 'Handball', identifier: 'Example Yaks', aliases: ['Yaks', "HC 'Yaks'"] });
    const after = await read(TEAMS);
    assert.deepEqual(changedLines(before, after), {
      gone: [],
      come: [
        '  - identifier: Example Yaks',
        '    name: { en: Example Yaks }',
        "    aliases: [Yaks, HC 'Yaks']",
      ],
    });
    assert.deepEqual((await checkSports(set.folder, 'template')).errors, []);
  });

  test('that is there already, or whose list is not, is refused', async () => {
    const { set } = await template();
    await assert.rejects(addTeam(set, { sport: 'Handball', identifier: 'example otters' }), {
      kind: 'conflict',
    });
    const taken = { sport: 'Handball', identifier: 'Yaks', aliases: ['Otters'] };
    await assert.rejects(addTeam(set, taken), { kind: 'conflict', message: /means Example Otters/ });
    await assert.rejects(addTeam(set, { sport: 'Handball', list: 'Other', identifier: 'Yaks' }), {
      kind: 'not_found',
      message: /one of ExampleLeague, got "Other"/,
    });
  });

  test('is added to files without a newline at their end, too', async () => {
    const { set, read } = await template();
    const path = join(set.folder, 'template', TEAMS);
    await writeFile(
      path,
      'participants:\n- identifier: One\n  aliases:\n  - First # the first\n- name: {en: Two}',
    );
    await addTeam(set, { sport: 'Handball', identifier: 'Three' });
    await addAlias(set, { sport: 'Handball', identifier: 'One', alias: 'Uno' });
    await addAlias(set, { sport: 'Handball', identifier: 'Two', alias: 'Due' });
    assert.equal(
      await read(TEAMS),
      'participants:\n- identifier: One\n  aliases:\n  - First # the first\n  - Uno\n- name: {en: Two}\n  aliases: [Due]\n- identifier: Three\n  name: { en: Three }\n  aliases: []\n',
    );
  });
});

describe('additions to YAML text', () => {
  const add = (text: string) => {
    const document = parseDocument(text, { version: '1.1' });
    // Every text here is a mapping.
    return addToListOf(text, document.contents as never, 'aliases', 'new');
  };

  test('fit every layout of a list', () => {
    const cases: [string, string][] = [
      ['a: 1\n', 'a: 1\naliases: [new]\n'],
      ['a: 1\nid:\n', 'a: 1\nid:\naliases: [new]\n'],
      ['aliases:\nid:\n', 'aliases: [new]\nid:\n'],
      ['aliases: ~ # none\n', 'aliases: [new] # none\n'],
      ['aliases: []\n', 'aliases: [new]\n'],
      ['aliases: [\n  a, # first\n]\n', 'aliases: [\n  a, new, # first\n]\n'],
      ['aliases:\n  - a\n\n# end\nid: 1\n', 'aliases:\n  - a\n  - new\n\n# end\nid: 1\n'],
      ['aliases:\n- >-\n  a\n  b\nid: 1\n', 'aliases:\n- >-\n  a\n  b\n- new\nid: 1\n'],
      ['{ a: 1 }\n', '{ a: 1, aliases: [new] }\n'],
      ['a: >-\n  long\n  text\n', 'a: >-\n  long\n  text\naliases: [new]\n'],
    ];
    for (const [before, after] of cases) assert.equal(add(before), after, before);
  });

  test('write texts so that they are read as they are', () => {
    for (const text of [
      'No',
      'true',
      '1',
      '2020-01-01',
      'a: b',
      '#1',
      "O'Hara",
      'FC Köln',
      'x, y',
      '1. FC',
      'a "b"',
      '-',
    ]) {
      assert.deepEqual(yamlContent(`[${scalarText(text)}]`), [text], text);
    }
  });
});

describe('a new network', () => {
  test('is the template with its chain, and loads', async () => {
    const folder = await folders.empty();
    const made = await initNetwork(folder, 'mine', 'ab'.repeat(32));
    assert.equal(made, join(folder, 'mine'));
    const data = await loadSportsData(folder, 'mine');
    assert.equal(data.chainId, 'ab'.repeat(32));
    const report = await checkSports(folder, 'mine');
    assert.deepEqual([report.errors, report.warnings], [[], []]);
    for (const kind of FILE_KINDS) {
      const schema = JSON.parse(await readFile(join(folder, 'schema', `${kind}.json`), 'utf8'));
      assert.deepEqual(schema, JSON.parse(JSON.stringify(jsonSchemas()[kind])));
    }
    await assert.rejects(initNetwork(folder, 'mine', '*'), { kind: 'conflict' });
  });

  test('needs a name that is a folder and a chain id', async () => {
    const folder = await folders.empty();
    for (const name of ['../x', '', 'A', 'schema']) {
      await assert.rejects(initNetwork(folder, name, '*'), { kind: 'invalid' }, name);
    }
    await assert.rejects(initNetwork(folder, 'mine', 'abc'), { kind: 'invalid' });
  });
});

test('JSON Schemas ask for the keys that the loader asks for', () => {
  const { rule, bettingmarketgroup } = jsonSchemas() as Record<string, { required: string[] }>;
  assert.deepEqual(rule?.required, ['identifier', 'name', 'description', 'grading']);
  assert.ok(bettingmarketgroup?.required.includes('bettingmarkets'));
  assert.ok(!bettingmarketgroup?.required.includes('delay_before_settling'));
});
