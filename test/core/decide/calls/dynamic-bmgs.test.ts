import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Operation } from '../../../../core/chain/types.ts';
import { decide } from '../../../../core/decide/decide.ts';
import { dynamicSports, sampleSports } from '../../../support/sample-sports.ts';
import type { World } from '../../../support/view-builder.ts';
import {
  agreedOn,
  allOurs,
  cancels,
  decideCall,
  dynamics,
  EVENT,
  eventWorld,
  makeWitness,
  play,
  proposalOf,
  ranked,
  report,
  type Stated,
} from '../match.ts';
import { actionsOf, changed, codesOf, inputOf, SETTINGS, tagsOf } from '../scenario.ts';

const ou = (value: string): Stated => ({ type: 'ou', value });
const hc = (value: string, participant = 'Blue Whales'): Stated => ({ type: 'hc', value, participant });
const TOTAL = (value: string) => [dynamics('p1', [ou(value)])];
const english = ([, fields]: Operation) => new Map(fields.description as [string, string][]).get('en');

/** English texts of the dynamic groups on chain, by asset. */
function groupsOn(world: World): readonly string[] {
  const view = world.view();
  return view
    .marketGroups(EVENT)
    .filter(({ description }) => new Map(description).has('_dynamic'))
    .map(({ description, asset_id }) => `${new Map(description).get('en')} ${view.assetSymbol(asset_id)}`);
}

describe('what dynamic_bmgs wants', () => {
  test('the group of each type with its value, once per asset, and its markets', () => {
    const operations = proposalOf(eventWorld(), 'dynamic_bmgs', [dynamics('p1', [ou('5.5'), hc('-2')])]);
    assert.deepEqual(tagsOf(operations), [60, 61, 61, 60, 61, 61, 60, 61, 61]);
    assert.deepEqual(operations.map(english), [
      'Handicap -2.5_PPY',
      'Blue Whales -2.5',
      'Red Foxes 2.5',
      'Handicap -2.5_BTC',
      'Blue Whales -2.5',
      'Red Foxes 2.5',
      'Total 5.5',
      'Over 5.5',
      'Under 5.5',
    ]);
    assert.deepEqual(operations[0]?.[1].description, [
      ['_dynamic', 'hc'],
      ['_hca', '2.5'],
      ['_hch', '-2.5'],
      ['en', 'Handicap -2.5_PPY'],
    ]);
    assert.deepEqual(operations[6]?.[1].description, [
      ['_dynamic', 'ou'],
      ['_ou', '5.5'],
      ['en', 'Total 5.5'],
    ]);
    assert.equal(operations[0]?.[1].event_id, EVENT);
  });

  test('the median over all incidents counts, sides seen from home', () => {
    const incidents = [
      dynamics('p1', [ou('5'), hc('-2')]),
      dynamics('p2', [ou('9'), hc('3', 'Red Foxes')]),
      dynamics('p3', [ou('7.5'), hc('-7')]),
    ];
    const texts = proposalOf(eventWorld(), 'dynamic_bmgs', incidents).map(english);
    assert.equal(texts[0], 'Handicap -3.5_PPY');
    assert.equal(texts[6], 'Total 7.5');
  });

  test('a template without halves gets integers', () => {
    const sports = dynamicSports(false);
    const world = eventWorld();
    const decision = decide(
      inputOf(world.view(), {
        call: 'dynamic_bmgs',
        sports,
        incidents: [dynamics('p1', [hc('-2')])],
        witness: ranked(world, 'dynamic_bmgs')[0]!,
      }),
    );
    assert.equal(decision.propose && english(decision.propose.operations[0]!), 'Handicap -2_PPY');
  });

  test('only types that are reported are created', () => {
    assert.deepEqual(tagsOf(proposalOf(eventWorld(), 'dynamic_bmgs', TOTAL('5.5'))), [60, 61, 61]);
  });
});

describe('when dynamic_bmgs waits', () => {
  test('until the oldest incident is old enough, by the time of the head', () => {
    const world = eventWorld();
    const { head } = world.view();
    const timestamp = new Date(head.time.getTime() - 1_800_000).toISOString();
    const incidents = [dynamics('p1', [ou('5.5')], { timestamp })];
    const early = decideCall(world, 'dynamic_bmgs', incidents);
    assert.deepEqual([early.status, early.final], ['postponed', false]);
    const readyAt = new Date(Math.floor(head.time.getTime() / 1000) * 1000 + 1_800_000);
    assert.equal(early.retryAt?.getTime(), readyAt.getTime());
    const older = [...incidents, dynamics('p2', [ou('5.5')])];
    assert.equal(decideCall(world, 'dynamic_bmgs', older).status, 'waiting');
    world.setTime(readyAt);
    assert.equal(decideCall(world, 'dynamic_bmgs', incidents).status, 'waiting');
  });

  test('a clock far ahead is looked at again after one pause', () => {
    const world = eventWorld();
    const incidents = [dynamics('p1', [ou('5.5')], { timestamp: '2026-01-16T12:00:00Z' })];
    const { retryAt } = decideCall(world, 'dynamic_bmgs', incidents);
    assert.ok(retryAt && retryAt.getTime() - world.view().head.time.getTime() <= SETTINGS.postponedRetryMs);
  });

  test('a league without dynamic groups has nothing to do', () => {
    const world = eventWorld();
    const sports = sampleSports({ league: { marketGroups: ['MONEYLINE'] } });
    const decision = decide(inputOf(world.view(), { call: 'dynamic_bmgs', sports, incidents: TOTAL('5.5') }));
    assert.deepEqual(
      [decision.status, decision.final, codesOf(decision)],
      ['done', true, ['no_dynamic_markets']],
    );
  });

  test('below an event that is under way nothing is opened, and approvals are withdrawn', () => {
    const world = eventWorld();
    const order = ranked(world, 'dynamic_bmgs');
    const id = world.propose(order[1]!, proposalOf(world, 'dynamic_bmgs', TOTAL('5.5')));
    world.approve(id, order[0]!);
    world.setEventStatus(EVENT, 'in_progress');
    const decision = decideCall(world, 'dynamic_bmgs', TOTAL('5.5'));
    assert.deepEqual(actionsOf(decision), [`withdraw ${id}`]);
    assert.equal(decision.propose, undefined);
  });

  test('a cancel un-wants it (rule N)', () => {
    const world = eventWorld();
    const order = ranked(world, 'dynamic_bmgs');
    const id = world.propose(order[1]!, proposalOf(world, 'dynamic_bmgs', TOTAL('5.5')));
    world.approve(id, order[0]!);
    const decision = decideCall(world, 'dynamic_bmgs', [...TOTAL('5.5'), ...cancels('p2')]);
    assert.deepEqual(actionsOf(decision), [`withdraw ${id}`]);
  });

  test('rules that are missing are waited for', () => {
    const world = eventWorld();
    world.remove('1.23.2');
    const decision = decideCall(world, 'dynamic_bmgs', TOTAL('5.5'));
    assert.deepEqual([decision.status, decision.final], ['related_object_not_found', false]);
  });
});

describe('adoption', () => {
  test('a pending group with a value within the tolerance is the same one: approved, and nothing proposed', () => {
    for (const [theirs, ours] of [
      ['6.5', '5.5'],
      ['5.5', '6.5'],
      ['5.5', '5.5'],
    ] as const) {
      const world = eventWorld();
      const id = world.propose(world.witnesses[3]!, proposalOf(world, 'dynamic_bmgs', TOTAL(theirs)));
      const decision = decideCall(world, 'dynamic_bmgs', TOTAL(ours));
      assert.deepEqual(actionsOf(decision), [`add ${id}`]);
      assert.equal(decision.propose, undefined);
    }
  });

  test('one further off is another value: not approved, and ours is proposed', () => {
    const world = eventWorld();
    world.propose(world.witnesses[3]!, proposalOf(world, 'dynamic_bmgs', TOTAL('8.5')));
    const decision = decideCall(world, 'dynamic_bmgs', TOTAL('5.5'));
    assert.deepEqual(decision.approvals, []);
    assert.match(decision.refused[0]?.reason ?? '', /_ou: wanted "5\.5", found "8\.5"/);
    assert.equal(decision.propose && english(decision.propose.operations[0]!), 'Total 5.5');
  });

  test('the tolerance is that of the settings, for each type', () => {
    const world = eventWorld();
    const id = world.propose(world.witnesses[3]!, proposalOf(world, 'dynamic_bmgs', TOTAL('8.5')));
    const settings = { ...SETTINGS, fuzzy: { hc: 1, ou: 3 } };
    assert.deepEqual(actionsOf(decideCall(world, 'dynamic_bmgs', TOTAL('5.5'), { settings })), [`add ${id}`]);
  });

  test('a value of another form is not adopted, since a whole number could be hit exactly', () => {
    const world = eventWorld();
    const [group, ...markets] = proposalOf(world, 'dynamic_bmgs', TOTAL('5.5'));
    const description = [
      ['_dynamic', 'ou'],
      ['_ou', '6.0'],
      ['en', 'Total 6.0'],
    ];
    world.propose(world.witnesses[3]!, [changed(group!, { description }), ...markets]);
    assert.deepEqual(decideCall(world, 'dynamic_bmgs', TOTAL('5.5')).approvals, []);
  });

  test('of several pending values the lowest id counts for everybody, and at most one is approved (rules A, D)', () => {
    const world = eventWorld();
    const first = world.propose(world.witnesses[3]!, proposalOf(world, 'dynamic_bmgs', TOTAL('6.5')));
    const second = world.propose(world.witnesses[4]!, proposalOf(eventWorld(), 'dynamic_bmgs', TOTAL('5.5')));
    const us = ranked(world, 'dynamic_bmgs')[0]!;
    world.approve(second, us);
    const decision = decideCall(world, 'dynamic_bmgs', TOTAL('5.5'));
    assert.deepEqual(actionsOf(decision), [`withdraw ${second}`, `add ${first}`]);
  });

  test('values that block each other for 20 blocks: weight decides (rule E)', () => {
    const world = eventWorld();
    const order = ranked(world, 'dynamic_bmgs');
    const first = world.propose(order[3]!, proposalOf(world, 'dynamic_bmgs', TOTAL('6.5')));
    const second = world.propose(order[4]!, proposalOf(eventWorld(), 'dynamic_bmgs', TOTAL('5.5')));
    world.setWeights(Object.fromEntries(order.map(({ id }) => [id, 1])), 4);
    world.approve(first, order[0]!);
    world.approve(second, order[3]!);
    world.approve(second, order[4]!);
    const { memory } = decideCall(world, 'dynamic_bmgs', TOTAL('5.5'));
    world.block(19);
    assert.deepEqual(actionsOf(decideCall(world, 'dynamic_bmgs', TOTAL('5.5'), { memory })), [
      `keep ${first}`,
    ]);
    world.block();
    assert.deepEqual(actionsOf(decideCall(world, 'dynamic_bmgs', TOTAL('5.5'), { memory })), [
      `withdraw ${first}`,
      `add ${second}`,
    ]);
  });

  test('the value of a proposal that would execute now counts before that of an older one (rule B)', () => {
    const world = eventWorld();
    world.failWith('Insufficient Balance');
    world.propose(world.witnesses[3]!, proposalOf(world, 'dynamic_bmgs', TOTAL('6.5')));
    const failed = world.propose(world.witnesses[4]!, proposalOf(eventWorld(), 'dynamic_bmgs', TOTAL('5.5')));
    for (const witness of ranked(world, 'dynamic_bmgs').slice(0, 3)) world.approve(failed, witness);
    assert.deepEqual(actionsOf(decideCall(world, 'dynamic_bmgs', TOTAL('6.5'))), [`keep ${failed}`]);
  });

  test('the value of a proposal that is not looked at does not count', () => {
    const world = eventWorld();
    world.propose({ name: 'outsider', id: '1.2.99' }, proposalOf(world, 'dynamic_bmgs', TOTAL('6.5')));
    const { propose } = decideCall(world, 'dynamic_bmgs', TOTAL('5.5'));
    assert.equal(propose && english(propose.operations[0]!), 'Total 5.5');
  });

  test('a type that is left alone is left alone for every asset', () => {
    const world = eventWorld();
    const us = ranked(world, 'dynamic_bmgs')[0]!;
    const incidents = [dynamics('p1', [hc('-8')])];
    const onBtc = proposalOf(world, 'dynamic_bmgs', incidents).slice(3, 4);
    const id = world.propose(world.witnesses[3]!, onBtc);
    const witness = makeWitness(world, us, incidents);
    witness.run();
    assert.deepEqual(actionsOf(witness.decisions.get('dynamic_bmgs')!)[0], `add ${id}`);
    world.execute(proposalOf(eventWorld(), 'dynamic_bmgs', [dynamics('p1', [hc('-2')])]).slice(0, 3));
    world.block(3);
    witness.run();
    assert.ok(actionsOf(witness.decisions.get('dynamic_bmgs')!).includes(`withdraw ${id}`));
    assert.equal(witness.decisions.get('dynamic_bmgs')!.propose, undefined);
  });

  test('a group on chain with a near value is completed with that value', () => {
    const world = eventWorld();
    world.execute(proposalOf(world, 'dynamic_bmgs', [dynamics('p1', [hc('-3')])]).slice(0, 2));
    world.block(3);
    const operations = proposalOf(world, 'dynamic_bmgs', [dynamics('p1', [hc('-2')])]);
    assert.deepEqual(operations.map(english), [
      'Red Foxes 3.5',
      'Handicap -3.5_BTC',
      'Blue Whales -3.5',
      'Red Foxes 3.5',
    ]);
  });

  test('each asset keeps the value that it has', () => {
    const world = eventWorld();
    const full = (value: string) => proposalOf(eventWorld(), 'dynamic_bmgs', [dynamics('p1', [hc(value)])]);
    world.execute(full('-2').slice(0, 3));
    world.execute(full('-3').slice(3, 4));
    world.block(3);
    const operations = proposalOf(world, 'dynamic_bmgs', [dynamics('p1', [hc('-2')])]);
    assert.deepEqual(operations.map(english), ['Blue Whales -3.5', 'Red Foxes 3.5']);
  });

  test('a type on chain with another value is left alone, and proposals of one more lose our approval', () => {
    const world = eventWorld();
    const us = ranked(world, 'dynamic_bmgs')[0]!;
    const witness = makeWitness(world, us, [dynamics('p1', [hc('-8')])]);
    const mine = world.propose(us, proposalOf(world, 'dynamic_bmgs', witness.incidents));
    witness.run();
    world.execute(proposalOf(eventWorld(), 'dynamic_bmgs', [dynamics('p1', [hc('-2')])]));
    world.block(3);
    witness.run();
    const decision = witness.decisions.get('dynamic_bmgs')!;
    assert.deepEqual(actionsOf(decision), [`withdraw ${mine}`]);
    assert.equal(decision.status, 'done');
    assert.ok(codesOf(decision).includes('type_on_chain'));
    assert.deepEqual(groupsOn(world), ['Handicap -2.5_PPY PPY', 'Handicap -2.5_BTC BTC']);
  });

  test('texts on chain that differ are left as they are', () => {
    const world = eventWorld();
    world.execute(proposalOf(world, 'dynamic_bmgs', TOTAL('5.5')));
    world.setName('1.24.1', [
      ['_dynamic', 'ou'],
      ['_ou', '5.5'],
      ['en', 'Total 5.5'],
      ['fr', 'Total'],
    ]);
    world.block(5);
    const decision = decideCall(world, 'dynamic_bmgs', TOTAL('5.5'));
    assert.deepEqual([decision.status, decision.final], ['done', true]);
  });

  test('witnesses whose medians differ within the tolerance make one group', () => {
    const world = eventWorld();
    const all = allOurs(world);
    for (const [at, witness] of all.entries()) witness.incidents = TOTAL(at % 2 === 0 ? '5.5' : '6.5');
    play(world, all, 12);
    assert.equal(groupsOn(world).length, 1);
    assert.equal(agreedOn(all, 'dynamic_bmgs'), 'done final');
  });

  test('witnesses whose medians differ more come together once they have the same incidents', () => {
    const world = eventWorld();
    const all = allOurs(world);
    const early = [dynamics('p1', [ou('3.5')]), dynamics('p2', [ou('9.5')])] as const;
    for (const [at, witness] of all.entries()) witness.incidents = [early[at % 2]!];
    play(world, all.slice(0, 2), 8);
    assert.deepEqual(groupsOn(world), []);
    for (const witness of all) witness.incidents = early;
    report(all, [dynamics('p3', [ou('9.5')])]);
    play(world, all, 40);
    assert.deepEqual(groupsOn(world), ['Total 9.5 PPY']);
    assert.equal(agreedOn(all, 'dynamic_bmgs'), 'done final');
  });
});
