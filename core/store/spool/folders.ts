import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BosError } from '../../errors.ts';
import { lockFolder } from '../folder-lock.ts';
import { syncFolder } from './segment.ts';

const MAX_SPOOLS = 1000;
const NUMBERED = /^(\d{8})\.(lines|refused|damaged)$/;

/** What a file of a spool holds: reports to drain, one that the store refused, or lines that are damaged. */
export type FileKind = 'lines' | 'refused' | 'damaged';

/** The number in the name of a file of a spool; 0 where it is none. */
export function numberOf(name: string): number {
  return Number(NUMBERED.exec(name)?.[1] ?? 0);
}

/** The name of a file of a spool. */
export function fileName(number: number, kind: FileKind): string {
  return `${String(number).padStart(8, '0')}.${kind}`;
}

/** Paths of the files with reports among those names, oldest first. */
export function linesIn(path: string, names: readonly string[]): readonly string[] {
  return names
    .filter((name) => NUMBERED.exec(name)?.[2] === 'lines')
    .sort()
    .map((name) => join(path, name));
}

/** Locks the first folder that is free for this process, and makes it if missing. */
export async function takeFolder(folder: string): Promise<{ path: string; lock: AsyncDisposable }> {
  for (let n = 1; n <= MAX_SPOOLS; n += 1) {
    const path = join(folder, String(n));
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
      await syncFolder(folder);
      await syncFolder(dirname(folder));
      return { path, lock: await lockFolder(path) };
    } catch (error) {
      if (!(error instanceof BosError && error.kind === 'conflict')) {
        throw new BosError(
          'configuration',
          `expected a folder at ${path} that can be written, got "${error}"; correct its rights, or set data_dir (--data-dir)`,
          { path },
          { cause: error },
        );
      }
    }
  }
  throw new BosError(
    'configuration',
    `expected at most ${MAX_SPOOLS} servers on the data folder of ${folder}`,
  );
}
