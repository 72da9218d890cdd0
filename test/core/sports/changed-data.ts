import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { defaultSportsFolder } from '../../../core/sports/load.ts';

const MINI = new URL('../../fixtures/sports/mini', import.meta.url).pathname;

/** Files of a data set by path: a text replaces or makes one, a function edits it, undefined removes it. */
export type Changes = Readonly<Record<string, string | undefined>>;

/** Makes folders that hold one changed network each; they go when the tests of the file have ended. */
export function makeFolders() {
  const folders: string[] = [];
  after(async () => {
    for (const folder of folders) await rm(folder, { recursive: true });
  });
  const copy = async (from: string, network: string, changes: Changes): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'bos-sports-'));
    folders.push(folder);
    await cp(from, join(folder, network), { recursive: true });
    for (const [file, text] of Object.entries(changes)) {
      const path = join(folder, network, file);
      if (text === undefined) {
        await rm(path);
        continue;
      }
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
    return folder;
  };
  return {
    /** An empty folder. */
    empty: () => copy(join(MINI, 'Curling/Draft'), 'unused', {}),
    /** The small data set of the tests, as network `mini`. */
    mini: (changes: Changes = {}) => copy(MINI, 'mini', changes),
    /** The template, as network `template`. */
    template: (changes: Changes = {}) => copy(join(defaultSportsFolder(), 'template'), 'template', changes),
  };
}
