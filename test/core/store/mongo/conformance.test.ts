import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { silentLog } from '../../../../core/log.ts';
import { openMongoStore } from '../../../../core/store/mongo/open.ts';
import { storeConformance } from '../../../conformance/store.ts';
import { questionsWithoutIndex } from '../../../support/index-coverage.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { missingMongo } from '../../../support/mongo-server.ts';
import { startRecordedMongo } from './harness.ts';

const missing = await missingMongo();

describe('the store in a MongoDB', { skip: missing ?? false }, async () => {
  if (missing !== undefined) return;
  const server = await startRecordedMongo();
  after(() => server[Symbol.asyncDispose]());

  storeConformance('MongoDB', async () => {
    const options = {
      url: server.recordedUrl,
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

  test('has an index for each question that it asks', () => {
    assert.deepEqual(questionsWithoutIndex(server.commands), []);
  });
});
