import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { operationKey, operationKeys } from '../../../core/chain/operation-key.ts';
import type { Operation } from '../../../core/chain/types.ts';

const event = (change: object = {}): Operation => [
  56,
  {
    fee: { amount: 5, asset_id: '1.3.0' },
    name: [
      ['de', 'A gegen B'],
      ['en', 'A v B'],
    ],
    season: [['en', '2026']],
    start_time: '2026-01-16T19:00:00',
    event_group_id: '1.21.3',
    extensions: [],
    ...change,
  },
];
const group = (event_id: string, name = 'Moneyline'): Operation => [
  60,
  {
    description: [['en', name]],
    event_id,
    rules_id: '1.23.5',
    asset_id: '1.3.0',
    never_in_play: false,
    delay_before_settling: 60,
  },
];
const market = (group_id: string, name: string): Operation => [
  61,
  { group_id, description: [['en', name]], payout_condition: [['en', `${name} wins`]] },
];

test('fee, extensions, season and the order of languages say nothing', () => {
  const key = operationKey(event());
  assert.equal(operationKey(event({ fee: { amount: 9, asset_id: '1.3.0' } })), key);
  assert.equal(operationKey(event({ season: [['en', '2027']] })), key);
  assert.equal(
    operationKey(
      event({
        name: [
          ['en', 'A v B'],
          ['de', 'A gegen B'],
        ],
      }),
    ),
    key,
  );
  assert.equal(operationKey(event({ start_time: '2026-01-16T19:00:00Z' })), key);
  const [tag, { fee: _, extensions: __, ...bare }] = event();
  assert.equal(operationKey([tag, bare]), key);
});

test('everything else says something', () => {
  const others = [
    event({ name: [['en', 'A v B']] }),
    event({ start_time: '2026-01-16T19:05:00' }),
    event({ event_group_id: '1.21.4' }),
    event({ start_time: undefined }),
    [57, event()[1]] as const,
  ];
  const keys = [event(), ...others].map((operation) => operationKey(operation));
  assert.equal(new Set(keys).size, keys.length);
  assert.notEqual(
    operationKey([58, { name: [], description: [], season: 1 }]),
    operationKey([58, { name: [], description: [] }]),
  );
});

test('the order of scores counts, the order of resolutions does not', () => {
  const scores = (list: string[]): Operation => [
    72,
    { event_id: '1.22.1', status: 'finished', scores: list },
  ];
  assert.notEqual(operationKey(scores(['1', '2'])), operationKey(scores(['2', '1'])));
  const resolve = (pairs: string[][]): Operation => [
    63,
    { betting_market_group_id: '1.24.1', resolutions: pairs },
  ];
  assert.equal(
    operationKey(
      resolve([
        ['1.25.1', 'win'],
        ['1.25.2', 'not_win'],
      ]),
    ),
    operationKey(
      resolve([
        ['1.25.2', 'not_win'],
        ['1.25.1', 'win'],
      ]),
    ),
  );
});

test('a relative id stands for what it points at, wherever that stands in the proposal', () => {
  const one = operationKeys([event(), group('0.0.0'), market('0.0.1', 'A'), market('0.0.1', 'B')]);
  const other = operationKeys([
    group('1.22.9', 'unrelated'),
    event(),
    group('0.0.1'),
    market('0.0.2', 'B'),
    market('0.0.2', 'A'),
  ]);
  assert.deepEqual([...other.slice(1)].sort(), [...one].sort());
  const elsewhere = operationKeys([event({ start_time: '2026-02-01T00:00:00' }), group('0.0.0')]);
  assert.notEqual(elsewhere[1], one[1]);
  assert.notEqual(operationKey(group('1.22.7')), one[1]);
});

test('a relative id that points nowhere matches nothing that can execute', () => {
  const [, later] = operationKeys([group('1.22.1'), market('0.0.2', 'A'), group('1.22.1', 'x')]);
  const [, right] = operationKeys([group('1.22.1'), market('0.0.0', 'A')]);
  const own = operationKey(market('0.0.0', 'A'));
  assert.equal(new Set([later, right, own]).size, 3);
});

test('a text that looks like a relative id stays a text', () => {
  const [, named] = operationKeys([event(), market('1.24.1', '0.0.0')]);
  assert.equal(named, operationKey(market('1.24.1', '0.0.0')));
});

test('whatever a proposal holds has a key', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(120), fc.dictionary(fc.string(), fc.jsonValue()))), (operations) => {
      const keys = operationKeys(operations as Operation[]);
      assert.equal(keys.length, operations.length);
      for (const key of keys) assert.match(key, /^[0-9a-f]{64}$/);
    }),
  );
});

test('keys do not depend on the order of members and languages', () => {
  const shuffled = fc.tuple(
    fc.shuffledSubarray(Object.entries(event()[1]), { minLength: 6, maxLength: 6 }),
    fc.uniqueArray(fc.tuple(fc.string(), fc.string()), { selector: ([key]) => key, minLength: 1 }),
  );
  fc.assert(
    fc.property(shuffled, fc.infiniteStream(fc.nat()), ([members, names], random) => {
      const reordered = [...names].sort(() => (Number(random.next().value) % 3) - 1);
      const fields = Object.fromEntries(members);
      assert.equal(
        operationKey([56, { ...fields, name: names }]),
        operationKey([56, { ...event()[1], name: reordered }]),
      );
    }),
  );
});
