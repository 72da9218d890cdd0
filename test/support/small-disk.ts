import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A folder with room for very little. */
export interface SmallDisk extends AsyncDisposable {
  readonly folder: string;
}

/**
 * Mounts one of that many KiB; only root may. Where that is refused the answer says why, as the reason of a skipped
 * test; in CI (`CI=true`) it throws instead.
 */
export async function mountSmallDisk(kib: number): Promise<SmallDisk | { readonly missing: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'bos-small-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'bos-test', folder]);
  } catch (error) {
    await rm(folder, { recursive: true });
    const missing = 'no right to mount a small disk: needs root on Linux';
    if (process.env.CI === 'true') throw new Error(missing, { cause: error });
    return { missing };
  }
  return {
    folder,
    async [Symbol.asyncDispose]() {
      await run('umount', [folder]);
      await rm(folder, { recursive: true });
    },
  };
}
