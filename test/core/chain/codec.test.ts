import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import {
  canonicalOperation,
  decodeOperation,
  encodeOperation,
  encodeTransaction,
  operationDigest,
  signingDigest,
  transactionId,
} from '../../../core/chain/codec.ts';
import type { Operation } from '../../../core/chain/types.ts';
import { BosError } from '../../../core/errors.ts';

interface Vector {
  readonly name: string;
  readonly operation_id: number;
  readonly operation: Record<string, unknown>;
  readonly hex: string;
}
const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../../fixtures/chain/op-vectors.json', import.meta.url), 'utf8'),
);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

for (const vector of vectors) {
  test(`${vector.name} has the bytes of the chain, and they mean it again`, () => {
    const operation: Operation = [vector.operation_id, vector.operation];
    const before = structuredClone(operation);
    assert.equal(hex(encodeOperation(operation)), vector.hex);
    assert.deepEqual(operation, before, 'the caller keeps what was given');
    assert.deepEqual(decodeOperation(Buffer.from(vector.hex, 'hex')), canonicalOperation(operation));
    assert.equal(hex(encodeOperation(canonicalOperation(operation))), vector.hex);
  });
}

for (const zone of ['UTC', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland']) {
  test(`all vectors hold in ${zone}`, () => {
    const child = spawnSync(process.execPath, [new URL('./vectors-child.ts', import.meta.url).pathname], {
      env: { ...process.env, TZ: zone, NODE_TEST_CONTEXT: '' },
      encoding: 'utf8',
    });
    assert.equal(child.stdout, `${vectors.length} of ${vectors.length}\n`, child.stderr);
  });
}

test('a transaction has the id and the digest that the chain gives it', () => {
  const bytes = encodeTransaction({
    ref_block_num: 34294,
    ref_block_prefix: 3707022213,
    expiration: '2016-04-06T08:29:27',
    operations: [approval],
    extensions: [],
  });
  assert.equal(hex(bytes), 'f68585abf4dce7c804570117000000000000000000015a010500000000000000');
  assert.equal(transactionId(bytes), 'a732572d6e463e7f93c8728c2d8797fca3a75845');
  const chainId = '2c25aae5835fd54020329d4f150b04867e72cbd8f7f7b900a7c3da8a329a6014';
  assert.equal(
    hex(signingDigest(chainId, bytes)),
    '5fb0ccf2b4f837eb01594f4ffd79e14227be91fe0c5dff3fe6169c2bec486848',
  );
});

test('the canonical form has sorted maps and sets, and fee and extensions', () => {
  const [, sport] = canonicalOperation([
    52,
    {
      name: [
        ['zh', '足球'],
        ['de', 'Fußball'],
        ['Z', 'x'],
      ],
    },
  ]);
  assert.deepEqual(sport, {
    fee: { amount: 0, asset_id: '1.3.0' },
    name: [
      ['Z', 'x'],
      ['de', 'Fußball'],
      ['zh', '足球'],
    ],
    extensions: [],
  });
  const [, resolve] = canonicalOperation([
    63,
    {
      betting_market_group_id: '1.24.1',
      resolutions: [
        ['1.25.10', 'win'],
        ['1.25.9', 'not_win'],
      ],
    },
  ]);
  assert.deepEqual(resolve.resolutions, [
    ['1.25.9', 'not_win'],
    ['1.25.10', 'win'],
  ]);
  assert.deepEqual(
    canonicalOperation([72, { event_id: '1.22.1', status: 'finished', scores: ['2', '1'] }])[1].scores,
    ['2', '1'],
  );
});

test('the digest of an operation counts its fee, as the duplicate check does', () => {
  const cheap: Operation = [
    54,
    { fee: { amount: 1, asset_id: '1.3.0' }, name: [['en', 'x']], sport_id: '1.20.1' },
  ];
  const dear: Operation = [54, { ...cheap[1], fee: { amount: 2, asset_id: '1.3.0' } }];
  assert.notEqual(operationDigest(cheap), operationDigest(dear));
  assert.match(operationDigest(cheap), /^[0-9a-f]{64}$/);
});

const event = { name: [['en', 'x']], season: [['en', '2026']], event_group_id: '1.21.3' };
const refused: readonly (readonly [string, Operation, RegExp])[] = [
  ['an unknown operation', [31, {}], /expected an operation with one of the tags/],
  ['an unknown field', [56, { ...event, start: '2026-01-01T00:00:00' }], /got "start"/],
  ['an unknown status', [72, { event_id: '1.22.3', status: 'completed', scores: [] }], /got "completed"/],
  ['a status by number', [72, { event_id: '1.22.3', status: 3, scores: [] }], /expected one of/],
  ['null', [56, { ...event, start_time: null }], /no such field/],
  ['a control character', [52, { name: [['en', 'a\u0000b']] }], /without control characters/],
  ['half a surrogate pair', [52, { name: [['en', '\ud800']] }], /well-formed/],
  [
    'a language twice',
    [
      52,
      {
        name: [
          ['en', 'a'],
          ['en', 'b'],
        ],
      },
    ],
    /each key once/,
  ],
  ['texts as an object', [52, { name: { en: 'a' } }], /pairs/],
  ['a time in milliseconds', [56, { ...event, start_time: 1_700_000_000_000 }], /expected a time/],
  [
    'a time with another zone',
    [56, { ...event, start_time: '2026-01-01T00:00:00+01:00' }],
    /expected a time/,
  ],
  ['a day that is not', [56, { ...event, start_time: '2026-13-01T00:00:00' }], /expected a time/],
  ['an id of another type', [53, { sport_id: '1.21.3' }], /expected an id like 1\.20\.7/],
  ['an id with something before it', [53, { sport_id: '11.20.3' }], /expected an id like 1\.20\.7/],
  ['a relative id where none may be', [53, { sport_id: '0.0.1' }], /expected an id like 1\.20\.7/],
  ['a fraction of a unit', [52, { fee: { amount: 1.5, asset_id: '1.3.0' }, name: [] }], /expected an amount/],
  ['a negative fee', [52, { fee: { amount: -1, asset_id: '1.3.0' }, name: [] }], /expected an amount/],
  ['a delay as text', [60, { ...groupOf(), delay_before_settling: '60' }], /expected an integer/],
  ['a flag as text', [60, { ...groupOf(), never_in_play: 'yes' }], /expected true or false/],
  ['an extension', [52, { name: [], extensions: [1] }], /no extensions/],
  [
    'an approval twice',
    [23, { ...approvalOf(), active_approvals_to_add: ['1.2.5', '1.2.5'] }],
    /each id once/,
  ],
  [
    'a bad operation inside a proposal',
    [
      22,
      {
        fee_paying_account: '1.2.5',
        expiration_time: '2026-01-01T00:00:00',
        proposed_ops: [{ op: [53, {}] }],
      },
    ],
    /sport_update\.sport_id/,
  ],
];
for (const [what, operation, message] of refused) {
  test(`${what} is refused in words`, () => {
    assert.throws(
      () => encodeOperation(operation),
      (error: unknown) =>
        error instanceof BosError && error.kind === 'invalid' && message.test(error.message),
    );
  });
}

const approval: Operation = [23, approvalOf()];

function approvalOf() {
  return {
    fee: { amount: 0, asset_id: '1.3.0' },
    fee_paying_account: '1.2.1',
    proposal: '1.10.90',
    active_approvals_to_add: ['1.2.5'],
    active_approvals_to_remove: [],
    owner_approvals_to_add: [],
    owner_approvals_to_remove: [],
    key_approvals_to_add: [],
    key_approvals_to_remove: [],
    extensions: [],
  };
}

function groupOf() {
  return {
    description: [['en', 'x']],
    event_id: '1.22.1',
    rules_id: '1.23.1',
    asset_id: '1.3.0',
    never_in_play: false,
    delay_before_settling: 0,
  };
}
