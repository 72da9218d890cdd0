import { after, describe } from 'node:test';
import { silentLog } from '../../../../core/log.ts';
import { openMongoStore } from '../../../../core/store/mongo/open.ts';
import { storeConformance } from '../../../conformance/store.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { missingMongo, startMongo } from '../../../support/mongo-server.ts';

const missing = await missingMongo();

describe('the store in a MongoDB', { skip: missing ?? false }, async () => {
  if (missing !== undefined) return;
  const server = await startMongo();
  after(() => server[Symbol.asyncDispose]());

  storeConformance('MongoDB', async () => {
    const options = {
      url: server.url,
      names: { database: server.freshDatabase() },
      clock: manualClock(),
      log: silentLog,
    };
    const store = await openMongoStore(options);
    return {
      store,
      async reopen() {
        await store[Symbol.asyncDispose]();
        return openMongoStore(options);
      },
    };
  });
});
