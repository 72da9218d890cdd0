import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { BosError } from '../../../core/errors.ts';
import { silentLog } from '../../../core/log.ts';
import { lateStore } from '../../../core/store/late-store.ts';
import { openSqliteStore } from '../../../core/store/sqlite/open.ts';
import type { Store } from '../../../core/store/store.ts';
import { sampleIncident } from '../../conformance/store-samples.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'bos-late-'));
after(() => rmSync(folder, { recursive: true }));

describe('a store that comes late', () => {
  it('says why it is not there, and is the store when it is', async () => {
    const clock = manualClock();
    let problem: BosError | undefined = new BosError('unavailable', 'no server');
    let closed = false;
    const open = async (): Promise<Store> => {
      if (problem) throw problem;
      const store = await openSqliteStore({ path: join(folder, 'bos.db'), clock, log: silentLog });
      return {
        ...store,
        async [Symbol.asyncDispose]() {
          closed = true;
          await store[Symbol.asyncDispose]();
        },
      };
    };
    const { signal } = new AbortController();
    const late = lateStore(open, { kind: 'sqlite', problem, clock, log: silentLog, signal });
    const { incidents } = late;
    const away = { kind: 'unavailable', message: 'no server' };
    await assert.rejects(incidents.insert(sampleIncident()), away);
    await assert.rejects(late.check(), away);

    problem = new BosError('configuration', 'no rights');
    await until('the other reason', async () => {
      await clock.advance(1000);
      return late.check().catch((error: Error) => error.message === 'no rights');
    });
    problem = undefined;
    await until('the store', async () => {
      await clock.advance(1000);
      return late.check().then(
        () => true,
        () => false,
      );
    });
    assert.equal((await incidents.insert(sampleIncident())).outcome, 'new');
    assert.equal(await late.incidents.count(), 1);
    await late[Symbol.asyncDispose]();
    assert(closed);
  });

  it('is the one that is being opened already, whatever that takes, and closes that as well', async () => {
    const clock = manualClock();
    const problem = new BosError('unavailable', 'not open yet');
    const { signal } = new AbortController();
    const underWay = Promise.withResolvers<Store>();
    const never = async () => assert.fail('opened a second time');
    const options = { kind: 'sqlite', problem, underWay: underWay.promise, clock, log: silentLog } as const;
    const late = lateStore(never, { ...options, signal });
    await clock.advance(60_000);
    await assert.rejects(late.check(), { message: 'not open yet' });
    const closing = late[Symbol.asyncDispose]();
    let isClosed = false;
    const below = await openSqliteStore({ path: join(folder, 'slow.db'), clock, log: silentLog });
    underWay.resolve({
      ...below,
      async [Symbol.asyncDispose]() {
        isClosed = true;
        await below[Symbol.asyncDispose]();
      },
    });
    await closing;
    assert(isClosed);
  });

  it('has event documents rebuilt by the store when that is there', async () => {
    const clock = manualClock();
    const problem = new BosError('unavailable', 'no server');
    const { signal } = new AbortController();
    let isThere = false;
    await using below = await openSqliteStore({ path: join(folder, 'other.db'), clock, log: silentLog });
    const store: Store = {
      ...below,
      kind: 'mongodb',
      rebuildEvents: async () => 7,
      [Symbol.asyncDispose]: async () => {},
    };
    const open = async () => {
      if (!isThere) throw problem;
      return store;
    };
    await using late = lateStore(open, { kind: 'mongodb', problem, clock, log: silentLog, signal });
    assert.ok(late.rebuildEvents);
    await assert.rejects(late.rebuildEvents(), { kind: 'unavailable' });
    isThere = true;
    await clock.advance(1000);
    assert.equal(await late.rebuildEvents(), 7);
  });

  it('leaves no timer when it is closed before', async () => {
    const clock = manualClock();
    const problem = new BosError('unavailable', 'no server');
    const { signal } = new AbortController();
    const late = lateStore(() => Promise.reject(problem), {
      kind: 'sqlite',
      problem,
      clock,
      log: silentLog,
      signal,
    });
    await late[Symbol.asyncDispose]();
    assert.equal(clock.sleepers, 0);
  });
});
