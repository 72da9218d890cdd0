import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Operation } from '../../core/chain/types.ts';
import { startDevnet } from '../../devnet/devnet.ts';
import { manualClock } from '../support/manual-clock.ts';
import {
  type Any,
  approve,
  execute,
  op,
  proposalCreate,
  proposalUpdate,
  propose,
  signed,
  TestClient,
} from './support/client.ts';
import { type Setting, setting } from './support/setting.ts';

const sport = (name: string): Operation => op(52, { name: [['en', name]] });
const broadcast = ({ devnet, client }: Setting, by: string, operation: Operation): Promise<Any> =>
  client.call('network_broadcast', 'broadcast_transaction', signed(devnet, [operation], { signers: [by] }));

describe('blocks', () => {
  test('the first one is there at start and fills the authority of witness-account', async () => {
    await using here = await setting({ witnesses: 3 });
    const { devnet } = here;
    assert.equal(devnet.chain.head().number, 1);
    assert.equal(devnet.chain.head().time.toISOString(), here.clock.now().toISOString());
    assert.deepEqual(devnet.chain.authority(), {
      threshold: 2,
      weights: new Map([
        ['1.2.7', 1],
        ['1.2.8', 1],
        ['1.2.9', 1],
      ]),
    });
  });

  test('those made by hand have slots of a second, or as far apart as was asked for', async () => {
    await using here = await setting({ manualIntervalMs: 3000 });
    const { devnet, client, clock } = here;
    const times: number[] = [];
    for (const ms of [0, 1000, 4000, 30_500]) {
      await clock.advance(ms);
      await devnet.produceBlock();
      times.push(devnet.chain.head().time.getTime());
    }
    const [first = 0] = times;
    assert.deepEqual(
      times.map((time) => time - first),
      [0, 3000, 6000, 30_000],
      'one slot after the last block, or at the last slot of the clock',
    );
    assert.equal((await client.get('get_global_properties')).parameters.block_interval, 3);
    await assert.rejects(setting({ manualIntervalMs: 1500 }), /whole seconds, got 1500 ms/);
  });

  test('ids begin with the number, name the block before, and are what transactions refer to', async () => {
    await using here = await setting();
    const { devnet, client } = here;
    const first = devnet.chain.head();
    await devnet.produceBlock();
    const block = await client.get('get_block', 2);
    assert.equal(block.previous, first.id);
    assert.equal(devnet.chain.head().id.slice(0, 8), '00000002');
    assert.equal(await client.get('get_block', 3), null);
    assert.deepEqual(await client.get('get_objects', ['2.8.2']), [
      { id: '2.8.2', block_id: devnet.chain.head().id },
    ]);
  });

  test('hold their transactions with results, which also get_transaction and the dedupe list answer', async () => {
    await using here = await setting();
    const { devnet, client } = here;
    await broadcast(here, 'witness1', proposalCreate(devnet, 'witness1', [sport('x')]));
    await devnet.produceBlock();
    const { transactions } = await client.get('get_block', 2);
    assert.deepEqual(transactions[0].operation_results, [[1, '1.10.0']]);
    assert.deepEqual(await client.get('get_transaction', 2, 0), transactions[0]);
    await assert.rejects(client.get('get_transaction', 2, 1), {
      message: /opt_block->transactions.size\(\) > trx_num/,
    });
    await assert.rejects(client.get('get_transaction', 9, 0), { message: /opt_block: $/ });
  });

  test('become irreversible once 70 % of the witnesses have built on them; with one witness at once', async () => {
    await using many = await setting({ witnesses: 5 });
    for (let count = 0; count < 10; count += 1) await many.devnet.produceBlock();
    assert.equal(many.devnet.chain.head().number - many.devnet.chain.irreversible(), 3);
    await using one = await setting({ witnesses: 1 });
    await one.devnet.produceBlock();
    assert.equal(one.devnet.chain.irreversible(), one.devnet.chain.head().number);
  });

  test('come on the clock, aligned, and a late tick makes one block instead of all that were missed', async () => {
    const clock = manualClock('2026-01-15T12:00:00.400Z');
    await using devnet = await startDevnet({ port: 0, blockIntervalMs: 3000, clock });
    await clock.advance(2_700);
    assert.deepEqual(
      [devnet.chain.head().number, devnet.chain.head().time.toISOString()],
      [2, '2026-01-15T12:00:03.000Z'],
    );
    await clock.advance(3_000);
    assert.equal(devnet.chain.head().number, 3);
    clock.set(new Date('2026-01-15T13:00:00.100Z'));
    await clock.advance(3_000);
    assert.equal(devnet.chain.head().number, 4);
    assert.equal(devnet.chain.head().time.toISOString(), '2026-01-15T13:00:03.000Z');
  });

  test('of a chain with a start time keep their distance to the clock', async () => {
    const clock = manualClock('2026-06-01T00:00:00Z');
    await using devnet = await startDevnet({ port: 0, clock, startTime: new Date('2021-04-01T00:00:00Z') });
    assert.equal(devnet.chain.head().time.toISOString(), '2021-04-01T00:00:00.000Z');
    await clock.advance(2_000);
    assert.equal(devnet.chain.head().time.toISOString(), '2021-04-01T00:00:02.000Z');
  });

  test('with maintenance recount the votes; nothing changes before', async () => {
    await using here = await setting({ witnesses: 3, maintenanceIntervalBlocks: 5 });
    const { devnet, client } = here;
    devnet.setWeights({ witness1: 10, witness2: 3 });
    devnet.setActive('witness3', false);
    assert.equal(devnet.chain.authority().weights.size, 3);
    const { next_maintenance_time: due } = await client.get('get_dynamic_global_properties');
    while (devnet.chain.head().time.toISOString().slice(0, 19) < due) {
      assert.equal(devnet.chain.authority().weights.size, 3);
      await devnet.produceBlock();
    }
    const { threshold, weights } = devnet.chain.authority();
    assert.deepEqual([threshold, [...weights.values()]], [7, [10, 3]]);
    assert.deepEqual((await client.get('get_global_properties')).active_witnesses, ['1.6.1', '1.6.2']);
    assert.equal((await client.get('get_dynamic_global_properties')).dynamic_flags, 1);
    const [witness] = await client.get('get_witnesses', ['1.6.1']);
    assert.equal(witness.total_votes, 10);
  });
});

describe('pending state', () => {
  test('is seen by reads at once and is applied again after each block', async () => {
    await using here = await setting();
    const { devnet, client } = here;
    devnet.faults.holdTransactions(true);
    await broadcast(here, 'witness1', proposalCreate(devnet, 'witness1', [sport('Seen')]));
    assert.equal((await client.get('get_proposed_transactions', '1.2.1')).length, 1);
    await devnet.produceBlock();
    assert.equal((await client.get('get_proposed_transactions', 'witness-account')).length, 1);
    assert.deepEqual((await client.get('get_block', 2)).transactions, []);
    devnet.faults.holdTransactions(false);
    await devnet.produceBlock();
    assert.equal((await client.get('get_block', 3)).transactions.length, 1);
  });

  test('shows what a pending approval executes', async () => {
    await using here = await setting();
    const { devnet, client } = here;
    const id = await propose(devnet, client, [sport('Early')]);
    for (const by of ['witness1', 'witness2', 'witness3'])
      await broadcast(here, by, proposalUpdate(devnet, by, id));
    assert.equal((await client.get('list_sports')).length, 1);
    assert.deepEqual(await client.get('get_objects', [id]), [null]);
    await assert.rejects(broadcast(here, 'witness4', proposalUpdate(devnet, 'witness4', id)), {
      message: 'Assert Exception: maybe_found != nullptr: Unable to find Object',
    });
  });

  test('that has expired or fails by then vanishes silently', async () => {
    await using here = await setting();
    const { devnet, client } = here;
    devnet.faults.holdTransactions(true);
    await broadcast(here, 'witness1', proposalCreate(devnet, 'witness1', [sport('Gone')]));
    for (let count = 0; count < 31; count += 1) await devnet.produceBlock();
    assert.deepEqual(await client.get('get_proposed_transactions', '1.2.1'), []);
    devnet.faults.holdTransactions(false);
    await devnet.produceBlock();
    assert.deepEqual(devnet.chain.block(devnet.chain.head().number)?.transactions, []);
  });

  test('gives ids that may differ from the final ones', async () => {
    await using here = await setting();
    const { devnet, client } = here;
    const second = signed(devnet, [proposalCreate(devnet, 'witness2', [sport('Second')])], {
      signers: ['witness2'],
    });
    await propose(devnet, client, [sport('First')]);
    await client.call('network_broadcast', 'broadcast_transaction', second);
    const ids = async (): Promise<string[]> =>
      (await client.get('get_proposed_transactions', '1.2.1')).map(
        ({ id, proposer }: Any) => `${id} by ${proposer}`,
      );
    assert.deepEqual(await ids(), ['1.10.0 by 1.2.7', '1.10.1 by 1.2.8']);
    devnet.faults.forkLastBlock({ drop: true });
    assert.deepEqual(await ids(), ['1.10.0 by 1.2.8']);
  });
});

describe('notices', () => {
  test('come after each block: its id, then what was created, changed and removed', async () => {
    await using here = await setting();
    const { devnet, client } = here;
    await client.get('set_subscribe_callback', 11, true);
    await client.get('set_block_applied_callback', 12);
    await client.get('get_objects', ['2.1.0']);
    const id = await propose(devnet, client, [sport('Watched')]);
    const notices = client.notices.splice(0);
    assert.deepEqual(Object.keys(notices[0]!), ['method', 'params']);
    assert.deepEqual(notices[0]!.params, [12, [devnet.chain.head().id]]);
    const [, [created]] = notices[1]!.params;
    assert.ok(created.some((object: Any) => object.id === id && object.proposer === '1.2.7'));
    const [, [changed]] = notices[2]!.params;
    assert.deepEqual(
      changed.map((object: Any) => object.id),
      ['2.1.0'],
    );
    await approve(devnet, client, id);
    await client.get('get_chain_id');
    const [, , , [removed]] = client.notices.map(({ params }) => params[1]);
    assert.ok(removed.includes(id), 'a removed object comes as its id');
  });

  test('without the wish for everything tell of asked objects only', async () => {
    await using here = await setting();
    const { devnet, client } = here;
    const id = await propose(devnet, client, [sport('a')]);
    await client.get('set_subscribe_callback', 11, false);
    await client.get('get_objects', [id]);
    await propose(devnet, client, [sport('b')], 'witness2');
    assert.equal(client.notices.length, 0);
    await approve(devnet, client, id, ['witness1']);
    await client.get('get_chain_id');
    assert.equal(client.notices.length, 1);
    assert.deepEqual(client.notices[0]!.params[1][0][0].available_active_approvals, ['1.2.7']);
    await client.get('cancel_all_subscriptions');
    await approve(devnet, client, id, ['witness2']);
    await client.get('get_chain_id');
    assert.equal(client.notices.length, 1);
  });

  test('tell of a pending transaction, and of one with a callback when a block holds it', async () => {
    await using here = await setting();
    const { devnet, client } = here;
    await client.get('set_pending_transaction_callback', 21);
    const transaction = signed(devnet, [proposalCreate(devnet, 'witness1', [sport('x')])], {
      signers: ['witness1'],
    });
    assert.equal(
      await client.call('network_broadcast', 'broadcast_transaction_with_callback', 22, transaction),
      null,
    );
    await devnet.produceBlock();
    await client.get('get_chain_id');
    const [pending, confirmed] = client.notices;
    assert.deepEqual([pending!.params[0], pending!.params[1][0].signatures], [21, transaction.signatures]);
    const [callback, [confirmation]] = confirmed!.params;
    assert.equal(callback, 22);
    assert.deepEqual([confirmation.block_num, confirmation.trx_num], [2, 0]);
    assert.deepEqual(confirmation.trx.operation_results, [[1, '1.10.0']]);
  });
});

describe('faults', () => {
  test('connections can be dropped, and a new one works', async () => {
    await using here = await setting();
    const closed = new Promise((resolve) => here.client.socket.once('close', resolve));
    here.devnet.faults.dropConnections();
    await closed;
    await using again = await TestClient.connect(here.devnet.url);
    assert.equal(await again.get('get_chain_id'), here.devnet.chainId);
  });

  test('broadcasts can be refused with a text', async () => {
    await using here = await setting();
    const { devnet } = here;
    devnet.faults.refuseBroadcasts('out of order');
    const operation = proposalCreate(devnet, 'witness1', [sport('x')]);
    await assert.rejects(broadcast(here, 'witness1', operation), { message: 'unspecified: out of order' });
    devnet.faults.refuseBroadcasts();
    await broadcast(here, 'witness1', operation);
  });

  test('a gap leaves out blocks while chain time goes on', async () => {
    await using here = await setting();
    const before = here.devnet.chain.head();
    here.devnet.faults.gap(4);
    await here.devnet.produceBlock();
    const head = here.devnet.chain.head();
    assert.equal(head.number, before.number + 1);
    assert.equal(head.time.getTime() - before.time.getTime(), 5000);
    const { recently_missed_count: missed } = await here.client.get('get_dynamic_global_properties');
    assert.equal(missed, 4);
    const clock = manualClock();
    await using timed = await startDevnet({ port: 0, clock });
    timed.faults.gap(3);
    await clock.advance(3_000);
    assert.equal(timed.chain.head().number, 1);
    await clock.advance(1_000);
    assert.equal(timed.chain.head().number, 2);
  });

  test('a fork replaces the last block; its transactions come later', async () => {
    await using here = await setting();
    const { devnet, client } = here;
    await client.get('set_block_applied_callback', 5);
    const id = await propose(devnet, client, [sport('Forked')]);
    const undone = devnet.chain.head();
    assert.equal(devnet.faults.forkLastBlock(), undone.number);
    const replaced = devnet.chain.head();
    assert.notEqual(replaced.id, undone.id);
    assert.equal(replaced.id.slice(0, 8), undone.id.slice(0, 8));
    assert.deepEqual((await client.get('get_block', undone.number)).transactions, []);
    assert.notEqual((await client.get('get_objects', [id]))[0], null, 'it is pending again');
    await devnet.produceBlock();
    assert.equal((await client.get('get_block', undone.number + 1)).transactions.length, 1);
    assert.deepEqual(
      client.notices.map(({ params }) => Number.parseInt(params[1][0].slice(0, 8), 16)),
      [2, 2, 3],
    );
  });

  test('a fork that drops transactions forgets them, with everything they did', async () => {
    await using here = await setting();
    const { devnet, client } = here;
    const id = await propose(devnet, client, [sport('Dropped')]);
    await approve(devnet, client, id);
    assert.equal((await client.get('list_sports')).length, 1);
    devnet.faults.forkLastBlock({ drop: true });
    assert.deepEqual(await client.get('list_sports'), []);
    assert.deepEqual((await client.get('get_objects', [id]))[0].available_active_approvals, []);
  });

  test('a transaction made for the undone block dies with it', async () => {
    await using here = await setting();
    const { devnet, client } = here;
    await devnet.produceBlock();
    await broadcast(here, 'witness1', proposalCreate(devnet, 'witness1', [sport('Orphan')]));
    devnet.faults.forkLastBlock();
    assert.deepEqual(await client.get('get_proposed_transactions', '1.2.1'), []);
  });

  test('errors can be written as nodes of 2018 did', async () => {
    await using here = await setting();
    here.devnet.faults.errorStyle2018(true);
    const { error } = await here.client.reply(0, 'get_proposed_transactions', ['nobody']);
    assert.equal(error?.data.code, 10);
    assert.match(
      error?.message ?? '',
      /^10 assert_exception: Assert Exception\naccount: no such account\n {4}\{\}\n {4}th_a /,
    );
  });
});

test('replies of a slow call do not hold up others', async () => {
  await using here = await setting();
  const { devnet, client } = here;
  const transaction = signed(devnet, [proposalCreate(devnet, 'witness1', [sport('x')])], {
    signers: ['witness1'],
  });
  const slow = client.call('network_broadcast', 'broadcast_transaction_synchronous', transaction);
  await client.get('get_chain_id');
  assert.equal(client.frames.length, 1);
  await devnet.produceBlock();
  assert.equal((await slow).block_num, 2);
});

test('thousand operations in one proposal execute', async () => {
  await using here = await setting();
  const { devnet, client } = here;
  const operations = Array.from({ length: 1000 }, (_, index) => sport(`Sport ${index}`));
  assert.equal(await execute(devnet, client, operations), undefined);
  assert.equal((await client.get('list_sports')).length, 1000);
});

test('text that is no request gets no answer, and the connection stays', async () => {
  await using here = await setting();
  for (const frame of [
    '{"id":1,"method":',
    '[]',
    '{}',
    '{"id":1,"method":"call","params":null}',
    '[{"id":1}]',
  ]) {
    here.client.socket.send(frame);
  }
  here.client.socket.send('{"method":"call","params":[0,"get_chain_id",[]]}');
  here.client.socket.send('{"id":"x","method":"call","params":[0,"get_chain_id",[]]}');
  await here.client.get('get_chain_id');
  assert.equal(here.client.frames.length, 1);
});

test('the same requests can be posted over HTTP', async () => {
  await using here = await setting();
  const post = async (body: string): Promise<string> =>
    (
      await fetch(here.devnet.url.replace('ws:', 'http:'), {
        method: 'POST',
        body,
        headers: { connection: 'close' },
      })
    ).text();
  assert.deepEqual(
    JSON.parse(await post('{"id":2,"method":"call","params":["database","get_account_count",[]]}')),
    {
      id: 2,
      jsonrpc: '2.0',
      result: 13,
    },
  );
  assert.match(await post('xx'), /^4 parse_error_exception: Parse Error\n/);
});
