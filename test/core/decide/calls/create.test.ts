import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OP } from '../../../../core/chain/types.ts';
import { decide } from '../../../../core/decide/decide.ts';
import { sampleSports } from '../../../support/sample-sports.ts';
import {
  changed,
  codesOf,
  FULL_TREE,
  firstInRank,
  fullProposal,
  inputOf,
  makeActor,
  SETTINGS,
  stored,
  syncedWorld,
  tagsOf,
  treeOf,
  twoCreates,
} from '../scenario.ts';

describe('what create wants', () => {
  test('one proposal holds the event, each static group once per asset and its markets, parents by relative id', () => {
    const operations = fullProposal(syncedWorld());
    assert.deepEqual(tagsOf(operations), [56, 60, 61, 61, 60, 61, 61, 60, 61, 61]);
    const parents = operations.map(
      ([, fields]) => fields.event_group_id ?? fields.event_id ?? fields.group_id,
    );
    assert.deepEqual(parents, [
      '1.21.0',
      '0.0.0',
      '0.0.1',
      '0.0.1',
      '0.0.0',
      '0.0.4',
      '0.0.4',
      '0.0.0',
      '0.0.7',
      '0.0.7',
    ]);
  });

  test('executing the proposal makes exactly the tree that is wanted', () => {
    const world = syncedWorld();
    world.execute(fullProposal(world));
    assert.deepEqual(treeOf(world.view()), FULL_TREE);
  });

  test('the operations carry the fee of the schedule, the texts of the data and the values of the template', () => {
    const operations = fullProposal(syncedWorld(sampleSports(), { fee: 777 }));
    for (const [, fields] of operations) assert.deepEqual(fields.fee, { amount: 777, asset_id: '1.3.0' });
    assert.deepEqual(operations[0]?.[1], {
      fee: { amount: 777, asset_id: '1.3.0' },
      name: [
        ['de', 'Blue Whales gegen Red Foxes'],
        ['en', 'Red Foxes @ Blue Whales'],
      ],
      season: [['en', '2026']],
      start_time: '2026-01-20T19:00:00',
      event_group_id: '1.21.0',
      extensions: [],
    });
    assert.deepEqual(operations[4]?.[1], {
      fee: { amount: 777, asset_id: '1.3.0' },
      description: [
        ['de', 'Sieger'],
        ['en', 'Moneyline_BTC'],
      ],
      event_id: '0.0.0',
      rules_id: '1.23.0',
      asset_id: '1.3.1',
      never_in_play: false,
      delay_before_settling: 60,
      extensions: [],
    });
    assert.deepEqual(operations[5]?.[1].payout_condition, []);
  });

  test('below an event that exists only what is missing is proposed, by absolute ids', () => {
    const world = syncedWorld();
    const all = fullProposal(world);
    world.execute(all.slice(0, 3));
    world.block(5);
    const { propose } = decide(inputOf(world.view(), { witness: firstInRank(world) }));
    assert.deepEqual(tagsOf(propose?.operations ?? []), [61, 60, 61, 61, 60, 61, 61]);
    assert.equal(propose?.operations[0]?.[1].group_id, '1.24.0');
    assert.equal(propose?.operations[1]?.[1].event_id, '1.22.0');
    assert.equal(propose?.operations[2]?.[1].group_id, '0.0.1');
  });

  test('the event is found by any language of its name and the start, and its texts are brought in sync', () => {
    const world = syncedWorld();
    world.execute(fullProposal(world));
    world.setName('1.22.0', [
      ['de', 'Blue Whales gegen Red Foxes'],
      ['en', 'Wrong'],
    ]);
    world.block(5);
    const decision = decide(inputOf(world.view(), { witness: firstInRank(world) }));
    assert.deepEqual(decision.propose?.operations, [
      [
        OP.event_update,
        {
          fee: { amount: 100_000, asset_id: '1.3.0' },
          event_id: '1.22.0',
          new_name: [
            ['de', 'Blue Whales gegen Red Foxes'],
            ['en', 'Red Foxes @ Blue Whales'],
          ],
          extensions: [],
        },
      ],
    ]);
  });

  test('texts of groups and markets that differ are updated', () => {
    const world = syncedWorld();
    world.execute(fullProposal(world));
    world.setName('1.24.0', [['en', 'Moneyline_PPY']]);
    world.setName('1.25.0', [
      ['en', 'Blue Whales'],
      ['fr', 'Baleines'],
    ]);
    world.block(5);
    const { propose, wanted } = decide(inputOf(world.view(), { witness: firstInRank(world) }));
    assert.deepEqual(tagsOf(propose?.operations ?? []), [70, 71]);
    assert.equal('status' in (propose?.operations[0]?.[1] ?? {}), false);
    assert.equal(wanted[1]?.description, 'betting_market_group_update Moneyline_PPY (description.de)');
  });

  test('the season is that of most providers; a tie goes to the smallest text', () => {
    const world = syncedWorld();
    const seasonOf = (...seasons: string[]) => {
      const incidents = seasons.map((season, at) => stored({ provider: `p${at}`, arguments: { season } }));
      return fullProposal(world, incidents)[0]?.[1].season;
    };
    assert.deepEqual(seasonOf('2026', '2025/26', '2026'), [['en', '2026']]);
    assert.deepEqual(seasonOf('2026', '2025/26'), [['en', '2025/26']]);
    assert.deepEqual(seasonOf('', '2026', ''), [['en', '2026']]);
    assert.deepEqual(seasonOf('', ''), [['en', '']]);
  });

  test('another season on chain is a note, never an operation', () => {
    const world = syncedWorld();
    world.execute(
      fullProposal(world, [
        stored({ provider: 'a', arguments: { season: '1' } }),
        stored({ provider: 'b', arguments: { season: '1' } }),
      ]),
    );
    world.block(5);
    const decision = decide(inputOf(world.view(), { witness: firstInRank(world) }));
    assert.equal(decision.status, 'done');
    assert.ok(codesOf(decision).includes('season_differs'));
    assert.equal(decision.propose, undefined);
  });
});

describe('the end of create', () => {
  test('all on chain is done, and final once it is irreversible', () => {
    const world = syncedWorld();
    world.execute(fullProposal(world));
    const done = decide(inputOf(world.view(), { witness: firstInRank(world) }));
    assert.equal(done.status, 'done');
    assert.equal(done.final, false);
    assert.equal(done.wakeWhenIrreversible, world.view().head.number);
    world.block(2);
    const final = decide(inputOf(world.view(), { witness: firstInRank(world), memory: done.memory }));
    assert.equal(final.final, true);
    assert.equal(final.wakeWhenIrreversible, undefined);
    assert.ok(final.wanted.every(({ state, where }) => state === 'on_chain' && where !== undefined));
  });

  test('the proposals that carried it and what we did are remembered', () => {
    const world = syncedWorld();
    const [first, second, third] = world.witnesses;
    const actor = makeActor(world, firstInRank(world));
    actor.run();
    const [id] = [...actor.proposed.keys()];
    world.block();
    actor.run();
    for (const witness of [first!, second!, third!]) {
      if (world.view().proposal(id!)) world.approve(id!, witness);
    }
    world.block(3);
    assert.equal(actor.run().status, 'done');
    assert.deepEqual(actor.memory.proposals, [id]);
    assert.deepEqual(actor.memory.actions, ['proposal', 'approval']);
  });

  test('a proposal that executed between two looks is found by the block of what it made', () => {
    const world = syncedWorld();
    const id = world.propose(world.witnesses[1]!, fullProposal(world));
    for (const witness of world.witnesses.slice(0, 3)) world.approve(id, witness);
    const decision = decide(inputOf(world.view(), { witness: firstInRank(world) }));
    assert.deepEqual(decision.memory.proposals, [id]);
  });

  test('an event that was on chain irreversibly and is gone is not created again', () => {
    const world = syncedWorld();
    world.execute(fullProposal(world));
    world.block(5);
    const { memory } = decide(inputOf(world.view(), { witness: firstInRank(world) }));
    world.remove('1.22.0');
    const decision = decide(inputOf(world.view(), { witness: firstInRank(world), memory }));
    assert.equal(decision.status, 'done');
    assert.equal(decision.final, true);
    assert.deepEqual(codesOf(decision), ['event_gone']);
    assert.equal(decision.propose, undefined);
  });

  test('one that a fork took away before it was irreversible is created again', () => {
    const world = syncedWorld();
    world.execute(fullProposal(world));
    const { memory } = decide(inputOf(world.view(), { witness: firstInRank(world) }));
    assert.equal(memory.created, undefined);
    world.remove('1.22.0');
    const decision = decide(inputOf(world.view(), { witness: firstInRank(world), memory }));
    assert.deepEqual([decision.status, decision.propose?.operations[0]?.[0]], ['waiting', OP.event_create]);
  });

  test('objects that are on chain twice are noted', () => {
    const world = syncedWorld();
    const operations = fullProposal(world);
    world.execute(operations);
    world.execute([changed(operations[1]!, { event_id: '1.22.0' })]);
    const decision = decide(inputOf(world.view(), { witness: firstInRank(world) }));
    assert.match(
      decision.reasons.find(({ code }) => code === 'twice_on_chain')?.text ?? '',
      /1\.24\.0, 1\.24\.3/,
    );
  });

  test('without incidents nothing happens', () => {
    const decision = decide(inputOf(syncedWorld().view(), { incidents: [] }));
    assert.equal(decision.status, 'insufficient_incidents');
    assert.equal(decision.final, true);
  });

  test('the threshold of the settings counts', () => {
    const world = syncedWorld();
    const settings = { ...SETTINGS, threshold: () => 3 };
    const few = decide(inputOf(world.view(), { witness: firstInRank(world), settings }));
    assert.equal(few.status, 'insufficient_incidents');
    const incidents = [...twoCreates(), stored({ provider: 'p3' })];
    const canceledToo = { ...SETTINGS, threshold: (call: string) => (call === 'create' ? 3 : 1) };
    const enough = decide(
      inputOf(world.view(), { witness: firstInRank(world), settings: canceledToo, incidents }),
    );
    assert.equal(enough.status, 'waiting');
  });
});
