import { mkdir } from 'node:fs/promises';
import { BosError } from '../errors.ts';

/**
 * Makes a folder and those above it where they are missing.
 *
 * @throws BosError `configuration` when that cannot be done.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new BosError(
      'configuration',
      `expected a folder at ${path} or the right to make it, got "${error}"; set data_dir (--data-dir) to a folder that can be written`,
      { path },
      { cause: error },
    );
  }
}
