import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeFolder } from '../../../core/store/folder.ts';

async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bos-folder-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

test('a folder is made with those above it, also by two at once, and stays when it is there', async (t) => {
  const folder = join(await newFolder(t), 'a', 'b', 'c');
  await Promise.all([makeFolder(folder), makeFolder(folder)]);
  await makeFolder(folder);
  assert.ok((await stat(folder)).isDirectory());
});

test('a folder that several make at once is made, whoever is first at each level', async (t) => {
  const folder = await newFolder(t);
  for (let round = 0; round < 100; round += 1) {
    const deep = join(folder, String(round), 'a', 'b', 'c', 'd');
    await Promise.all(Array.from({ length: 4 }, () => makeFolder(deep)));
    assert.ok((await stat(deep)).isDirectory());
  }
});

test('a file in the way is named', async (t) => {
  const file = join(await newFolder(t), 'file');
  await writeFile(file, '');
  for (const path of [file, join(file, 'below')]) {
    await assert.rejects(makeFolder(path), { kind: 'configuration', details: { path } });
  }
});

test('a place in which nothing can be made is refused at once', async () => {
  await assert.rejects(makeFolder('/proc/bos/data'), { kind: 'configuration' });
});
