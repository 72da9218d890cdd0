import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PastEvent } from '../../../../core/chain/types.ts';
import type { World } from '../../../support/view-builder.ts';
import {
  agreedOn,
  allOurs,
  decideCall,
  dynamics,
  EVENT,
  eventWorld,
  MONEYLINE,
  makeWitness,
  play,
  proposalOf,
  ranked,
  report,
  results,
} from '../match.ts';
import { actionsOf, codesOf, stored } from '../scenario.ts';

const FIRST = results(2, 1, 'p1', 'p2');
/** Both providers correct themselves. */
const SECOND = ['p1', 'p2'].map((provider) =>
  stored({
    provider,
    call: 'result',
    arguments: { home_score: '2', away_score: '3' },
    pushed: '2026-01-20T22:00:00Z',
  }),
);

/** A world in which the first score was acted on by one witness of ours. */
function acted(world: World, approvals: number) {
  const order = ranked(world, 'result');
  const id = world.propose(order[1]!, proposalOf(world, 'result', FIRST));
  const witness = makeWitness(world, order[0]!, FIRST);
  witness.run();
  for (const peer of order.slice(1, approvals)) world.approve(id, peer);
  world.block();
  return { order, id, witness };
}

describe('a second, different result', () => {
  test('after ours was approved: the approval is withdrawn and a new proposal made (rules A, N)', () => {
    const world = eventWorld();
    const { id, witness } = acted(world, 1);
    report([witness], SECOND);
    witness.run();
    const decision = witness.decisions.get('result')!;
    assert.deepEqual(actionsOf(decision), [`withdraw ${id}`]);
    assert.deepEqual(decision.propose?.operations[0]?.[1].scores, ['2', '3']);
  });

  test('after it failed on execution: withdrawn alone, looked at again, and only then proposed anew (rule B)', () => {
    const world = eventWorld();
    world.failWith('Insufficient Balance');
    const { id, witness } = acted(world, 3);
    assert.equal(world.view().proposal(id)?.fail_reason, 'Insufficient Balance');
    report([witness], SECOND);
    witness.run();
    const abandoning = witness.decisions.get('result')!;
    assert.deepEqual(actionsOf(abandoning), [`withdraw ${id}`]);
    assert.equal(abandoning.propose, undefined);
    world.block();
    witness.run();
    assert.deepEqual(witness.decisions.get('result')!.propose?.operations[0]?.[1].scores, ['2', '3']);
  });

  test('that leaves a tie: undecided, and what this call approved is withdrawn', () => {
    const world = eventWorld();
    const { id, witness } = acted(world, 1);
    report([witness], results(1, 1, 'p3', 'p4'));
    witness.run();
    const decision = witness.decisions.get('result')!;
    assert.equal(decision.status, 'undecided');
    assert.deepEqual(actionsOf(decision), [`withdraw ${id}`]);
    world.block();
    witness.run();
    assert.equal(witness.decisions.get('result')?.final, true);
  });

  test('a tie that an operator settles by hand keeps the operator approval', () => {
    const world = eventWorld();
    const order = ranked(world, 'result');
    const id = world.propose(order[1]!, proposalOf(world, 'result', FIRST));
    world.approve(id, order[0]!);
    const decision = decideCall(world, 'result', [...FIRST, ...results(1, 1, 'p3', 'p4')]);
    assert.deepEqual([decision.status, decision.approvals], ['undecided', []]);
  });

  test('after the finish but before any resolution: the groups are resolved by the new score', () => {
    const world = eventWorld();
    world.execute(proposalOf(world, 'result', FIRST).slice(0, 1));
    world.block();
    const decision = decideCall(world, 'result', SECOND);
    assert.deepEqual(
      decision.propose?.operations.map(([, fields]) => fields.resolutions),
      [
        [
          ['1.25.0', 'not_win'],
          ['1.25.1', 'win'],
        ],
      ],
    );
    assert.match(
      decision.reasons.find(({ code }) => code === 'scores_differ')?.text ?? '',
      /finished with 2:1/,
    );
  });

  test('after grading, while it waits to settle: an alert, since the chain takes no second resolution', () => {
    const world = eventWorld();
    const incidents = [dynamics('p1', [{ type: 'ou', value: '3' }])];
    world.execute(proposalOf(world, 'dynamic_bmgs', incidents));
    world.block(5);
    world.execute(proposalOf(world, 'result', FIRST));
    world.block();
    assert.equal(decideCall(world, 'result', FIRST).status, 'done');
    const decision = decideCall(world, 'result', SECOND);
    assert.equal(decision.status, 'related_object_not_found');
    assert.equal(decision.final, false);
    assert.equal(decision.propose, undefined);
    assert.match(decision.alert ?? '', /1\.24\.1 Total 3\.5 is graded otherwise/);
  });

  test('after all is settled: done, with an alert that names both scores', () => {
    const world = eventWorld();
    const all = allOurs(world, FIRST);
    play(world, all, 8);
    assert.equal(agreedOn(all, 'result'), 'done final');
    assert.deepEqual(world.view().events('1.21.0'), []);
    report(all, SECOND);
    play(world, all, 1);
    assert.equal(agreedOn(all, 'result'), 'done final');
    for (const witness of all) {
      assert.match(
        witness.decisions.get('result')?.alert ?? '',
        /now agree on 2:3, but market groups 1\.24\.0 were to be resolved for 2:1/,
      );
    }
  });
});

describe('what became of settled groups', () => {
  test('resolved as wanted: no alert, also when the same score is repeated later', () => {
    const world = eventWorld();
    const all = allOurs(world, FIRST);
    play(world, all, 8);
    report(all, results(2, 1, 'p3'));
    play(world, all, 1);
    for (const { decisions } of all) {
      assert.equal(decisions.get('result')?.alert, undefined);
      assert.ok(codesOf(decisions.get('result')!).includes('event_over'));
    }
  });

  test('resolved otherwise by a majority of others: an alert', () => {
    const world = eventWorld();
    const witness = makeWitness(world, ranked(world, 'result')[0]!, FIRST);
    witness.run();
    const wrong = world.propose(
      ranked(world, 'result')[1]!,
      proposalOf(world, 'result', results(0, 4, 'x', 'y')),
    );
    for (const peer of ranked(world, 'result').slice(1, 4)) world.approve(wrong, peer);
    world.block(3);
    witness.run();
    assert.match(
      witness.decisions.get('result')?.alert ?? '',
      /1\.24\.0 were resolved otherwise than 2:1 gives/,
    );
  });

  test('history tells it to a witness that never saw the event', () => {
    const world = eventWorld();
    const view = world.view();
    const [event] = view.events('1.21.0');
    const [group] = view.marketGroups(EVENT);
    const markets = view.markets(MONEYLINE);
    world.remove(EVENT);
    const past = (home: 'win' | 'not_win'): PastEvent => ({
      event: { ...event!, status: 'settled', scores: ['2', '1'] },
      groups: [
        {
          group: { ...group!, status: 'settled' },
          markets: markets.map((market, at) => ({
            ...market,
            resolution: (at === 0) === (home === 'win') ? 'win' : 'not_win',
          })),
        },
      ],
    });
    const right = decideCall(world, 'result', FIRST, { history: [past('win')] });
    assert.deepEqual([right.status, right.final, right.alert], ['done', true, undefined]);
    const wrong = decideCall(world, 'result', FIRST, { history: [past('not_win')] });
    assert.match(wrong.alert ?? '', /resolved otherwise/);
    const unknown = decideCall(world, 'result', FIRST);
    assert.equal(unknown.status, 'event_missing');
  });
});

describe('groups that no program can resolve', () => {
  const alertOf = (alter: (world: World) => void, incidents = FIRST) => {
    const world = eventWorld();
    alter(world);
    const decision = decideCall(world, 'result', incidents);
    assert.deepEqual(
      decision.propose?.operations.map(([tag]) => tag),
      [72],
    );
    world.execute(decision.propose!.operations);
    world.block();
    const after = decideCall(world, 'result', incidents);
    assert.deepEqual([after.status, after.final], ['related_object_not_found', false]);
    return after.alert ?? '';
  };

  test('without their rules, or with rules that cannot be read', () => {
    assert.match(
      alertOf((world) => world.remove('1.23.0')),
      /rules 1\.23\.0 are not on chain/,
    );
    assert.match(
      alertOf((world) => world.execute(rules([['en', 'x']]))),
      /have no grading/,
    );
    assert.match(
      alertOf((world) => world.execute(rules([['grading', '{']]))),
      /expected a grading/,
    );
    const metric = JSON.stringify({ metric: 'process.exit()', resolutions: [{ win: 'True' }] });
    assert.match(
      alertOf((world) => world.execute(rules([['grading', metric]]))),
      /cannot be resolved/,
    );
  });

  test('with a market that is missing, unknown or doubled', () => {
    assert.match(
      alertOf((world) => world.remove('1.25.0')),
      /the market that won is not on chain/,
    );
    assert.match(
      alertOf((world) => world.setName('1.25.0', [['en', 'Nobody']])),
      /"Nobody" is not one of the sports data/,
    );
    const name = [
      ['de', 'Red Foxes'],
      ['en', 'Red Foxes'],
    ] as const;
    assert.match(
      alertOf((world) => world.setName('1.25.0', name)),
      /"Red Foxes" is there twice/,
    );
    assert.match(
      alertOf((world) => world.setName(MONEYLINE, [['en', 'Other']])),
      /has its description/,
    );
    assert.match(
      alertOf((world) => world.setName(MONEYLINE, [['_dynamic', 'xx']])),
      /parameters cannot be read/,
    );
  });

  test('a market that is missing and did not win keeps nothing up', () => {
    const world = eventWorld();
    world.remove('1.25.1');
    assert.deepEqual(proposalOf(world, 'result', FIRST)[1]?.[1].resolutions, [['1.25.0', 'win']]);
  });

  test('opened after the event had finished', () => {
    const world = eventWorld();
    world.setEventStatus(EVENT, 'finished');
    world.setGroupStatus(MONEYLINE, 'upcoming');
    const decision = decideCall(world, 'result', FIRST);
    assert.equal(decision.propose, undefined);
    assert.match(decision.alert ?? '', /opened after the event had finished/);
  });

  const rules = (description: readonly (readonly [string, string])[]) =>
    [[59, { betting_market_rules_id: '1.23.0', new_description: description }]] as const;
});
