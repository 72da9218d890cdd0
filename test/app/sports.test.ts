import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { openSports } from '../../app/sports.ts';
import { type Log, silentLog } from '../../core/log.ts';
import { defaultSportsFolder } from '../../core/sports/load.ts';
import type { LocalAlias } from '../../core/sports/types.ts';
import { manualClock } from '../support/manual-clock.ts';

const root = mkdtempSync(join(tmpdir(), 'bos-sports-in-use-'));
after(() => rmSync(root, { recursive: true }));

/** Data of a process of its own: a copy of the template that a test changes, and a data folder. */
async function open(changes: { aliases?: string } = {}) {
  const place = mkdtempSync(join(root, 'place-'));
  const sportsFolder = join(place, 'sports');
  const dataDir = join(place, 'data');
  cpSync(join(defaultSportsFolder(), 'template'), join(sportsFolder, 'mine'), { recursive: true });
  if (changes.aliases !== undefined) {
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'aliases.yaml'), changes.aliases);
  }
  const clock = manualClock();
  const said: string[] = [];
  const note = (_: object, message: string): void => {
    said.push(message);
  };
  const log: Log = { ...silentLog, info: note, warn: note, error: note };
  const sports = await openSports({ sportsFolder, dataDir, network: 'mine' }, { clock, log });
  const { control } = sports;
  assert.ok(control);
  const change = (file: string, edit: (text: string) => string) => {
    const path = join(sportsFolder, 'mine', file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, edit(text));
    return () => writeFileSync(path, text);
  };
  const team = (name: string) => {
    const { data, normalizer } = sports.current();
    return data.sports[0] && normalizer.participant(data.sports[0], name)?.identifier;
  };
  return { sports, control, clock, said, change, team, dataDir };
}

const TEAMS = 'Handball/participants/ExampleLeague.yaml';
const OTTERS: LocalAlias = {
  kind: 'participant',
  sport: 'Handball',
  name: 'Otterz',
  identifier: 'Example Otters',
};

describe('sports data in use', () => {
  it('are replaced by what is on disk when they are loaded again, and only then', async () => {
    const { sports, control, change, team } = await open();
    const before = sports.current().data.digest;
    change(TEAMS, (text) => text.replace('[HC Otters]', '[HC Otters, Otterz]'));
    assert.equal(team('Otterz'), undefined);
    const { previousDigest, digest } = await control.reload();
    assert.equal(previousDigest, before);
    assert.notEqual(digest, before);
    assert.equal(sports.current().data.digest, digest);
    assert.equal(team('Otterz'), 'Example Otters');
    assert.deepEqual(await control.reload(), { previousDigest: digest, digest });
  });

  it('stay when what is on disk is broken, which is told from its first time until it is right', async () => {
    const { sports, control, change, clock, said, team } = await open();
    const { data } = sports.current();
    const mend = change('Handball/index.yaml', (text) => text.replace(/^eventgroups:/m, 'leagues:'));
    const since = clock.now();
    await assert.rejects(control.reload(), { kind: 'configuration', message: /Handball\/index\.yaml/ });
    await clock.advance(60_000);
    await assert.rejects(control.reload(), { kind: 'configuration' });
    assert.equal(sports.current().data, data);
    assert.equal(team('HC Otters'), 'Example Otters');
    assert.match(control.refusal()?.problem ?? '', /Handball\/index\.yaml/);
    assert.deepEqual(control.refusal()?.since, since);
    assert.ok(said.includes('sports data refused; those in use stay'));
    mend();
    assert.equal((await control.reload()).digest, data.digest);
    assert.equal(control.refusal(), undefined);
  });

  it('are not replaced by data for another chain', async () => {
    const { control, change } = await open();
    change('index.yaml', (text) => text.replace(/"0{64}"/, `"${'1'.repeat(64)}"`));
    await assert.rejects(control.reload(), { kind: 'configuration', message: /restart to change the chain/ });
    assert.match(control.refusal()?.problem ?? '', /for chain 00000000\.\.\., got some for 11111111/);
  });

  it('know a local alias at once and after another start, and their digest stays', async () => {
    const { sports, control, team, dataDir } = await open();
    const { digest } = sports.current().data;
    assert.deepEqual(await control.addAlias({ ...OTTERS, name: ' Otterz ', sport: 'handball' }), OTTERS);
    assert.equal(team('OTTERZ'), 'Example Otters');
    assert.equal(sports.current().data.digest, digest);
    await control.reload();
    assert.equal(team('OTTERZ'), 'Example Otters');
    assert.match(readFileSync(join(dataDir, 'aliases.yaml'), 'utf8'), /name: Otterz/);
  });

  it('take local aliases one at a time, and none that means something else', async () => {
    const { control, team } = await open();
    const names = ['A1', 'B2', 'C3', 'D4'];
    await Promise.all([
      ...names.map((name) => control.addAlias({ ...OTTERS, name })),
      assert.rejects(control.addAlias({ ...OTTERS, name: 'HC Falcons' }), { kind: 'conflict' }),
      assert.rejects(control.addAlias({ ...OTTERS, identifier: 'Nobody' }), { kind: 'not_found' }),
      control.reload(),
    ]);
    assert.deepEqual(
      names.map(team),
      names.map(() => 'Example Otters'),
    );
  });

  it('are refused at the start with broken local aliases, by line', async () => {
    await assert.rejects(open({ aliases: 'aliases:\n  - kind: planet\n    name: x\n    identifier: y\n' }), {
      kind: 'configuration',
      message: /aliases\.yaml:2/,
    });
  });

  it('warn of local aliases that mean nothing in them', async () => {
    const { said } = await open({
      aliases: 'aliases:\n  - { kind: participant, sport: Handball, name: x, identifier: Gone }\n',
    });
    assert.deepEqual(said, ['a local alias means nothing in these sports data']);
  });
});
