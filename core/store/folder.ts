import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BosError } from '../errors.ts';

/**
 * Makes a folder and those above it where they are missing.
 *
 * @throws BosError `configuration` when that cannot be done.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await make(path);
  } catch (error) {
    throw new BosError(
      'configuration',
      `expected a folder at ${path} or the right to make it, got "${error}"; set data_dir (--data-dir) to a folder that can be written`,
      { path },
      { cause: error },
    );
  }
}

/**
 * Node's own recursive mkdir never ends where a folder cannot be made although the one above is there: in /proc, and in
 * a working folder that has been removed. So a second failure below a folder that is there counts; the first may only
 * mean that somebody else has just made the one above.
 */
async function make(path: string, isSecondTry = false): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (await isFolder(path)) return;
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const above = dirname(path);
    if (await isFolder(above)) {
      if (isSecondTry) throw error;
      return make(path, true);
    }
    await make(above);
    await make(path);
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
