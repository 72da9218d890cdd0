import { DatabaseSync } from 'node:sqlite';
import { storeConformance } from '../../../conformance/store.ts';
import { openInProcessStore } from '../../../support/in-process-store.ts';
import { manualClock } from '../../../support/manual-clock.ts';

storeConformance('SQLite without its thread', async () => {
  const options = { clock: manualClock(), database: new DatabaseSync(':memory:') };
  const store = openInProcessStore(options);
  return {
    store,
    async reopen() {
      await store[Symbol.asyncDispose]();
      return openInProcessStore(options);
    },
  };
});
