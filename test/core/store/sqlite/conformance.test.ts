import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { silentLog } from '../../../../core/log.ts';
import { openSqliteStore } from '../../../../core/store/sqlite/open.ts';
import { storeConformance } from '../../../conformance/store.ts';
import { manualClock } from '../../../support/manual-clock.ts';

const folder = await mkdtemp(join(tmpdir(), 'bos-store-'));
after(() => rm(folder, { recursive: true }));

let opened = 0;
storeConformance('SQLite', async () => {
  opened += 1;
  const options = { path: join(folder, `${opened}`, 'bos.db'), clock: manualClock(), log: silentLog };
  const store = await openSqliteStore(options);
  return {
    store,
    async reopen() {
      await store[Symbol.asyncDispose]();
      return openSqliteStore(options);
    },
  };
});
