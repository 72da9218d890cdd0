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
