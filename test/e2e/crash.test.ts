import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { reportPlain } from '../../client/index.ts';
import { type Devnet, startDevnet } from '../../devnet/devnet.ts';
import { type RunningCli, runCli, startCli } from '../support/cli.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'bos-crash-'));
after(() => rmSync(folder, { recursive: true }));

const dataDir = join(folder, 'data');

function startWitness(devnet: Devnet): Promise<RunningCli> {
  const accounts = ['--proposer', 'witness1', '--approver', 'witness1'];
  return startCli(['run', '--port', '0', '--node', devnet.url, ...accounts], { cwd: folder });
}

/** The start of the match: two days from now, on a five-minute mark. */
const start = new Date(Math.floor(Date.now() / 300_000) * 300_000 + 2 * 86_400_000);

function createBy(provider: string) {
  return {
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
}

/** Reports by ever new providers, eight at a time, until nobody answers; adds those that were acknowledged. */
async function burst(url: string, round: number, acknowledged: Set<string>): Promise<void> {
  let n = 0;
  const sender = async (): Promise<void> => {
    for (;;) {
      n += 1;
      const provider = `round ${round} provider ${n}`;
      const answer = await reportPlain({
        url: `${url}/trigger`,
        incident: createBy(provider),
        timeoutMs: 5000,
      }).catch(() => undefined);
      if (answer === undefined) return;
      assert(answer.accepted);
      acknowledged.add(provider);
    }
  };
  await Promise.all(Array.from({ length: 8 }, sender));
}

async function storedProviders(witness: RunningCli): Promise<Set<string>> {
  const args = ['incidents', 'list', '--json', '--limit', '1000000', '--server', witness.url];
  const { stdout, code } = await runCli(args, { cwd: folder });
  assert.equal(code, 0);
  const { data } = JSON.parse(stdout) as { data: { incident: { provider_info: { name: string } } }[] };
  return new Set(data.map(({ incident }) => incident.provider_info.name));
}

/** How many objects of each kind of the match the chain has. */
function matchOnChain(devnet: Devnet): { events: number; groups: number; markets: number } {
  const { events, marketGroups, markets } = devnet.chain.sports();
  return { events: events.length, groups: marketGroups.length, markets: markets.length };
}

describe('kill -9 during a burst', () => {
  it('loses no acknowledged incident and leads to no second event, whenever it comes', async () => {
    await using devnet = await startDevnet({ port: 0, witnesses: 1, blockIntervalMs: 1000 });
    mkdirSync(dataDir);
    await devnet.writeKeys(join(dataDir, 'keys.json'));
    const acknowledged = new Set<string>();

    let witness = await startWitness(devnet);
    await using leftovers = new AsyncDisposableStack();
    leftovers.defer(async () => {
      await witness.end('SIGKILL');
    });
    const sync = await runCli(['sports', 'sync', '--server', witness.url], { cwd: folder });
    assert.equal(sync.code, 0, sync.stderr);
    await until('the sports on chain', () => devnet.chain.sports().rules.length > 0, 30_000);

    const moments: [string, () => boolean][] = [
      ['incidents', () => acknowledged.size > 20],
      // A proposal on its way counts as well: reads show what is pending.
      ['a proposal', () => devnet.chain.proposals().length > 0 || matchOnChain(devnet).events > 0],
      ['the event', () => matchOnChain(devnet).events > 0],
    ];
    for (const [round, [what, moment]] of moments.entries()) {
      const bursting = burst(witness.url, round, acknowledged);
      await until(what, moment, 30_000);
      assert.equal(await witness.end('SIGKILL'), null);
      await bursting;
      witness = await startWitness(devnet);
      const stored = await storedProviders(witness);
      for (const provider of acknowledged)
        assert(stored.has(provider), `${provider} was acknowledged and is lost`);
    }

    const listed = await until(
      'done',
      async () => {
        const { stdout } = await runCli(['events', 'list', '--json', '--server', witness.url], {
          cwd: folder,
        });
        const { data } = JSON.parse(stdout) as { data: { calls: { status: string; final: boolean }[] }[] };
        return data[0]?.calls[0]?.final ? data : undefined;
      },
      30_000,
    );
    assert.equal(listed.length, 1);
    assert.equal(listed[0]?.calls[0]?.status, 'CALL_STATUS_DONE');
    assert.deepEqual(matchOnChain(devnet), { events: 1, groups: 1, markets: 2 });
    assert.deepEqual(devnet.chain.proposals(), []);
    assert.equal(await witness.end('SIGTERM'), 0);
  });
});
