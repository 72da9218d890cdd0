import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { BosError } from '../../../core/errors.ts';
import { silentLog } from '../../../core/log.ts';
import { openSpool, type Spool } from '../../../core/store/spool/spool.ts';
import { spooledStore } from '../../../core/store/spool/spooled-store.ts';
import type { Store } from '../../../core/store/store.ts';
import { quickClock } from '../../support/quick-clock.ts';
import { until } from '../../support/until.ts';
import { incidentJson, startHarness } from '../harness.ts';

const UNKNOWN = incidentJson({ id: { ...(incidentJson().id as object), home: 'Nobody' } });

describe('a report with unknown names while the store is away', () => {
  it('is answered as always once its body is in the spool, and 503 when it could not be kept', async () => {
    await using below = await startHarness();
    let isAway = true;
    const away = async () => {
      if (isAway) throw new BosError('unavailable', 'the store is away');
    };
    const { incidents, refused } = below.ctx.store;
    const flaky: Store = {
      ...below.ctx.store,
      incidents: { ...incidents, insert: async (one) => away().then(() => incidents.insert(one)) },
      refused: { ...refused, insert: async (body) => away().then(() => refused.insert(body)) },
      check: away,
    };
    const folder = join(below.ctx.config.dataDir, 'spool');
    await using spool = await openSpool({ folder, log: silentLog });
    const noRoom = () => Promise.reject(new BosError('unavailable', 'no room'));
    const full: Spool = {
      count: 0,
      isEmpty: true,
      append: noRoom,
      adopt: async () => {},
      check: noRoom,
      drain: async () => {},
      [Symbol.asyncDispose]: async () => {},
    };
    const options = { clock: quickClock, log: silentLog, onDrained: () => {} };
    await using store = spooledStore(flaky, spool, options);
    await using storeWithoutRoom = spooledStore(flaky, full, options);
    await using harness = await startHarness({ context: { store } });
    await using withoutRoom = await startHarness({ context: { store: storeWithoutRoom } });

    const answer = await harness.post('/trigger', UNKNOWN);
    assert.deepEqual([answer.status, await answer.text()], [400, 'Not normalized incident']);
    assert.equal((await refused.list({})).items.length, 0);
    assert.equal((await withoutRoom.post('/trigger', UNKNOWN)).status, 503);

    isAway = false;
    await until('the body to be kept', async () => (await refused.list({})).items.length === 1);
    const [kept] = (await refused.list({})).items;
    assert.equal(kept?.unknown[0]?.name, 'Nobody');
  });
});
