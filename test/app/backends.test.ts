import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { openBackends } from '../../app/backends.ts';
import { silentLog } from '../../core/log.ts';
import { sampleIncident } from '../conformance/store-samples.ts';
import { startFakeMongo } from '../support/fake-mongo.ts';
import { quickClock } from '../support/quick-clock.ts';
import { until } from '../support/until.ts';
import { testConfig } from '../support/witness-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'bos-backends-'));
after(() => rmSync(folder, { recursive: true }));

describe('a server whose MongoDB takes long to be opened', () => {
  it('takes incidents into the spool meanwhile, and ends when it is told to', async () => {
    await using mongo = await startFakeMongo({ listIndexes: 'silence' });
    const config = testConfig({
      data_dir: folder,
      store: `mongodb://${mongo.address}/`,
      queue: 'redis://127.0.0.1:9/0',
    });
    const stopping = new AbortController();
    const { signal } = stopping;
    const owned = new AsyncDisposableStack();
    const options = { config, isServer: true, clock: quickClock, log: silentLog, signal };
    const { store, spool } = await openBackends(options, owned);
    assert.equal((await store.incidents.insert(sampleIncident())).outcome, 'new');
    assert.equal(spool?.count, 1);
    await assert.rejects(store.incidents.count(), {
      kind: 'unavailable',
      message: /^expected MongoDB to be opened within 5 s/,
    });
    stopping.abort();
    let isClosed = false;
    const closing = owned.disposeAsync().then(() => {
      isClosed = true;
    });
    await until('the end', () => isClosed, 3000);
    await closing;
  });
});
