import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Operation } from '../../../../core/chain/types.ts';
import { decide } from '../../../../core/decide/decide.ts';
import { changed, firstInRank, fullProposal, inputOf, inRankOrder, syncedWorld } from '../scenario.ts';

const [EVENT, GROUP, MARKET] = [0, 1, 2];

/** What becomes of a peer's proposal of the full create after an operation was changed. */
function verdict(alter: (operations: Operation[]) => void): string {
  const world = syncedWorld();
  const operations = [...fullProposal(world)];
  alter(operations);
  const id = world.propose(inRankOrder(world)[3]!, operations);
  const decision = decide(inputOf(world.view(), { witness: firstInRank(world) }));
  if (decision.approvals.some((change) => change.proposal === id && change.action === 'add'))
    return 'accepted';
  return decision.refused.find(({ proposal }) => proposal === id)?.reason ?? 'not related';
}

function change(at: number, changes: Record<string, unknown>) {
  return (operations: Operation[]) => {
    operations[at] = changed(operations[at]!, changes);
  };
}

describe('a peer operation is the one we want', () => {
  test('when nothing differs', () => {
    assert.equal(
      verdict(() => {}),
      'accepted',
    );
  });

  test('whatever season it gives an event', () => {
    assert.equal(verdict(change(EVENT, { season: [['en', '1999']] })), 'accepted');
  });

  test('in whatever order its texts come', () => {
    assert.equal(
      verdict(
        change(EVENT, {
          name: [
            ['en', 'Red Foxes @ Blue Whales'],
            ['de', 'Blue Whales gegen Red Foxes'],
          ],
        }),
      ),
      'accepted',
    );
  });

  test('when its amounts are written as text', () => {
    assert.equal(verdict(change(GROUP, { fee: { amount: '100000', asset_id: '1.3.0' } })), 'accepted');
  });

  test('in whatever order its operations come, as long as parents come first', () => {
    assert.equal(
      verdict((operations) => {
        const [event, a, a1, a2, b, b1, b2, c, c1, c2] = operations;
        const at = (operation: Operation | undefined, group: number) =>
          changed(operation!, { group_id: `0.0.${group}` });
        operations.splice(
          0,
          10,
          event!,
          c!,
          b!,
          a!,
          at(a2, 3),
          at(a1, 3),
          at(c1, 1),
          at(b2, 2),
          at(b1, 2),
          at(c2, 1),
        );
      }),
      'accepted',
    );
  });

  test('when it leaves out what the node fills in as we want it', () => {
    assert.equal(
      verdict((operations) => {
        const { never_in_play: _, ...fields } = operations[GROUP]![1];
        operations[GROUP] = [60, fields];
      }),
      'accepted',
    );
  });
});

describe('a peer operation is not the one we want', () => {
  const refused: readonly [why: string, alter: (operations: Operation[]) => void, reason: RegExp][] = [
    [
      'its fee is too high',
      change(EVENT, { fee: { amount: 100_001, asset_id: '1.3.0' } }),
      /fee: wanted 100000/,
    ],
    ['its fee is too low', change(GROUP, { fee: { amount: 0, asset_id: '1.3.0' } }), /fee: wanted 100000/],
    [
      'its fee is in another asset',
      change(MARKET, { fee: { amount: 100_000, asset_id: '1.3.1' } }),
      /of 1\.3\.1/,
    ],
    ['it has no fee', change(MARKET, { fee: undefined }), /found none/],
    [
      'one language differs',
      change(EVENT, {
        name: [
          ['de', 'Anders'],
          ['en', 'Red Foxes @ Blue Whales'],
        ],
      }),
      /name\.de: wanted "Blue Whales gegen Red Foxes", found "Anders"/,
    ],
    [
      'a language is missing',
      change(EVENT, { name: [['en', 'Red Foxes @ Blue Whales']] }),
      /name\.de: .*nothing/,
    ],
    [
      'a language is too many',
      change(MARKET, {
        description: [
          ['de', 'Blue Whales'],
          ['en', 'Blue Whales'],
          ['fr', 'x'],
        ],
      }),
      /description\.fr: wanted nothing/,
    ],
    ['the rules are others', change(GROUP, { rules_id: '1.23.7' }), /rules_id: wanted "1\.23\.0"/],
    ['never_in_play differs', change(GROUP, { never_in_play: true }), /never_in_play: wanted "false"/],
    ['the delay differs', change(GROUP, { delay_before_settling: 61 }), /delay_before_settling: wanted "60"/],
    ['a payout condition is set', change(MARKET, { payout_condition: [['en', 'x']] }), /payout_condition/],
    [
      'the start differs',
      change(EVENT, { start_time: '2026-01-20T19:05:00' }),
      /event_create is not wanted here|not related/,
    ],
    ['the asset is not one of the template', change(GROUP, { asset_id: '1.3.9' }), /not wanted here/],
    ['a market hangs below another group', change(5, { group_id: '0.0.1' }), /two operations for one object/],
    ['its parent comes after it', change(MARKET, { group_id: '0.0.7' }), /not wanted here/],
    ['a group is below an absolute event', change(GROUP, { event_id: '1.22.0' }), /not wanted here/],
    [
      'it holds one of them twice',
      (operations) => operations.push(operations[GROUP]!),
      /two operations for one object/,
    ],
    [
      'it holds something else as well',
      (operations) => operations.push([72, { event_id: '1.22.0', status: 'finished', scores: [] }]),
      /event_update_status is not wanted here/,
    ],
    ['a text is not a text', change(EVENT, { name: 'x' }), /not wanted here|not related/],
  ];
  for (const [why, alter, reason] of refused) {
    test(`when ${why}`, () => assert.match(verdict(alter), reason));
  }
});

describe("a peer's update is ours", () => {
  const NAME = [
    ['de', 'Blue Whales gegen Red Foxes'],
    ['en', 'Red Foxes @ Blue Whales'],
  ];
  const event = (fields: Readonly<Record<string, unknown>>): Operation => [
    57,
    { fee: { amount: 100_000, asset_id: '1.3.0' }, event_id: '1.22.0', extensions: [], ...fields },
  ];
  const group = (id: string, fields: Readonly<Record<string, unknown>>): Operation => [
    70,
    { fee: { amount: 100_000, asset_id: '1.3.0' }, betting_market_group_id: id, extensions: [], ...fields },
  ];
  const DESCRIPTION = [
    ['de', 'Sieger'],
    ['en', 'Moneyline_PPY'],
  ];
  /** What becomes of a proposal of this operation when a text of the event and of its first group are missing. */
  const verdict = (operation: Operation): string => {
    const world = syncedWorld();
    world.execute(fullProposal(world));
    world.setName('1.22.0', [['en', 'Red Foxes @ Blue Whales']]);
    world.setName('1.24.0', [['en', 'Moneyline_PPY']]);
    world.block(5);
    const id = world.propose(inRankOrder(world)[3]!, [operation]);
    const { approvals, refused } = decide(inputOf(world.view(), { witness: firstInRank(world) }));
    if (approvals.some(({ proposal, action }) => proposal === id && action === 'add')) return 'yes';
    return refused.find(({ proposal }) => proposal === id)?.reason ?? 'not related';
  };
  const verdicts: readonly (readonly [string, Operation, RegExp])[] = [
    ['when it sets what we set', event({ new_name: NAME }), /^yes$/],
    ['with another season', event({ new_name: NAME, new_season: [['en', 'x']] }), /^yes$/],
    ['with the parent that it has', event({ new_name: NAME, new_event_group_id: '1.21.0' }), /^yes$/],
    ['of a group', group('1.24.0', { new_description: DESCRIPTION }), /^yes$/],
    [
      'of a group with its rules',
      group('1.24.0', { new_description: DESCRIPTION, new_rules_id: '1.23.0' }),
      /^yes$/,
    ],
    ['not when a text differs', event({ new_name: [NAME[1], ['de', 'x']] }), /new_name\.de: wanted "Blue/],
    [
      'not when it moves the event',
      event({ new_name: NAME, new_event_group_id: '1.21.9' }),
      /event_update .*: moves it below 1\.21\.9/,
    ],
    [
      'not when it moves the start',
      event({ new_name: NAME, new_start_time: '2026-01-20T20:00:00' }),
      /new_start_time/,
    ],
    [
      'not when it sets nothing that differs',
      event({ new_season: [['en', 'x']] }),
      /sets nothing that differs/,
    ],
    [
      'not when it sets the status as well (rule O)',
      event({ new_name: NAME, new_status: 'frozen' }),
      /not related/,
    ],
    [
      'not when it sets the status of a group',
      group('1.24.0', { new_description: DESCRIPTION, status: 'closed' }),
      /not related/,
    ],
    [
      'not when it sets other rules',
      group('1.24.0', { new_description: DESCRIPTION, new_rules_id: '1.23.9' }),
      /new_rules_id/,
    ],
    ['not when the object is in sync', group('1.24.1', { new_description: DESCRIPTION }), /in sync already/],
  ];
  for (const [what, operation, expected] of verdicts) {
    test(what, () => assert.match(verdict(operation), expected));
  }
});

describe('which proposals are looked at', () => {
  const MINUTE = 60_000;
  const looked = (options: object, place = 3) => {
    const world = syncedWorld();
    const id = world.propose(inRankOrder(world)[place]!, fullProposal(world), options);
    const decision = decide(inputOf(world.view(), { witness: firstInRank(world) }));
    const added = decision.approvals.some((change) => change.proposal === id && change.action === 'add');
    return added ? 'yes' : (decision.refused.find(({ proposal }) => proposal === id)?.reason ?? '');
  };

  test('those that expire between two minutes and 24 hours from the head', () => {
    assert.equal(looked({ lifetimeMs: 2 * MINUTE }), 'yes');
    assert.match(looked({ lifetimeMs: 2 * MINUTE - 1000 }), /too soon/);
    assert.equal(looked({ lifetimeMs: 24 * 60 * MINUTE }), 'yes');
    assert.match(looked({ lifetimeMs: 24 * 60 * MINUTE + 1000 }), /too late/);
  });

  test('none with a review period', () => {
    assert.match(looked({ reviewPeriodTime: '2026-01-15T13:00:00' }), /review period/);
  });

  test('those that require the witness-account and nobody else', () => {
    assert.match(looked({ requiredActive: ['1.2.1', '1.2.12'] }), /requires 1\.2\.1, 1\.2\.12/);
    assert.match(looked({ requiredActive: [] }), /requires nobody/);
    assert.match(looked({ requiredActive: ['1.2.12'] }), /requires 1\.2\.12 instead of 1\.2\.1/);
    assert.match(looked({ requiredOwner: ['1.2.12'] }), /1\.2\.12 \(owner\)/);
  });

  test('none that a key approval keeps from executing', () => {
    assert.match(looked({ keyApprovals: ['PPY5abc'] }), /by a key/);
  });

  test('an accepted proposal is looked at again when it is about to expire', () => {
    const world = syncedWorld();
    world.propose(inRankOrder(world)[3]!, fullProposal(world), { lifetimeMs: 10 * MINUTE });
    const { retryAt } = decide(inputOf(world.view(), { witness: firstInRank(world) }));
    assert.equal(retryAt?.getTime(), world.view().head.time.getTime() + 8 * MINUTE + 1000);
    world.setTime(retryAt!);
    assert.ok(decide(inputOf(world.view(), { witness: firstInRank(world) })).propose);
  });
});
