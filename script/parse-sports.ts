/**
 * Writes down what the YAML files of the package's own sports data hold, so that a start need not parse them:
 * `node script/parse-sports.ts dist/core/sports`. Keyed by the texts, so a changed file is parsed all the same.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PARSED_FILE } from '../core/sports/load.ts';
import { yamlContent, yamlKey } from '../core/sports/yaml-file.ts';

const [folder = 'dist/core/sports'] = process.argv.slice(2);
const data = join(folder, 'data');
const contents: Record<string, unknown> = {};
for (const file of (await readdir(data, { recursive: true })).sort()) {
  if (!file.endsWith('.yaml')) continue;
  const text = await readFile(join(data, file), 'utf8');
  contents[yamlKey(text)] = yamlContent(text);
}
await writeFile(join(folder, PARSED_FILE), JSON.stringify(contents));
