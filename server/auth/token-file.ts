import { randomBytes } from 'node:crypto';
import { access, link, open, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BosError } from '../../core/errors.ts';
import { makeFolder } from '../../core/store/folder.ts';

/** Name of the file in the data folder; a CLI on the same machine reads it. */
export const TOKEN_FILE = 'admin-token';

/**
 * The admin token of this witness: made at the first start (32 random bytes, file mode 0600), read afterwards.
 * @throws BosError configuration when group or others may read the file, or when it holds no token
 */
export async function ensureAdminToken(dataDir: string): Promise<string> {
  await makeFolder(dataDir);
  const path = join(dataDir, TOKEN_FILE);
  // Looked for first: where there is one a full disk is no obstacle.
  if (await isThere(path)) return read(path);
  return (await create(path)) ?? (await read(path));
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Written aside and linked into place, so that the file never exists half written; undefined when there is one. */
async function create(path: string): Promise<string | undefined> {
  const token = randomBytes(32).toString('base64url');
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(aside, 'wx', 0o600);
  try {
    await file.writeFile(`${token}\n`);
    await file.sync();
    await link(aside, path);
    return token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  } finally {
    await file.close();
    await unlink(aside);
  }
}

async function read(path: string): Promise<string> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    const found = (mode & 0o777).toString(8).padStart(4, '0');
    throw new BosError(
      'configuration',
      `expected mode 0600 of ${path}, got ${found}: run chmod 600 ${path}`,
      { path },
    );
  }
  const token = (await readFile(path, 'utf8')).trim();
  if (!/^[\w.~+/=-]{16,}$/.test(token)) {
    throw new BosError(
      'configuration',
      `expected a token of at least 16 characters in ${path}: remove the file to get a new one`,
      { path },
    );
  }
  return token;
}
