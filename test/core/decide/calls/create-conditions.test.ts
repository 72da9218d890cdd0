import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide } from '../../../../core/decide/decide.ts';
import { sampleSports } from '../../../support/sample-sports.ts';
import { makeWorld } from '../../../support/view-builder.ts';
import { codesOf, firstInRank, fullProposal, inputOf, stored, syncedWorld } from '../scenario.ts';

describe('conditions of create', () => {
  test('too few providers: insufficient_incidents, and one provider counts once however much it reports', () => {
    const world = syncedWorld();
    const incidents = [
      stored({ provider: 'p1', arguments: { season: '2026' }, pushed: '2026-01-15T10:00:00Z' }),
      stored({ provider: 'p1', arguments: { season: '2027' }, pushed: '2026-01-15T11:00:00Z' }),
    ];
    const decision = decide(inputOf(world.view(), { witness: firstInRank(world), incidents }));
    assert.equal(decision.status, 'insufficient_incidents');
    assert.equal(decision.final, false);
    assert.equal(decision.threshold, 2);
    assert.match(decision.counted[0]?.uniqueString ?? '', /2027$/);
    assert.match(decision.notCounted[0]?.uniqueString ?? '', /2026$/);
    assert.equal(decision.propose, undefined);
  });

  test('a match that has begun without an event is too old, at last', () => {
    const world = syncedWorld();
    world.setTime('2026-01-20T19:00:00Z');
    const decision = decide(inputOf(world.view(), { witness: firstInRank(world) }));
    assert.equal(decision.status, 'create_too_old');
    assert.equal(decision.final, true);
    assert.equal(decision.propose, undefined);
  });

  test('a second before its start a match is not too old', () => {
    const world = syncedWorld();
    world.setTime('2026-01-20T18:59:59Z');
    assert.equal(decide(inputOf(world.view(), { witness: firstInRank(world) })).status, 'waiting');
  });

  test('before its lead time a create is postponed until the next look, at the latest the opening', () => {
    const world = syncedWorld();
    const at = (time: string) => {
      world.setTime(time);
      return decide(inputOf(world.view(), { witness: firstInRank(world) }));
    };
    // The league opens 14 days before the start: on 6 January at 19:00.
    const early = at('2026-01-04T19:00:00Z');
    assert.equal(early.status, 'postponed');
    assert.equal(early.final, false);
    assert.equal(early.retryAt?.toISOString(), '2026-01-05T07:00:00.000Z');
    assert.equal(at('2026-01-05T03:00:00Z').retryAt?.toISOString(), '2026-01-05T07:00:00.000Z');
    assert.equal(at('2026-01-06T18:00:00Z').retryAt?.toISOString(), '2026-01-06T19:00:00.000Z');
    assert.equal(at('2026-01-06T19:00:00Z').status, 'waiting');
  });

  test('without a lead time an event is opened at any time', () => {
    const { leadTimeMaxDays: _, ...league } = sampleSports().sports[0]!.eventGroups[0]!;
    const base = sampleSports();
    const sports = { ...base, sports: [{ ...base.sports[0]!, eventGroups: [league] }] };
    const world = syncedWorld(sports);
    world.setTime('2025-06-01T00:00:00Z');
    assert.equal(decide(inputOf(world.view(), { sports, witness: firstInRank(world) })).status, 'waiting');
  });

  test('a league without a season at the start is closed', () => {
    const world = syncedWorld();
    const sports = sampleSports({ league: { finishDate: new Date('2026-01-10T00:00:00Z') } });
    const decision = decide(inputOf(world.view(), { sports, witness: firstInRank(world) }));
    assert.equal(decision.status, 'event_group_closed');
    assert.equal(decision.propose, undefined);
  });

  test('names that the data no longer know are not normalizable', () => {
    const world = syncedWorld();
    const sports = sampleSports({ sport: { participants: new Map([['teams', []]]) } });
    const decision = decide(inputOf(world.view(), { sports, witness: firstInRank(world) }));
    assert.equal(decision.status, 'not_normalizable');
    assert.match(decision.reasons[0]?.text ?? '', /participant "Blue Whales"/);
  });

  test('a missing sport, a differing league, missing rules or asset: related_object_not_found, and it waits for proposals', () => {
    const codeOf = (world: ReturnType<typeof makeWorld>) => {
      const decision = decide(inputOf(world.view(), { witness: firstInRank(world) }));
      assert.equal(decision.status, 'related_object_not_found');
      assert.equal(decision.final, false);
      assert.equal(decision.dependsOn.proposals, true);
      assert.equal(decision.propose, undefined);
      return decision.reasons[0];
    };
    assert.equal(codeOf(makeWorld())?.code, 'sport_missing');

    const renamed = syncedWorld();
    renamed.setName('1.21.0', [
      ['en', 'Other League'],
      ['identifier', 'Sample League'],
    ]);
    assert.equal(codeOf(renamed)?.code, 'event_group_differs');

    const lawless = syncedWorld();
    lawless.remove('1.23.0');
    assert.equal(codeOf(lawless)?.code, 'rules_missing');

    const poor = syncedWorld(sampleSports(), { assets: ['PPY'] });
    assert.match(codeOf(poor)?.text ?? '', /no asset BTC/);
  });

  test('while the league is missing it waits for the sport that it will be created in', () => {
    const world = syncedWorld();
    world.remove('1.21.0');
    const decision = decide(inputOf(world.view(), { witness: firstInRank(world) }));
    assert.deepEqual(decision.dependsOn.objects, ['1.20.0']);
  });

  test('below an event that is under way nothing more is opened', () => {
    const world = syncedWorld();
    world.execute(fullProposal(world).slice(0, 4));
    world.setEventStatus('1.22.0', 'in_progress');
    world.block(5);
    const decision = decide(inputOf(world.view(), { witness: firstInRank(world) }));
    assert.equal(decision.status, 'done');
    assert.equal(decision.final, true);
    assert.equal(decision.propose, undefined);
    assert.ok(codesOf(decision).includes('event_under_way'));
    assert.equal(decision.wanted.filter(({ state }) => state === 'blocked').length, 6);
  });
});
