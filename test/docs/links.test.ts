import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';

const root = new URL('../../', import.meta.url);

describe('links between pages', () => {
  it('lead to files that there are', async () => {
    const pages = (await readdir(new URL('docs/', root), { recursive: true }))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`);
    for (const page of ['README.md', 'CHANGELOG.md', ...pages]) {
      const text = await readFile(new URL(page, root), 'utf8');
      for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^(https?:|#)/.test(target)) continue;
        const [path = ''] = target.split('#');
        assert.ok(existsSync(new URL(path, new URL(page, root))), `${page}: ${target}`);
      }
    }
  });
});
