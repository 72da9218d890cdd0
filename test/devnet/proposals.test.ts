import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Operation } from '../../core/chain/types.ts';
import {
  type Any,
  approve,
  execute,
  op,
  proposalCreate,
  proposalUpdate,
  propose,
  send,
  signed,
} from './support/client.ts';
import { type Setting, setting } from './support/setting.ts';

describe('proposals on a chain', () => {
  /** Five witnesses of equal weight: three of them decide. */
  let here: Setting;
  before(async () => {
    here = await setting();
  });
  after(async () => {
    await here[Symbol.asyncDispose]();
  });

  const sport = (name: string): Operation => op(52, { name: [['en', name]] });
  const object = async (id: string): Promise<Any> => (await here.client.get('get_objects', [id]))[0];
  const sportNames = async (): Promise<string[]> =>
    (await here.client.get('list_sports')).map(({ name }: Any) => name[0][1]);
  const broadcast = (
    by: string,
    operations: readonly Operation[],
    method = 'broadcast_transaction',
  ): Promise<Any> => {
    const transaction = signed(here.devnet, operations, { signers: [by] });
    const args = method.endsWith('callback') ? [7, transaction] : [transaction];
    return here.client.call('network_broadcast', method, ...args);
  };
  const PENDING = {
    message:
      'Assert Exception: existed_operations_digests.count(digest) == 0: Proposed operation is already pending for approval.',
  };

  describe('the life of a proposal', () => {
    test('it collects approvals, executes in the approving transaction and is gone', async () => {
      const { devnet, client } = here;
      const id = await propose(devnet, client, [sport('Lived')]);
      assert.deepEqual((await object(id)).available_active_approvals, [], 'proposing is not approving');
      await approve(devnet, client, id, ['witness1', 'witness2']);
      assert.deepEqual((await object(id)).available_active_approvals, ['1.2.7', '1.2.8']);
      const { trx } = await send(devnet, client, 'witness3', [proposalUpdate(devnet, 'witness3', id)]);
      assert.deepEqual(trx.operation_results, [[0, {}]], 'ids of what it created are not reported');
      assert.equal(await object(id), null);
      assert.ok((await sportNames()).includes('Lived'));
    });

    test('a second approval changes nothing, one by a non-witness does not count, and one can be withdrawn', async () => {
      const { devnet, client } = here;
      const id = await propose(devnet, client, [sport('Counted')]);
      await approve(devnet, client, id, ['witness1', 'witness2']);
      await approve(devnet, client, id, ['witness2', 'nathan']);
      assert.deepEqual((await object(id)).available_active_approvals, ['1.2.7', '1.2.8', '1.2.12']);
      await send(devnet, client, 'witness1', [
        proposalUpdate(devnet, 'witness1', id, { remove: ['witness1'] }),
      ]);
      assert.deepEqual((await object(id)).available_active_approvals, ['1.2.8', '1.2.12']);
    });

    test('when an operation fails everything is undone, the approvals stay, and the next approval tries again', async () => {
      const { devnet, client } = here;
      const missing = op(54, { name: [['en', 'g']], sport_id: '1.20.777' });
      const id = await propose(devnet, client, [sport('Undone'), missing]);
      await approve(devnet, client, id);
      const failed = await object(id);
      assert.equal(
        failed.fail_reason,
        'Assert Exception: db().find_object(sport_id): Invalid sport specified',
      );
      assert.equal(failed.available_active_approvals.length, 3);
      assert.ok(!(await sportNames()).includes('Undone'));
      const history: Any[] = await client.call(
        'history',
        'get_account_history',
        '1.2.1',
        '1.11.0',
        100,
        '1.11.0',
      );
      assert.ok(history.every(({ op: [, fields] }) => fields.name?.[0]?.[1] !== 'Undone'));
      await approve(devnet, client, id, ['witness4']);
      assert.equal((await object(id)).fail_reason, failed.fail_reason);
      await send(devnet, client, 'witness4', [
        proposalUpdate(devnet, 'witness4', id, { remove: ['witness4'] }),
      ]);
      await send(devnet, client, 'witness3', [
        proposalUpdate(devnet, 'witness3', id, { remove: ['witness3'] }),
      ]);
      assert.equal((await object(id)).fail_reason, failed.fail_reason, 'withdrawing keeps the reason');
    });

    test('what failed for want of money executes with the next approval once there is some', async () => {
      await using poor = await setting({ fees: 'default' });
      const { devnet, client } = poor;
      const held = Number(devnet.chain.coreBalance('1.2.1'));
      // witness-account's money is spent on one very dear operation.
      const dear: Operation = [52, { fee: { amount: held, asset_id: '1.3.0' }, name: [['en', 'Dear']] }];
      assert.equal(await execute(devnet, client, [dear]), undefined);
      const id = await propose(devnet, client, [sport('Late')]);
      await approve(devnet, client, id);
      const [failed] = await client.get('get_objects', [id]);
      assert.equal(
        failed.fail_reason,
        "Assert Exception: abo->get_balance() >= -delta: Insufficient Balance: witness-account's balance of 0 PPY is less than required 1 PPY",
      );
      await send(devnet, client, 'nathan', [
        [
          0,
          {
            fee: { amount: 2_000_000, asset_id: '1.3.0' },
            from: devnet.account('nathan').id,
            to: '1.2.1',
            amount: { amount: 150_000, asset_id: '1.3.0' },
            extensions: [],
          },
        ],
      ]);
      assert.notEqual((await client.get('get_objects', [id]))[0], null, 'money alone does not start it');
      await approve(devnet, client, id, ['witness4']);
      assert.equal((await client.get('get_objects', [id]))[0], null);
      assert.equal(devnet.chain.coreBalance('1.2.1'), 50_000n);
    });

    test('an operation without its fee fails on execution, not on creation', async () => {
      const { devnet, client } = here;
      const free: Operation = [52, { fee: { amount: 0, asset_id: '1.3.0' }, name: [['en', 'Free']] }];
      assert.equal(await execute(devnet, client, [free]), 'insufficient fee: Insufficient Fee Paid');
    });

    test('at its expiration it is removed, and executed before that if it is authorised by then', async () => {
      const { devnet, client } = here;
      const create = (name: string): Operation =>
        proposalCreate(devnet, 'witness1', [sport(name)], { lifetimeSeconds: 3 });
      const { trx } = await send(devnet, client, 'witness1', [create('Expired')]);
      const [[, id]] = trx.operation_results;
      await devnet.produceBlock();
      assert.notEqual(await object(id), null);
      await devnet.produceBlock();
      assert.equal(await object(id), null);
      assert.ok(!(await sportNames()).includes('Expired'));
    });

    test('with a review period it executes at its expiration only, and takes no approval in that period', async () => {
      const { devnet, client } = here;
      const create = proposalCreate(devnet, 'witness1', [sport('Reviewed')], {
        lifetimeSeconds: 10,
        reviewSeconds: 4,
      });
      const { trx } = await send(devnet, client, 'witness1', [create]);
      const [[, id]] = trx.operation_results;
      await approve(devnet, client, id);
      assert.equal((await object(id)).available_active_approvals.length, 3);
      while (devnet.chain.head().time.toISOString().slice(0, 19) < (await object(id)).review_period_time) {
        await devnet.produceBlock();
      }
      await assert.rejects(broadcast('witness4', [proposalUpdate(devnet, 'witness4', id)]), {
        message:
          'Assert Exception: o.active_approvals_to_add.empty() && o.owner_approvals_to_add.empty(): This proposal is in its review period. No new approvals may be added.',
      });
      while (await object(id)) await devnet.produceBlock();
      assert.ok((await sportNames()).includes('Reviewed'));
    });

    test('anybody may propose, and it is the weights of the moment of the approval that count', async () => {
      await using weighted = await setting({ witnesses: 3, weights: [900_000_000, 450_000_000, 0] });
      const { devnet, client } = weighted;
      assert.deepEqual([...devnet.chain.authority().weights.values()], [54_931, 27_465, 1]);
      assert.equal(devnet.chain.authority().threshold, 41_199);
      const id = await propose(devnet, client, [sport('Weighed')], 'nathan');
      await approve(devnet, client, id, ['witness2', 'witness3']);
      assert.notEqual((await client.get('get_objects', [id]))[0], null);
      // A change of weights authorises it, but nobody looks until the next approval.
      devnet.setWeights({ witness1: 1, witness2: 1, witness3: 1 });
      devnet.maintainNext();
      await devnet.produceBlock();
      assert.equal(devnet.chain.authority().threshold, 2);
      assert.notEqual((await client.get('get_objects', [id]))[0], null);
      await approve(devnet, client, id, ['witness3']);
      assert.equal((await client.get('get_objects', [id]))[0], null);
    });

    test('executed operations are in the history of witness-account, each with its id', async () => {
      const { devnet, client } = here;
      await execute(devnet, client, [sport('Told'), op(54, { name: [['en', 'g']], sport_id: '0.0.0' })]);
      const [second, first]: Any[] = await client.call(
        'history',
        'get_account_history',
        '1.2.1',
        '1.11.0',
        2,
        '1.11.0',
      );
      assert.deepEqual([first.op[0], first.virtual_op, first.result[0]], [52, 1, 1]);
      assert.deepEqual([second.op[0], second.virtual_op, second.op[1].sport_id], [54, 2, '0.0.0']);
      assert.equal((await object(second.result[1])).sport_id, first.result[1]);
      assert.equal(second.block_num, devnet.chain.head().number);
    });
  });

  describe('relative ids', () => {
    test('mean results of earlier operations, also in updates, and are kept in the proposal as they were', async () => {
      const { devnet, client } = here;
      const operations = [
        sport('Relative'),
        op(54, { name: [['en', 'League']], sport_id: '0.0.0' }),
        op(58, { name: [['en', 'r']], description: [['en', 'r']] }),
        op(56, { name: [['en', 'A v B']], season: [['en', 's']], event_group_id: '0.0.1' }),
        op(60, {
          description: [['en', 'm']],
          event_id: '0.0.3',
          rules_id: '0.0.2',
          asset_id: '1.3.1',
          never_in_play: false,
          delay_before_settling: 0,
        }),
        op(61, { group_id: '0.0.4', description: [['en', 'A']], payout_condition: [['en', 'A']] }),
      ];
      const id = await propose(devnet, client, operations);
      const proposed = (await object(id)).proposed_transaction.operations;
      assert.equal(proposed[4][1].event_id, '0.0.3');
      await approve(devnet, client, id);
      assert.equal(await object(id), null);
      const { sports, eventGroups, events, marketGroups, markets } = devnet.chain.sports();
      assert.equal(eventGroups.at(-1)?.sport_id, sports.at(-1)?.id);
      assert.equal(events.at(-1)?.event_group_id, eventGroups.at(-1)?.id);
      assert.equal(marketGroups.at(-1)?.event_id, events.at(-1)?.id);
      assert.equal(markets.at(-1)?.group_id, marketGroups.at(-1)?.id);
      assert.equal(
        await execute(devnet, client, [
          op(54, { name: [['en', 'Other']], sport_id: sports.at(-1)?.id }),
          op(57, { event_id: events.at(-1)?.id, new_event_group_id: '0.0.0' }),
        ]),
        undefined,
      );
      const moved = await object(String(events.at(-1)?.id));
      assert.equal(moved.event_group_id, devnet.chain.sports().eventGroups.at(-1)?.id);
    });

    const REASONS: readonly (readonly [string, readonly Operation[], string])[] = [
      [
        'an operation that created nothing',
        [
          op(53, { sport_id: '1.20.0', new_name: [['en', 'Lived']] }),
          op(54, { name: [['en', 'g']], sport_id: '0.0.0' }),
        ],
        'unspecified: get_relative_id() asked for the result of operation 0, but that operation did not return an object_id',
      ],
      [
        'an event where an event group is meant',
        [
          op(56, { name: [['en', 'x']], season: [], event_group_id: '1.21.0' }),
          op(56, { name: [['en', 'x']], season: [], event_group_id: '0.0.0' }),
        ],
        'Assert Exception: resolved_id.space() == event_group_id_type::space_id && resolved_id.type() == event_group_id_type::type_id: event_group_id must refer to a event_group_id_type',
      ],
    ];
    for (const [what, operations, reason] of REASONS) {
      test(`of ${what} fail on execution`, async () => {
        const { devnet, client } = here;
        assert.equal(await execute(devnet, client, operations), reason);
      });
    }
  });

  describe('the check for duplicates', () => {
    test('refuses an operation that a pending transaction proposes, whoever sends it', async () => {
      const { devnet } = here;
      const create = (by: string): Operation => proposalCreate(devnet, by, [sport('Twin')]);
      await broadcast('witness1', [create('witness1')]);
      await assert.rejects(broadcast('witness2', [create('witness2')]), PENDING);
      await assert.rejects(broadcast('witness1', [create('witness1')]), PENDING, 'the same transaction too');
      await assert.rejects(
        broadcast('witness2', [create('witness2')], 'broadcast_transaction_synchronous'),
        PENDING,
      );
      await devnet.produceBlock();
      await broadcast('witness2', [create('witness2')]);
      await devnet.produceBlock();
      const twins = devnet.chain.proposals().filter((each) => JSON.stringify(each).includes('"Twin"'));
      assert.equal(twins.length, 2, 'operations of open proposals are not compared');
    });

    test('compares operation by operation, group and market operations included, fee included', async () => {
      const { devnet } = here;
      const market = (name: string): Operation =>
        op(61, { group_id: '0.0.1', description: [['en', name]], payout_condition: [['en', name]] });
      await broadcast('witness1', [
        proposalCreate(devnet, 'witness1', [sport('First match'), market('Draw')]),
      ]);
      await assert.rejects(
        broadcast('witness2', [proposalCreate(devnet, 'witness2', [sport('Second match'), market('Draw')])]),
        PENDING,
      );
      const otherFee: Operation = [61, { ...market('Draw')[1], fee: { amount: 100_001, asset_id: '1.3.0' } }];
      await broadcast('witness2', [proposalCreate(devnet, 'witness2', [sport('Second match'), otherFee])]);
      await devnet.produceBlock();
    });

    test('does not compare operations of one transaction with each other', async () => {
      const { devnet } = here;
      await broadcast('witness1', [
        proposalCreate(devnet, 'witness1', [sport('Same'), sport('Same')]),
        proposalCreate(devnet, 'witness1', [sport('Same')]),
      ]);
      await devnet.produceBlock();
    });

    test('is not made for broadcasts with a callback, nor by validate_transaction', async () => {
      const { devnet, client } = here;
      const create = (by: string): Operation => proposalCreate(devnet, by, [sport('Called back')]);
      await broadcast('witness1', [create('witness1')]);
      const second = signed(devnet, [create('witness2')], { signers: ['witness2'] });
      assert.equal((await client.get('validate_transaction', second)).operation_results[0][0], 1);
      await broadcast('witness2', [create('witness2')], 'broadcast_transaction_with_callback');
      await devnet.produceBlock();
      await client.get('get_chain_id');
      assert.equal(client.notices.at(-1)?.params[0], 7);
    });

    test('a transaction that a block holds is refused by its id', async () => {
      const { devnet, client } = here;
      const transaction = signed(devnet, [proposalCreate(devnet, 'witness1', [sport('Once')])], {
        signers: ['witness1'],
      });
      await client.call('network_broadcast', 'broadcast_transaction', transaction);
      await devnet.produceBlock();
      await assert.rejects(client.call('network_broadcast', 'broadcast_transaction', transaction), {
        message:
          'Assert Exception: trx_idx.indices().get<by_trx_id>().find(trx_id) == trx_idx.indices().get<by_trx_id>().end(): ',
      });
    });

    test('when strict, compares with open proposals too', async () => {
      await using strict = await setting({ duplicateCheck: 'strict' });
      const { devnet, client } = strict;
      await propose(devnet, client, [sport('Strict')]);
      await assert.rejects(propose(devnet, client, [sport('Strict')], 'witness2'), PENDING);
    });
  });

  describe('fees', () => {
    test('the proposer and the approvers pay theirs, witness-account pays what is executed', async () => {
      const { devnet, client } = here;
      const balance = (name: string): bigint => devnet.chain.coreBalance(devnet.account(name).id);
      const before = { first: balance('witness1'), witness: devnet.chain.coreBalance('1.2.1') };
      await execute(devnet, client, [sport('Paid'), sport('Paid again')]);
      assert.equal(before.first - balance('witness1'), 4_002_000n, 'one proposal and one approval');
      assert.equal(before.witness - devnet.chain.coreBalance('1.2.1'), 200_000n);
    });

    test('zero fees make everything free, and say so in the chain parameters', async () => {
      await using free = await setting({ fees: 'zero' });
      const { devnet, client } = free;
      const operation: Operation = [52, { fee: { amount: 0, asset_id: '1.3.0' }, name: [['en', 'Free']] }];
      const { parameters } = await client.get('get_global_properties');
      assert.equal(parameters.current_fees.scale, 0);
      assert.deepEqual(await client.get('get_required_fees', [operation], 'PPY'), [
        { amount: 0, asset_id: '1.3.0' },
      ]);
      assert.equal(await execute(devnet, client, [operation]), undefined);
    });

    test('an unknown asset to pay in is refused', async () => {
      await assert.rejects(here.client.get('get_required_fees', [sport('x')], 'NOPE'), {
        message: /no such asset/,
      });
    });
  });

  test('maps are sorted and repeated keys dropped, the first one counts', async () => {
    const { client } = here;
    const hex = (name: unknown): Promise<string> =>
      client.get('get_transaction_hex', { operations: [[52, { name }]] });
    assert.equal(
      await hex([
        ['en', 'x'],
        ['de', 'y'],
        ['en', 'z'],
      ]),
      await hex([
        ['de', 'y'],
        ['en', 'x'],
      ]),
    );
  });
});
