import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { checkSports } from '../../../core/sports/check/check.ts';
import { loadSportsData } from '../../../core/sports/load.ts';
import { makeNormalizer } from '../../../core/sports/normalizer.ts';
import { eventName } from '../../../core/sports/texts.ts';
import { makeFolders } from './changed-data.ts';

const folders = makeFolders();

test('the league that the page about sports data works out is a data set without errors or warnings', async () => {
  const page = await readFile(new URL('../../../docs/sports-data.md', import.meta.url), 'utf8');
  const folder = await folders.empty();
  const files = [...page.matchAll(/^```yaml\n# (\S+)\n([\s\S]*?)^```$/gm)];
  assert.equal(files.length, 6);
  for (const [, file = '', text = ''] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  const { errors, warnings } = await checkSports(folder, 'mynet');
  assert.deepEqual([errors, warnings], [[], []]);

  const found = makeNormalizer(await loadSportsData(folder, 'mynet')).match({
    sport: 'team handball',
    eventGroupName: 'hbl',
    startTime: new Date('2026-11-03T20:00:00Z'),
    home: 'Otters',
    away: 'wolves',
  });
  assert.ok(found.ok);
  const { eventGroup, home, away } = found.match;
  assert.deepEqual(eventName(eventGroup, home, away), [
    ['de', 'Example Otters gegen Example Wolves'],
    ['en', 'Example Otters v Example Wolves'],
  ]);
});
