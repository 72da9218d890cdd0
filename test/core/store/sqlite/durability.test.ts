import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { silentLog } from '../../../../core/log.ts';
import { openSqliteStore } from '../../../../core/store/sqlite/open.ts';
import { manualClock } from '../../../support/manual-clock.ts';

test('kill -9 in the middle of a burst loses nothing that was acknowledged', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bos-durability-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'bos.db');
  const acknowledged = new Set<string>();

  for (const enough of [500, 1500]) {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../children/burst.ts'), path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    for await (const key of createInterface({ input: child.stdout })) {
      acknowledged.add(key);
      if (acknowledged.size >= enough) child.kill('SIGKILL');
    }
    assert.equal((await exited)[1], 'SIGKILL');

    await using store = await openSqliteStore({ path, clock: manualClock(), log: silentLog });
    const lost: string[] = [];
    for (const key of acknowledged) if ((await store.incidents.find(key)).length !== 1) lost.push(key);
    assert.deepEqual(lost, []);
    assert.ok((await store.incidents.count()) >= acknowledged.size);
  }
});
