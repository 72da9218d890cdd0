import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DEVNET_CHAIN_ID } from '../../core/chain/devnet-chain.ts';
import { BosError } from '../../core/errors.ts';
import { devnetKey, startDevnet } from '../../devnet/devnet.ts';
import { manualClock } from '../support/manual-clock.ts';
import { type Any, approve, execute, op, propose, TestClient } from './support/client.ts';
import { setting } from './support/setting.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'devnet-'));
});
after(async () => {
  await rm(folder, { recursive: true });
});

describe('accounts', () => {
  test('are the witnesses, nathan and whoever else was asked for, funded, with published keys', async () => {
    await using here = await setting({ witnesses: 2, extraAccounts: ['mallory'] });
    const { devnet, client } = here;
    assert.deepEqual(
      devnet.accounts.map(({ name, id }) => `${name} ${id}`),
      ['witness1 1.2.7', 'witness2 1.2.8', 'nathan 1.2.9', 'mallory 1.2.10'],
    );
    assert.equal(devnet.chainId, DEVNET_CHAIN_ID);
    assert.equal(devnet.account('nathan').wif, devnetKey('nathan').toWif());
    assert.deepEqual(await client.get('get_key_references', [devnet.account('mallory').publicKey]), [
      ['1.2.10'],
    ]);
    assert.deepEqual(await client.get('lookup_witness_accounts', '', 10), [
      ['witness1', '1.6.1'],
      ['witness2', '1.6.2'],
    ]);
    assert.deepEqual(await client.get('get_account_references', '1.2.7'), ['1.2.1']);
    const [balance] = await client.get('get_account_balances', 'witness-account', []);
    assert.deepEqual(balance, { amount: '1000000000000', asset_id: '1.3.0' }, 'large numbers come as text');
    assert.throws(() => devnet.account('nobody'), BosError);
  });

  test('keys are written for the named accounts, readable by the owner only', async () => {
    await using here = await setting({ witnesses: 1 });
    const path = join(folder, 'keys.json');
    await here.devnet.writeKeys(path, ['witness1']);
    assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), {
      witness1: here.devnet.account('witness1').wif,
    });
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });
});

test('assets are PPY, BTC, TEST and BTF unless others are asked for', async () => {
  await using here = await setting();
  const assets: Any[] = await here.client.get('get_assets', ['1.3.0', '1.3.1', '1.3.2', 'BTF', 'NOPE']);
  assert.deepEqual(
    assets.map((asset) => asset && `${asset.symbol} ${asset.precision}`),
    ['PPY 5', 'BTC 8', 'TEST 5', 'BTF 5', null],
  );
  await using other = await setting({ assets: ['XYZ'] });
  assert.deepEqual(
    (await other.client.get('list_assets', '', 100)).map(({ symbol }: Any) => symbol),
    ['PPY', 'XYZ'],
  );
});

test('required and potential signatures follow account members', async () => {
  await using here = await setting({ witnesses: 2 });
  const { devnet, client } = here;
  const [first, second, nathan] = devnet.accounts.map(({ publicKey }) => publicKey);
  const transaction = { operations: [op(63, { betting_market_group_id: '1.24.0', resolutions: [] })] };
  assert.deepEqual(
    (await client.get('get_potential_signatures', transaction)).sort(),
    [first, second].sort(),
  );
  assert.deepEqual(
    (await client.get('get_required_signatures', transaction, [first, second, nathan])).sort(),
    [first, second].sort(),
  );
  await assert.rejects(client.get('verify_authority', transaction), {
    message: 'missing required active authority: Missing Active Authority 1.2.1',
  });
});

describe('the state file', () => {
  const sport = (name: string) => op(52, { name: [['en', name]] });

  test('lets a chain go on where it was: objects, ids, blocks, balances, copies', async () => {
    const stateFile = join(folder, 'state.json');
    let before: Any;
    {
      await using here = await setting({ stateFile });
      const { devnet, client } = here;
      await execute(devnet, client, [
        sport('Kept'),
        op(54, { name: [['en', 'g']], sport_id: '0.0.0' }),
        op(56, { name: [['en', 'e']], season: [], event_group_id: '0.0.1' }),
      ]);
      await execute(devnet, client, [op(72, { event_id: '1.22.0', status: 'canceled', scores: [] })]);
      await propose(devnet, client, [sport('Open')]);
      before = {
        head: devnet.chain.head(),
        sports: devnet.chain.sports(),
        money: devnet.chain.coreBalance('1.2.1'),
      };
    }
    await using again = await setting({ stateFile });
    const { devnet, client } = again;
    assert.deepEqual(
      { head: devnet.chain.head(), sports: devnet.chain.sports(), money: devnet.chain.coreBalance('1.2.1') },
      before,
    );
    const [copy] = await client.call('bookie', 'get_objects', ['1.22.0']);
    assert.equal(copy.status, 'canceled');
    assert.equal((await client.get('get_block', 1)).previous, '0'.repeat(40));
    const [open] = await client.get('get_proposed_transactions', '1.2.1');
    await approve(devnet, client, open.id);
    assert.deepEqual(
      (await client.get('list_sports')).map(({ id }: Any) => id),
      ['1.20.0', '1.20.1'],
    );
  });

  test('that is of another chain or no state file is refused', async () => {
    const stateFile = join(folder, 'other.json');
    {
      await using here = await setting({ stateFile, chainId: 'ab'.repeat(32) });
      await here.devnet.produceBlock();
    }
    const start = () => startDevnet({ port: 0, blockIntervalMs: 'manual', clock: manualClock(), stateFile });
    await assert.rejects(start(), /expected chain .* got abab/);
    await writeFile(stateFile, 'xx');
    await assert.rejects(start(), /expected a devnet's state/);
  });
});

test('options that cannot be are refused', async () => {
  await assert.rejects(startDevnet({ port: 0, blockIntervalMs: 1500 }), /whole seconds, got 1500 ms/);
  await assert.rejects(startDevnet({ port: 0, witnesses: 0 }), /above 0, got 0/);
  await using here = await setting();
  await assert.rejects(
    startDevnet({ port: here.devnet.port, blockIntervalMs: 'manual' }),
    (error) => error instanceof BosError && error.kind === 'unavailable',
  );
});

test('two clients see the same chain', async () => {
  await using here = await setting();
  await using other = await TestClient.connect(here.devnet.url);
  await execute(here.devnet, here.client, [op(52, { name: [['en', 'Shared']] })]);
  assert.deepEqual(await other.get('list_sports'), await here.client.get('list_sports'));
});
