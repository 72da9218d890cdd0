import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { startProcess } from '../../app/run.ts';
import { silentLog } from '../../core/log.ts';
import { devnetKey, startDevnet } from '../../devnet/devnet.ts';
import { testConfig } from '../support/witness-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'bos-run-'));
after(() => rmSync(folder, { recursive: true }));

const ALL = { roles: { api: true, worker: true, scheduler: true } };
/** Nothing listens there. */
const NOWHERE = 'ws://127.0.0.1:9';

let number = 0;
function newFolder(keys?: Readonly<Record<string, string>>): string {
  number += 1;
  const path = join(folder, `witness-${number}`);
  mkdirSync(path);
  if (keys !== undefined) {
    writeFileSync(join(path, 'keys.json'), JSON.stringify(keys));
    chmodSync(join(path, 'keys.json'), 0o600);
  }
  return path;
}

const start = (settings: Readonly<Record<string, unknown>>) =>
  startProcess(testConfig({ node: NOWHERE, ...settings }), ALL, { log: silentLog });

const refusal = (kind: string, message: RegExp) => ({ name: 'BosError', kind, message });

const CREATE = {
  id: {
    sport: 'Ice Hockey',
    event_group_name: 'NHL Regular Season',
    start_time: '2030-03-16T23:00:00Z',
    home: 'Washington Capitals',
    away: 'New York Islanders',
  },
  call: 'create',
  arguments: { season: '2029' },
  provider_info: { name: 'a', pushed: '2030-03-10T00:00:00Z' },
};

describe('a process', () => {
  it('whose node cannot be reached takes incidents, and keeps them over a restart', async () => {
    const settings = { data_dir: newFolder(), nobroadcast: true };
    {
      await using witness = await start(settings);
      const answer = await fetch(`${witness.url}/trigger`, { method: 'POST', body: JSON.stringify(CREATE) });
      assert.equal(answer.status, 200);
      assert.equal(witness.ctx.chain.state().connected, false);
    }
    await using again = await start(settings);
    assert.equal(await again.ctx.store.incidents.count(), 1);
    const alive = await (await fetch(`${again.url}/isalive`)).text();
    assert.equal(JSON.parse(alive).background.scheduler.running, true);
  });

  it('is refused a data folder that another has, with the pid', async () => {
    const settings = { data_dir: newFolder(), nobroadcast: true };
    await using _first = await start(settings);
    await assert.rejects(start(settings), refusal('conflict', new RegExp(`${process.pid}.*data_dir`)));
  });

  it('is refused a store file that another has under a data folder of its own', async () => {
    const store = `sqlite:${join(newFolder(), 'shared.db')}`;
    await using _first = await start({ data_dir: newFolder(), store, nobroadcast: true });
    await assert.rejects(start({ data_dir: newFolder(), store, nobroadcast: true }), { kind: 'conflict' });
  });

  it('gives everything back when it cannot start, so that the next one can', async () => {
    const settings = { data_dir: newFolder(), nobroadcast: true };
    await using first = await start({ data_dir: newFolder(), nobroadcast: true });
    const taken = Number(new URL(first.url ?? '').port);
    await assert.rejects(start({ ...settings, 'api.port': taken }), refusal('configuration', /port \d+/));
    await using _second = await start(settings);
  });

  it('stops when the node is on another chain than the network names', async () => {
    await using devnet = await startDevnet({ port: 0, blockIntervalMs: 'manual', chainId: 'ab'.repeat(32) });
    await assert.rejects(
      start({ data_dir: newFolder(), nobroadcast: true, node: devnet.url }),
      refusal(
        'configuration',
        /^expected network "devnet" \(chain 7c01c002\.\.\.\), node ws:\/\/127\.0\.0\.1:\d+ is on chain abababab\.\.\.: set "network" or "node"$/,
      ),
    );
  });

  it('starts on a node of the right chain, and answers as soon as it has started', async () => {
    await using devnet = await startDevnet({ port: 0, blockIntervalMs: 'manual' });
    await using witness = await start({ data_dir: newFolder(), nobroadcast: true, node: devnet.url });
    assert.equal(witness.ctx.chain.state().connected, true);
    assert.equal((await fetch(`${witness.url}/`)).status, 404);
  });

  it('runs without a scheduler when told so', async () => {
    await using witness = await start({
      data_dir: newFolder(),
      nobroadcast: true,
      'scheduler.enabled': false,
    });
    const roles = (await witness.ctx.store.presence.list()).map(({ role }) => role);
    assert(roles.includes('worker') && !roles.includes('scheduler'));
  });
});

describe('a process that is to sign', () => {
  const keys = { witness1: devnetKey('witness1').toWif() };
  const accounts = { proposer: 'witness1', approver: 'witness1' };

  it('is refused without keys, unless nobroadcast is set', async () => {
    await assert.rejects(
      start({ data_dir: newFolder(), ...accounts }),
      refusal(
        'configuration',
        /^expected the keys of proposer and approver in .*keys\.json, got no such file: /,
      ),
    );
  });

  it('is refused without the names of its accounts, or without their keys', async () => {
    await assert.rejects(
      start({ data_dir: newFolder(keys), proposer: 'witness1' }),
      refusal(
        'configuration',
        /^expected the name of an account for "approver", got none: set it to one of witness1,/,
      ),
    );
    await assert.rejects(
      start({ data_dir: newFolder(keys), ...accounts, approver: 'witness2' }),
      refusal('configuration', /^expected the key of approver "witness2" in .*, got keys of witness1: /),
    );
  });

  it('is refused on any other chain than a devnet', async () => {
    const sports = join(folder, 'sports');
    mkdirSync(join(sports, 'real'), { recursive: true });
    writeFileSync(join(sports, 'real', 'index.yaml'), `chain_id: ${'cd'.repeat(32)}\nsports: []\n`);
    await assert.rejects(
      start({ data_dir: newFolder(keys), ...accounts, network: 'real', sports_folder: sports }),
      refusal('configuration', /^expected a wallet to sign with on network "real", got none/),
    );
    await using watching = await start({
      data_dir: newFolder(keys),
      ...accounts,
      network: 'real',
      sports_folder: sports,
      nobroadcast: true,
    });
    assert.equal(watching.ctx.broadcaster, undefined);
  });

  it('holds the keys of its accounts', async () => {
    await using witness = await start({ data_dir: newFolder(keys), ...accounts });
    assert.deepEqual(witness.ctx.broadcaster?.accounts, ['witness1']);
  });
});
