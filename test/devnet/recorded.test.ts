import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Operation } from '../../core/chain/types.ts';
import {
  type Any,
  approve,
  proposalCreate,
  proposalUpdate,
  propose,
  send,
  signed,
} from './support/client.ts';
import { type Setting, setting } from './support/setting.ts';

/** Cut from a recording of a real node; see the README beside it. */
const recorded = JSON.parse(
  await readFile(new URL('../fixtures/devnet/recorded.json', import.meta.url), 'utf8'),
);
const RECORDED_CHAIN = '9d24aa4edcc6e05b84f96758f097a47b9b2297f21f23fc5d4c7d78b837941f6a';

/** The same accounts under the same ids as on the recorded chain. */
const LIKE_RECORDED = { witnesses: 11, extraAccounts: ['mallory'], chainId: RECORDED_CHAIN };
const MAJORITY = ['witness1', 'witness2', 'witness3', 'witness4', 'witness5', 'witness6'];

/** What of an error does not depend on the version of a node. */
function essence(error: Any): Any {
  const { code, message, data } = error;
  const formats = data.stack ? data.stack.map((entry: Any) => entry.format) : data.formats;
  return {
    code,
    message,
    data: { code: data.code, name: data.name, message: data.message, innermost: formats[0] },
  };
}

describe('a session, as recorded', () => {
  let here: Setting;
  before(async () => {
    here = await setting(LIKE_RECORDED);
  });
  after(async () => {
    await here[Symbol.asyncDispose]();
  });

  for (const { step, request, reply, error } of recorded.session) {
    test(`${step} answers what the node answered`, async () => {
      // Steps named nologin came over a second connection.
      await using fresh = step.startsWith('nologin.') ? await setting(LIKE_RECORDED) : undefined;
      const { socket, frames } = (fresh ?? here).client;
      // The recorded second connection had asked for these two before.
      if (step === 'nologin.network_broadcast') await fresh?.client.call(1, 'database');
      const count = frames.length;
      const answered = new Promise((resolve) => socket.once('message', resolve));
      socket.send(JSON.stringify(request));
      await answered;
      const frame = frames[count];
      if (reply) assert.deepEqual(frame, reply);
      else assert.deepEqual(essence(frame.error), essence(error));
    });
  }
});

describe('bytes of transactions, as recorded', () => {
  let here: Setting;
  before(async () => {
    here = await setting();
  });
  after(async () => {
    await here[Symbol.asyncDispose]();
  });

  for (const { step, transaction, hex, error } of recorded.packed) {
    test(`${step} is packed as the node packs it`, async () => {
      const reply = await here.client.reply(0, 'get_transaction_hex', [transaction]);
      if (hex) assert.equal(reply.result, hex);
      else assert.deepEqual(essence(reply.error), essence(error));
    });
  }
});

test('a recorded chain can be lived again: the same results, failures and reads in the same order', async () => {
  await using here = await setting({ ...LIKE_RECORDED, startTime: new Date('2026-11-24T06:23:24Z') });
  const { devnet, client } = here;
  for (const { step, operations, failReason, method, params, result } of recorded.story) {
    if (operations) {
      const id = await propose(devnet, client, operations);
      await approve(devnet, client, id, MAJORITY);
      const [proposal] = await client.get('get_objects', [id]);
      assert.equal(proposal?.fail_reason ?? null, failReason, step);
      continue;
    }
    const answer = await client.get(method, ...params);
    // Bets had been placed there; there are none here.
    const without = (objects: Any[]): Any[] =>
      objects.map((object) =>
        object?.total_matched_bets_amount ? { ...object, total_matched_bets_amount: 0 } : object,
      );
    assert.deepEqual(answer, without(result), step);
  }
});

describe('refused transactions, as recorded', () => {
  let here: Setting;
  before(async () => {
    here = await setting(LIKE_RECORDED);
  });
  after(async () => {
    await here[Symbol.asyncDispose]();
  });

  function errorOf(step: string): Any {
    return recorded.errors.find((each: Any) => each.step === step).error;
  }

  async function refusal(transaction: Any): Promise<Any> {
    const { error } = await here.client.reply('network_broadcast', 'broadcast_transaction', [transaction]);
    assert.ok(error, 'expected to be refused');
    assert.deepEqual(Object.keys(error), ['code', 'message', 'data']);
    assert.deepEqual(Object.keys(error.data), ['code', 'name', 'message', 'stack']);
    assert.deepEqual(Object.keys(error.data.stack[0]), ['context', 'format', 'data']);
    assert.deepEqual(Object.keys(error.data.stack[0].context), [
      'level',
      'file',
      'line',
      'method',
      'hostname',
      'thread_name',
      'timestamp',
    ]);
    return error;
  }

  const sport = (name: string): Operation => [
    52,
    { fee: { amount: 100_000, asset_id: '1.3.0' }, name: [['en', name]], extensions: [] },
  ];
  const create = (name: string, change = {}): Operation =>
    proposalCreate(here.devnet, 'witness1', [sport(name)], change);
  const by = { signers: ['witness1'] };

  const cases: Record<string, () => Any> = {
    'error.expired_tx': () => signed(here.devnet, [create('a')], { ...by, expirationSeconds: -30 }),
    'error.expiration_too_far': () =>
      signed(here.devnet, [create('a')], { ...by, expirationSeconds: 172_800 }),
    'error.missing_authority.unsigned': () => signed(here.devnet, [create('a')]),
    'error.missing_authority.wrong_key': () => signed(here.devnet, [create('a')], { signers: ['mallory'] }),
    'error.irrelevant_signature': () =>
      signed(here.devnet, [create('a')], { signers: ['witness1', 'mallory'] }),
    'error.wrong_chain_id_signature': () =>
      signed(here.devnet, [create('a')], { ...by, chainId: 'ab'.repeat(32) }),
    'error.duplicate_signature': () =>
      signed(here.devnet, [create('a')], { signers: ['witness1', 'witness1'] }),
    'error.bad_ref_block_prefix': () => signed(here.devnet, [create('a')], { ...by, refPrefix: 1 }),
    'error.proposal_expiration_too_far': () =>
      signed(here.devnet, [create('a', { lifetimeSeconds: 60 * 86_400 })], by),
    'error.proposal_already_expired': () => signed(here.devnet, [create('a', { lifetimeSeconds: -1 })], by),
    'error.proposal_review_period_too_long': () =>
      signed(here.devnet, [create('a', { lifetimeSeconds: 60, reviewSeconds: 61 })], by),
    'error.proposal_without_ops': () =>
      signed(here.devnet, [proposalCreate(here.devnet, 'witness1', [])], by),
    'error.tx_without_ops': () => signed(here.devnet, [], by),
    'error.insufficient_fee': () => signed(here.devnet, [create('a', { fee: 0 })], by),
    'error.sport_create_outside_proposal': () => signed(here.devnet, [sport('a')], { signers: MAJORITY }),
    'error.sport_create_outside_proposal.no_authority': () =>
      signed(here.devnet, [sport('a')], { signers: ['mallory'] }),
    'error.approval_for_other_account': () =>
      signed(here.devnet, [proposalUpdate(here.devnet, 'mallory', '1.10.8', { add: ['witness1'] })], {
        signers: ['mallory'],
      }),
    'error.approve_missing_proposal': () =>
      signed(here.devnet, [proposalUpdate(here.devnet, 'witness1', '1.10.999')], by),
    'error.proposal_update_without_changes': () =>
      signed(here.devnet, [proposalUpdate(here.devnet, 'witness1', '1.10.0', { add: [] })], by),
    'error.proposal_update_add_and_remove_same': () =>
      signed(
        here.devnet,
        [proposalUpdate(here.devnet, 'witness1', '1.10.0', { add: ['witness1'], remove: ['witness1'] })],
        by,
      ),
    'error.operation_field_missing': () => ({ operations: [[22, { fee_paying_account: '1.2.7' }]] }),
    'error.garbage_signature': () => ({
      ...signed(here.devnet, [create('a')]),
      signatures: [`20${'11'.repeat(64)}`],
    }),
    'error.non_canonical_signature': () => {
      const transaction = signed(here.devnet, [create('a')], by);
      const [signature] = transaction.signatures;
      return { ...transaction, signatures: [`${signature.slice(0, 66)}ff${signature.slice(68)}`] };
    },
    'error.short_signature': () => {
      const transaction = signed(here.devnet, [create('a')], by);
      return { ...transaction, signatures: [transaction.signatures[0].slice(0, 100)] };
    },
    'error.signed_over_unsorted_map': () => {
      const transaction = signed(here.devnet, [create('a')], by);
      // Signed as sorted, sent with another text: the node recovers a key that is nobody's.
      transaction.operations = [create('b')];
      return transaction;
    },
    'error.unknown_operation_number.prepare_failed': () => ({ operations: [[200, {}]] }),
    'error.wrong_type_id_in_field.prepare_failed': () => ({ operations: [[23, { proposal: '1.20.0' }]] }),
    'error.event_update_status_settled_value.prepare_failed': () => ({
      operations: [[22, { proposed_ops: [{ op: [72, { event_id: '1.22.0', status: 'nonsense' }] }] }]],
    }),
    'ok_or_error.name_as_object.prepare_failed': () => ({
      operations: [[22, { proposed_ops: [{ op: [52, { name: { en: 'AsObject' } }] }] }]],
    }),
  };
  for (const [step, transaction] of Object.entries(cases)) {
    test(`${step} is refused with the recorded error`, async () => {
      assert.deepEqual(essence(await refusal(transaction())), essence(errorOf(step)));
    });
  }

  test('an account without money is refused with the recorded error', async () => {
    const { devnet, client } = here;
    const held = Number(devnet.chain.coreBalance(devnet.account('witness11').id));
    const fee = 2_000_000;
    const transfer: Operation = [
      0,
      {
        fee: { amount: fee, asset_id: '1.3.0' },
        from: devnet.account('witness11').id,
        to: devnet.account('nathan').id,
        amount: { amount: held - fee, asset_id: '1.3.0' },
        extensions: [],
      },
    ];
    await send(devnet, client, 'witness11', [transfer]);
    const create = proposalCreate(devnet, 'witness11', [sport('poor')], { fee });
    const { message } = await refusal(signed(devnet, [create], { signers: ['witness11'] }));
    const { message: expected } = errorOf('error.proposer_without_balance');
    // There the account had never held anything, here its balance is used up: another expression before the text.
    assert.equal(
      message.split(': ').slice(2).join(': '),
      expected.split(': ').slice(2).join(': ').replace('init0', 'witness11'),
    );
  });

  test('a withdrawal of an approval that is not there, and a deletion by a witness, are refused as recorded', async () => {
    const { devnet, client } = here;
    const id = await propose(devnet, client, [sport('w')]);
    const withdrawal = proposalUpdate(devnet, 'witness1', id, { remove: ['witness1'] });
    const removed = await refusal(signed(devnet, [withdrawal], by));
    assert.equal(removed.message, errorOf('error.remove_approval_not_present').message);
    const deletion: Operation = [
      24,
      {
        fee: { amount: 100_000, asset_id: '1.3.0' },
        fee_paying_account: devnet.account('witness1').id,
        using_owner_authority: false,
        proposal: id,
        extensions: [],
      },
    ];
    const deleted = await refusal(signed(devnet, [deletion], by));
    assert.deepEqual(
      essence(deleted),
      essence(errorOf('ok.proposal_delete_by_required_account_or_proposer')),
    );
  });

  test('an approval after execution is refused as recorded', async () => {
    const { devnet, client } = here;
    const id = await propose(devnet, client, [sport('gone')]);
    await approve(devnet, client, id, MAJORITY);
    const late = await refusal(
      signed(devnet, [proposalUpdate(devnet, 'witness7', id)], { signers: ['witness7'] }),
    );
    assert.deepEqual(essence(late), essence(errorOf('error.approve_after_execution')));
    assert.deepEqual(late.data.stack[0].data, { id });
    const methods = late.data.stack.map((entry: Any) => entry.context.method);
    assert.deepEqual(methods.slice(-4), [
      'apply_operation',
      '_apply_transaction',
      'push_transaction',
      'on_message',
    ]);
  });
});

describe('objects, as recorded', () => {
  let here: Setting;
  before(async () => {
    here = await setting(LIKE_RECORDED);
  });
  after(async () => {
    await here[Symbol.asyncDispose]();
  });
  const { objects } = recorded;

  test('an account looks like the recorded one but for its name and key', async () => {
    const account = await here.client.get('get_account_by_name', 'witness1');
    assert.deepEqual(
      { ...account, name: 'init0' },
      JSON.parse(
        JSON.stringify(objects.account).replaceAll(
          'PPY6MRyAjQq8ud7hVNYcfnVPJqcVpscN5So8BhtHuGYqET5GDW5CV',
          here.devnet.account('witness1').publicKey,
        ),
      ),
    );
  });

  test('witness-account looks exactly like the recorded one after the first block', async () => {
    assert.deepEqual(await here.client.get('get_account_by_name', 'witness-account'), objects.witnessAccount);
  });

  const sameMembers: Record<string, () => Promise<[Any, Any]>> = {
    chainProperties: async () => [await here.client.get('get_chain_properties'), objects.chainProperties],
    dynamic: async () => [await here.client.get('get_dynamic_global_properties'), objects.dynamic],
    globals: async () => [await here.client.get('get_global_properties'), objects.globals],
    parameters: async () => [
      (await here.client.get('get_global_properties')).parameters,
      objects.globals.parameters,
    ],
    witness: async () => [await here.client.get('get_witness_by_account', 'witness1'), objects.witness],
    block: async () => [await here.client.get('get_block', 1), objects.block],
    header: async () => [await here.client.get('get_block_header', 1), objects.header],
    asset: async () => [(await here.client.get('lookup_asset_symbols', ['PPY']))[0], objects.assets[0]],
    'full account': async () => [
      (await here.client.get('get_full_accounts', ['witness1'], false))[0][1],
      objects.fullAccounts[0][1],
    ],
    statistics: async () => [await here.client.get('get_global_betting_statistics'), objects.statistics],
    'history entry': async () => {
      const id = await propose(here.devnet, here.client, recorded.story[0].operations);
      await approve(here.devnet, here.client, id, MAJORITY);
      return [
        (await here.client.call('history', 'get_account_history', '1.2.1', '1.11.0', 100, '1.11.0'))[0],
        objects.history[0],
      ];
    },
    proposal: async () => {
      const id = await propose(here.devnet, here.client, recorded.story[0].operations);
      return [(await here.client.get('get_objects', [id]))[0], objects.proposal[0]];
    },
  };
  for (const [name, read] of Object.entries(sameMembers)) {
    test(`members of ${name} are the recorded ones, in their order`, async () => {
      const [here, there] = await read();
      assert.deepEqual(Object.keys(here), Object.keys(there));
    });
  }

  test('fees that are asked for come nested for a proposal, and grow with its size', async () => {
    const small: Operation[] = [
      [52, { name: [['en', 'Soccer']] }],
      [54, { name: [['en', 'x']], sport_id: '0.0.0' }],
    ];
    const fees = (operations: readonly Operation[]) =>
      here.client.get('get_required_fees', [proposalCreate(here.devnet, 'witness1', operations)], '1.3.0');
    assert.deepEqual(await fees(small), objects.fees);
    const [[own]] = await fees(recorded.story[0].operations);
    assert.equal(own.amount, objects.confirmation.trx.operations[0][1].fee.amount);
  });

  test('a confirmation looks like the recorded one', async () => {
    const create = proposalCreate(here.devnet, 'witness1', recorded.story[0].operations);
    const confirmation = await send(here.devnet, here.client, 'witness1', [create]);
    assert.deepEqual(Object.keys(confirmation), Object.keys(objects.confirmation));
    assert.deepEqual(Object.keys(confirmation.trx), Object.keys(objects.confirmation.trx));
    assert.deepEqual(
      Object.keys(confirmation.trx.operations[0][1]),
      Object.keys(objects.confirmation.trx.operations[0][1]),
    );
  });
});
