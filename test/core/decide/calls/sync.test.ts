import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SYNC_BATCH } from '../../../../core/decide/calls/sync.ts';
import { decide } from '../../../../core/decide/decide.ts';
import { diffSports } from '../../../../core/decide/diff-sports.ts';
import { plainSport, sampleSports } from '../../../support/sample-sports.ts';
import { makeWorld } from '../../../support/view-builder.ts';
import { changed, firstInRank, inputOf, inRankOrder, makeActor, syncedWorld, tagsOf } from '../scenario.ts';

describe('rule P: sports sync', () => {
  test('sports, leagues and rules are proposed in this order, leagues below their pending sport', () => {
    const world = makeWorld();
    const decision = decide(
      inputOf(world.view(), { call: 'sync', incidents: [], witness: firstInRank(world, 'sync') }),
    );
    assert.equal(decision.status, 'waiting');
    assert.equal(decision.final, false);
    assert.deepEqual(tagsOf(decision.propose?.operations ?? []), [52, 54, 58]);
    assert.equal(decision.propose?.operations[1]?.[1].sport_id, '0.0.0');
    assert.deepEqual(decision.propose?.operations[0]?.[1].name, [
      ['de', 'Eishockey'],
      ['en', 'Hockey'],
      ['identifier', 'Hockey'],
    ]);
    const description = new Map(decision.propose?.operations[2]?.[1].description as [string, string][]);
    assert.match(description.get('grading') ?? '', /^\{"metric": /);
  });

  test('in sync it is done, and final once irreversible', () => {
    const world = syncedWorld();
    const decision = decide(
      inputOf(world.view(), { call: 'sync', incidents: [], witness: firstInRank(world, 'sync') }),
    );
    assert.equal(decision.status, 'done');
    assert.equal(decision.final, true);
    assert.equal(decision.propose, undefined);
  });

  test('what differs is updated with nothing but the fields that differ', () => {
    const world = syncedWorld();
    const sports = sampleSports({
      league: { name: { en: 'Sample League', de: 'Neue Liga' } },
      rules: { description: { en: 'Overtime counts.' } },
    });
    const decision = decide(
      inputOf(world.view(), { call: 'sync', sports, incidents: [], witness: firstInRank(world, 'sync') }),
    );
    const [league, rules] = decision.propose?.operations ?? [];
    assert.deepEqual(Object.keys(league?.[1] ?? {}).sort(), [
      'event_group_id',
      'extensions',
      'fee',
      'new_name',
    ]);
    assert.deepEqual(Object.keys(rules?.[1] ?? {}).sort(), [
      'betting_market_rules_id',
      'extensions',
      'fee',
      'new_description',
    ]);
    world.execute(decision.propose?.operations ?? []);
    assert.deepEqual(diffSports(world.view(), sports), []);
  });

  test('a peer update is accepted when all it sets is as wanted and something of it differs', () => {
    const world = syncedWorld();
    const sports = sampleSports({ rules: { description: { en: 'Overtime counts.' } } });
    const input = { call: 'sync' as const, sports, incidents: [], witness: firstInRank(world, 'sync') };
    const [ours] = decide(inputOf(world.view(), input)).propose?.operations ?? [];
    const peer = inRankOrder(world, 'sync')[2]!;
    const name = world.view().rules()[0]!.name;
    const useless = world.propose(peer, [changed(ours!, { new_description: undefined, new_name: name })]);
    const wrong = world.propose(peer, [changed(ours!, { new_name: [['en', 'x']] })]);
    const more = world.propose(peer, [changed(ours!, { new_name: name })]);
    const decision = decide(inputOf(world.view(), input));
    assert.deepEqual(
      decision.approvals.map(({ action, proposal }) => [action, proposal]),
      [['add', more]],
    );
    assert.match(
      decision.refused.find((entry) => entry.proposal === useless)?.reason ?? '',
      /nothing that differs/,
    );
    assert.match(
      decision.refused.find((entry) => entry.proposal === wrong)?.reason ?? '',
      /new_name\.de: wanted "Hockeyregeln", found nothing/,
    );
  });

  test('proposals are bounded, and batch follows batch until all is there, each thing once', () => {
    const more = Array.from({ length: 100 }, (_, at) => plainSport(`Sport ${at}`));
    const sports = sampleSports({ more });
    const world = makeWorld();
    const actors = world.witnesses.map((account) =>
      makeActor(world, account, { sports, incidents: [], call: 'sync' }),
    );
    for (let block = 0; block < 60; block++) {
      for (const actor of actors) {
        const { propose } = actor.run();
        assert.ok((propose?.operations.length ?? 0) <= SYNC_BATCH);
      }
      world.block();
    }
    assert.deepEqual(diffSports(world.view(), sports), []);
    assert.equal(world.view().sports().length, 101);
    assert.equal(world.view().rules().length, 1);
    assert.equal(actors[0]?.run().final, true);
  });

  test('rules that two sports share are created once', () => {
    const sample = sampleSports();
    const twice = { ...sample.sports[0]!, identifier: 'Other', name: { en: 'Other' }, eventGroups: [] };
    const sports = sampleSports({ more: [twice] });
    const world = makeWorld();
    const { propose } = decide(
      inputOf(world.view(), { call: 'sync', sports, incidents: [], witness: firstInRank(world, 'sync') }),
    );
    assert.deepEqual(tagsOf(propose?.operations ?? []), [52, 52, 54, 58]);
  });
});

describe('diffSports', () => {
  test('lists what is missing, with the operation that would create it', () => {
    const differences = diffSports(makeWorld().view(), sampleSports());
    assert.deepEqual(
      differences.map(({ kind, sport, identifier, id, fields }) => ({ kind, sport, identifier, id, fields })),
      [
        { kind: 'sport', sport: 'Hockey', identifier: 'Hockey', id: undefined, fields: [] },
        { kind: 'event_group', sport: 'Hockey', identifier: 'Sample League', id: undefined, fields: [] },
        { kind: 'rules', sport: 'Hockey', identifier: 'R_HOCKEY_1', id: undefined, fields: [] },
      ],
    );
    assert.equal(differences[1]?.operation[1].sport_id, '0.0.0');
  });

  test('lists what differs field by field, and the open proposals that would mend it', () => {
    const world = syncedWorld();
    const sports = sampleSports({ league: { name: { en: 'New', fr: 'Ligue' } } });
    const [difference] = diffSports(world.view(), sports);
    assert.deepEqual(difference?.fields, [
      { field: 'name.de', actual: 'Musterliga' },
      { field: 'name.en', expected: 'New', actual: 'Sample League' },
      { field: 'name.fr', expected: 'Ligue' },
    ]);
    const id = world.propose(world.witnesses[0]!, [difference!.operation]);
    assert.deepEqual(diffSports(world.view(), sports)[0]?.proposals, [id]);
  });
});
