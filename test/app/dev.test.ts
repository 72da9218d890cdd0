import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type RunningDev, startDev } from '../../app/dev.ts';
import { until } from '../support/until.ts';
import { testConfig } from '../support/witness-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'bos-dev-'));
after(() => rmSync(folder, { recursive: true }));

const start = (dataDir: string) =>
  startDev(testConfig({ data_dir: dataDir, 'logging.level': 'error' }), { port: 0, blockIntervalMs: 1000 });

async function report(dev: RunningDev, provider: string): Promise<void> {
  const start = new Date(Math.floor(Date.now() / 300_000) * 300_000 + 2 * 86_400_000);
  const body = {
    id: {
      sport: 'Ice Hockey',
      event_group_name: 'NHL Regular Season',
      start_time: start.toISOString().replace('.000Z', 'Z'),
      home: 'Washington Capitals',
      away: 'New York Islanders',
    },
    call: 'create',
    arguments: { season: '2029' },
    provider_info: { name: provider, pushed: new Date().toISOString() },
  };
  const answer = await fetch(`${dev.witness.url}/trigger`, { method: 'POST', body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.text());
}

describe('bos dev', () => {
  it('brings the sports data onto its chain, then a match that two providers announce, and finds both again', async () => {
    const dataDir = join(folder, 'data');
    {
      await using dev = await start(dataDir);
      const onChain = () => dev.devnet.chain.sports();
      await until('the sports on chain', () => onChain().rules.length > 0, 20_000);
      await report(dev, 'a');
      await report(dev, 'b');
      // Of the sync and of the create.
      const done = async () => (await dev.witness.ctx.store.decisions.countByStatus()).get('done') === 2;
      await until('the match on chain', async () => onChain().markets.length > 0 && done(), 20_000);
      assert.equal(onChain().events.length, 1);
    }
    await using again = await start(dataDir);
    assert.equal(again.devnet.chain.sports().events.length, 1);
    assert.equal(await again.witness.ctx.store.incidents.count(), 2);
  });

  it('is refused a folder with a store that speaks of another chain', async () => {
    const dataDir = mkdtempSync(join(folder, 'other-'));
    writeFileSync(join(dataDir, 'bos.db'), '');
    await assert.rejects(start(dataDir), {
      kind: 'conflict',
      message: /^expected a data folder of bos dev, got /,
    });
  });
});
