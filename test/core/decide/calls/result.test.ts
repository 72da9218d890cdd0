import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OP } from '../../../../core/chain/types.ts';
import type { World } from '../../../support/view-builder.ts';
import {
  agreedOn,
  allOurs,
  creates,
  decideCall,
  dynamics,
  EVENT,
  eventWorld,
  executedOf,
  finishes,
  MONEYLINE,
  makeWitness,
  play,
  proposalOf,
  ranked,
  report,
  results,
} from '../match.ts';
import { actionsOf, changed, codesOf, SETTINGS, tagsOf } from '../scenario.ts';

const AGREED = results(3, 1, 'p1', 'p2');

/** A world whose event has its dynamic groups as well: handicap -2.5 on two assets, total 5.5. */
function fullWorld(): World {
  const world = eventWorld();
  const incidents = [
    dynamics('p1', [
      { type: 'hc', value: '-2', participant: 'Blue Whales' },
      { type: 'ou', value: '5.5' },
    ]),
  ];
  world.execute(proposalOf(world, 'dynamic_bmgs', incidents));
  world.block(5);
  return world;
}

/** What becomes of each market, e.g. `Blue Whales win`. */
function resolutionsIn(world: World, incidents = AGREED): readonly string[] {
  const texts = new Map(
    world
      .view()
      .marketGroups(EVENT)
      .flatMap(({ id }) => world.view().markets(id))
      .map(({ id, description }) => [id, new Map(description).get('en')]),
  );
  return proposalOf(world, 'result', incidents)
    .flatMap(([, fields]) => (fields.resolutions ?? []) as [string, string][])
    .map(([id, resolution]) => `${texts.get(id)} ${resolution}`);
}

describe('what result wants', () => {
  test('one proposal: finished with scores, home first, then the resolution of every group', () => {
    const operations = proposalOf(fullWorld(), 'result', AGREED);
    assert.deepEqual(tagsOf(operations), [72, 63, 63, 63, 63]);
    assert.deepEqual(operations[0]?.[1].scores, ['3', '1']);
    assert.deepEqual(operations[1], [
      OP.betting_market_group_resolve,
      {
        fee: { amount: 100_000, asset_id: '1.3.0' },
        betting_market_group_id: MONEYLINE,
        resolutions: [
          ['1.25.0', 'win'],
          ['1.25.1', 'not_win'],
        ],
        extensions: [],
      },
    ]);
  });

  test('the formulas of the rules on chain decide, with the parameters on chain', () => {
    assert.deepEqual(resolutionsIn(fullWorld()), [
      'Blue Whales win',
      'Red Foxes not_win',
      'Blue Whales -2.5 not_win',
      'Red Foxes 2.5 win',
      'Blue Whales -2.5 not_win',
      'Red Foxes 2.5 win',
      'Over 5.5 not_win',
      'Under 5.5 win',
    ]);
    assert.deepEqual(resolutionsIn(fullWorld(), results(6, 1, 'p1', 'p2')).slice(-4), [
      'Blue Whales -2.5 win',
      'Red Foxes 2.5 not_win',
      'Over 5.5 win',
      'Under 5.5 not_win',
    ]);
  });

  test('a draw that the rules void cancels all markets of the group', () => {
    assert.deepEqual(resolutionsIn(eventWorld(), results(1, 1, 'p1', 'p2')), [
      'Blue Whales cancel',
      'Red Foxes cancel',
    ]);
  });

  test('which market is which is told by its text, not by the order of ids', () => {
    const world = eventWorld();
    const name = (id: string) =>
      world
        .view()
        .markets(MONEYLINE)
        .find((market) => market.id === id)!.description;
    const [home, away] = [name('1.25.0'), name('1.25.1')];
    world.setName('1.25.0', away);
    world.setName('1.25.1', home);
    assert.deepEqual(resolutionsIn(world), ['Red Foxes not_win', 'Blue Whales win']);
  });

  test('an event that is finished already is not set again: only the groups are resolved', () => {
    const world = fullWorld();
    world.setEventStatus(EVENT, 'finished');
    const decision = decideCall(world, 'result', AGREED);
    assert.deepEqual(tagsOf(decision.propose?.operations ?? []), [63, 63, 63, 63]);
    assert.ok(codesOf(decision).includes('scores_differ'));
  });

  test('an event that never started is settled all the same, with a note', () => {
    const decision = decideCall(eventWorld(), 'result', AGREED);
    assert.deepEqual(tagsOf(decision.propose?.operations ?? []), [72, 63]);
    assert.ok(codesOf(decision).includes('never_started'));
  });

  test('a frozen event is settled', () => {
    const world = eventWorld();
    world.setEventStatus(EVENT, 'frozen');
    world.execute(proposalOf(world, 'result', AGREED));
    assert.deepEqual(world.view().events('1.21.0'), []);
  });

  test('the proposal executes on chain and settles everything', () => {
    const world = fullWorld();
    world.execute(proposalOf(world, 'result', AGREED));
    assert.deepEqual(
      world
        .view()
        .marketGroups(EVENT)
        .map(({ status }) => status),
      ['graded', 'graded', 'graded'],
    );
    world.block(20);
    assert.deepEqual(world.view().events('1.21.0'), []);
  });
});

describe('agreement on chain', () => {
  test('finish before result and result before finish come to the same end', () => {
    for (const [first, second] of [
      [finishes(), AGREED],
      [AGREED, finishes()],
      [[...finishes(), ...AGREED], []],
    ] as const) {
      const world = fullWorld();
      const all = allOurs(world, creates());
      report(all, first);
      play(world, all, 2);
      report(all, second);
      play(world, all, 12);
      world.block(30);
      assert.deepEqual(world.view().events('1.21.0'), []);
      assert.equal(agreedOn(all, 'result'), 'done final');
      assert.deepEqual(
        world
          .view()
          .proposals()
          .flatMap((open) => open.available_active_approvals),
        [],
      );
      assert.equal(executedOf(world).filter((tag) => tag === '63').length, 4);
    }
  });

  test('one lying provider of three changes nothing', () => {
    const world = eventWorld();
    const all = allOurs(world, [...results(0, 9, 'liar'), ...AGREED]);
    play(world, all, 8);
    assert.equal(agreedOn(all, 'result'), 'done final');
    const [, resolve] = world.view().closedProposals().at(-1)!.proposal.proposed_transaction.operations;
    assert.deepEqual(resolve?.[1].resolutions, [
      ['1.25.0', 'win'],
      ['1.25.1', 'not_win'],
    ]);
  });

  test('a split is undecided, says who said what, and proposes nothing', () => {
    const decision = decideCall(eventWorld(), 'result', [...AGREED, ...results(1, 1, 'p3', 'p4')]);
    assert.deepEqual([decision.status, decision.final, decision.propose], ['undecided', true, undefined]);
    assert.match(decision.reasons[0]?.text ?? '', /1:1 by p3, p4; 3:1 by p1, p2/);
  });

  test('a proposal for another score is not approved, and the difference is told', () => {
    const world = eventWorld();
    const order = ranked(world, 'result');
    const operations = proposalOf(world, 'result', results(1, 3, 'p1', 'p2'));
    world.propose(order[1]!, operations);
    const decision = decideCall(world, 'result', AGREED);
    assert.deepEqual(decision.approvals, []);
    assert.match(decision.refused[0]?.reason ?? '', /scores: wanted \["3","1"\], found \["1","3"\]/);
    world.propose(order[1]!, operations.slice(1));
    assert.match(
      decideCall(world, 'result', AGREED).refused[1]?.reason ?? '',
      /resolve Moneyline: resolutions\.1\.25\.0: wanted "win", found "not_win"/,
    );
  });

  test('resolutions in any order are the same, one market named twice is not', () => {
    const world = eventWorld();
    const [status, resolve] = proposalOf(world, 'result', AGREED);
    const given = resolve![1].resolutions as readonly unknown[];
    const turned = changed(resolve!, { resolutions: [...given].reverse() });
    const id = world.propose(ranked(world, 'result')[2]!, [status!, turned]);
    assert.deepEqual(actionsOf(decideCall(world, 'result', AGREED)), [`add ${id}`]);
    const other = eventWorld();
    const twice = changed(resolve!, { resolutions: [['1.25.0', 'not_win'], ...given] });
    other.propose(ranked(other, 'result')[2]!, [status!, twice]);
    assert.deepEqual(decideCall(other, 'result', AGREED).approvals, []);
  });

  test('a proposal that resolves before it finishes is not accepted, one that leaves the finishing to another is', () => {
    const world = eventWorld();
    const [status, resolve] = proposalOf(world, 'result', AGREED);
    const peer = ranked(world, 'result')[2]!;
    world.propose(peer, [resolve!, status!]);
    const refused = decideCall(world, 'result', AGREED);
    assert.match(refused.refused[0]?.reason ?? '', /comes before .* which it needs/);
    const pieces = eventWorld();
    const one = pieces.propose(peer, [resolve!]);
    const two = pieces.propose(peer, [status!]);
    const decision = decideCall(pieces, 'result', AGREED);
    assert.deepEqual(actionsOf(decision), [`add ${one}`, `add ${two}`]);
    assert.equal(decision.propose, undefined);
  });

  test('what waits for a pending finish of the right score is not proposed beside it (rule D)', () => {
    const world = eventWorld();
    const [status] = proposalOf(world, 'result', AGREED);
    const id = world.propose(ranked(world, 'result')[2]!, [status!]);
    const decision = decideCall(world, 'result', AGREED);
    assert.deepEqual(actionsOf(decision), [`add ${id}`]);
    assert.equal(decision.propose, undefined);
    assert.match(decision.wanted[1]?.reason ?? '', new RegExp(`of proposal ${id}`));
  });

  test('groups that peers have resolved already count as done', () => {
    const world = fullWorld();
    const operations = proposalOf(world, 'result', AGREED);
    world.execute(operations.slice(0, 3));
    world.block();
    const decision = decideCall(world, 'result', AGREED);
    assert.deepEqual(tagsOf(decision.propose?.operations ?? []), [63, 63]);
  });

  test('a threshold that is raised un-wants what was approved', () => {
    const world = eventWorld();
    const us = ranked(world, 'result')[0]!;
    const id = world.propose(ranked(world, 'result')[2]!, proposalOf(world, 'result', AGREED));
    const witness = makeWitness(world, us, AGREED);
    witness.run();
    const settings = { ...SETTINGS, threshold: () => 3 };
    const decision = decideCall(world, 'result', AGREED, { settings, memory: witness.memory('result') });
    assert.equal(decision.status, 'insufficient_incidents');
    assert.deepEqual(actionsOf(decision), [`withdraw ${id}`]);
  });
});
