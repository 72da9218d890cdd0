import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { silentLog } from '../../../../core/log.ts';
import { openSqliteStore } from '../../../../core/store/sqlite/open.ts';
import { sampleDecision, sampleIncident } from '../../../conformance/store-samples.ts';
import { manualClock } from '../../../support/manual-clock.ts';

describe('the order of changes in SQLite', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bos-changes-'));
  });
  after(() => rm(folder, { recursive: true }));
  const open = (name: string) =>
    openSqliteStore({ path: join(folder, name, 'bos.db'), clock: manualClock(), log: silentLog });

  it('goes on when the store is opened again', async () => {
    const first = await open('again');
    await first.incidents.insert(sampleIncident());
    await first.decisions.insert(sampleDecision());
    const before = await first.changes.last();
    await first[Symbol.asyncDispose]();
    await using again = await open('again');
    assert.deepEqual(await again.changes.last(), before);
    const { incident } = await again.incidents.insert(sampleIncident({ match: 'b' }));
    assert.ok(incident.position > before.incidents);
  });
});
