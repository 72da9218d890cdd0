import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { checkSports } from '../../../core/sports/check/check.ts';
import {
  defaultSportsFolder,
  loadSportsData,
  PARSED_FILE,
  parsedOwnFiles,
} from '../../../core/sports/load.ts';
import { yamlContent, yamlKey } from '../../../core/sports/yaml-file.ts';
import { makeFolders } from './changed-data.ts';

const folders = makeFolders();

async function contentsOf(folder: string): Promise<Map<string, unknown>> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.yaml'));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return new Map(texts.map((text) => [yamlKey(text), yamlContent(text)]));
}

test('a data set whose files are known is the same without parsing them', async () => {
  const folder = defaultSportsFolder();
  const known = await contentsOf(folder);
  assert.ok([...known.values()].every((content) => content !== undefined));
  const data = await loadSportsData(folder, 'devnet', known);
  assert.deepEqual(data, await loadSportsData(folder, 'devnet'));
});

test('the build writes down all files of our own, and a checkout does without', async () => {
  const built = await folders.empty();
  await cp(defaultSportsFolder(), join(built, 'data'), { recursive: true });
  const script = new URL('../../../script/parse-sports.ts', import.meta.url).pathname;
  await promisify(execFile)(process.execPath, [script, built]);
  const written = JSON.parse(await readFile(join(built, PARSED_FILE), 'utf8'));
  assert.deepEqual(new Map(Object.entries(written)), await contentsOf(defaultSportsFolder()));
  assert.equal((await parsedOwnFiles()).size, 0);
});

test('a file that has changed since is parsed, and errors in known files have their lines', async () => {
  const folder = await folders.template();
  const known = await contentsOf(folder);
  const file = 'Handball/index.yaml';
  const path = join(folder, 'template', file);
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('identifier: Handball', 'identifier: Other'));
  const data = await loadSportsData(folder, 'template', known);
  assert.equal(data.sports[0]?.identifier, 'Other');

  await writeFile(path, text.replace(/^eventgroups:.*/ms, 'eventgroups: 5\n'));
  for (const [key, content] of await contentsOf(folder)) known.set(key, content);
  const problemsOf = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return (error as { details: { problems: unknown } }).details.problems;
  };
  const withLines = await problemsOf(loadSportsData(folder, 'template'));
  assert.deepEqual(await problemsOf(loadSportsData(folder, 'template', known)), withLines);
  assert.deepEqual(withLines, (await checkSports(folder, 'template')).errors);
});

test('what JSON cannot carry, or what is no YAML, is not among the known', () => {
  assert.equal(yamlContent('a: .inf\n'), undefined);
  assert.equal(yamlContent('a: [\n'), undefined);
  assert.deepEqual(yamlContent('a: Yes\nb: 2020-01-01\n'), { a: true, b: '2020-01-01' });
});
