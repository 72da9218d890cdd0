import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ensureAdminToken } from '../../../server/auth/token-file.ts';

describe('the admin token', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bos-token-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is made once, with 32 random bytes, for the owner only', async () => {
    const token = await ensureAdminToken(join(folder, 'data'));
    assert.equal(Buffer.from(token, 'base64url').length, 32);
    assert.equal((await stat(join(folder, 'data', 'admin-token'))).mode & 0o777, 0o600);
    assert.equal(await ensureAdminToken(join(folder, 'data')), token);
    assert.deepEqual(await readdir(join(folder, 'data')), ['admin-token']);
  });

  it('is the same for all that start at once', async () => {
    const tokens = await Promise.all(Array.from({ length: 10 }, () => ensureAdminToken(folder)));
    assert.equal(new Set(tokens).size, 1);
  });

  it('is refused when others may read it, with what to do', async () => {
    await ensureAdminToken(folder);
    await chmod(join(folder, 'admin-token'), 0o640);
    await assert.rejects(ensureAdminToken(folder), {
      kind: 'configuration',
      message: /got 0640: run chmod 600/,
    });
  });

  it('is refused when the file is empty', async () => {
    await writeFile(join(folder, 'admin-token'), '', { mode: 0o600 });
    await assert.rejects(ensureAdminToken(folder), { kind: 'configuration', message: /remove the file/ });
  });
});
