import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide } from '../../../../core/decide/decide.ts';
import { CALL_STATUSES, type CallStatus, type Decision } from '../../../../core/decide/types.ts';
import type { Call, StoredIncident } from '../../../../core/incidents/types.ts';
import { sampleSports } from '../../../support/sample-sports.ts';
import type { World } from '../../../support/view-builder.ts';
import {
  begins,
  cancels,
  creates,
  decideCall,
  dynamics,
  EVENT,
  eventWorld,
  finishes,
  MATCH_CALLS,
  type MatchCall,
  proposalOf,
  ranked,
  results,
  SPORTS,
} from '../match.ts';
import { codesOf, inputOf, stored, syncedWorld } from '../scenario.ts';

const REPORTS: Readonly<Record<MatchCall, readonly StoredIncident[]>> = {
  create: creates(),
  in_progress: begins(),
  finish: finishes(),
  result: results(2, 1, 'p1', 'p2'),
  canceled: cancels(),
  dynamic_bmgs: [dynamics('p1', [{ type: 'ou', value: '5.5' }])],
};

/** Every state that an event can be in when a report comes. */
const STATES: Readonly<Record<string, () => World>> = {
  'not on chain': () => syncedWorld(SPORTS),
  'not on chain after its start': () => at(syncedWorld(SPORTS), '2026-01-20T20:00:00Z'),
  'not on chain two days after its start': () => at(syncedWorld(SPORTS), '2026-01-22T20:00:00Z'),
  upcoming: () => eventWorld(),
  'upcoming after its start': () => at(eventWorld(), '2026-01-20T20:00:00Z'),
  in_progress: () => inStatus('in_progress'),
  frozen: () => inStatus('frozen'),
  finished: () => inStatus('finished'),
  settled: () => gone(),
  canceled: () => gone(),
};

function at(world: World, time: string): World {
  world.setTime(time);
  return world;
}

function inStatus(status: 'in_progress' | 'frozen' | 'finished'): World {
  const world = eventWorld();
  world.setEventStatus(EVENT, status);
  return world;
}

function gone(): World {
  const world = eventWorld();
  world.remove(EVENT);
  return world;
}

/** Statuses by state; `done` with a remembered event where it is gone. */
const EXPECTED: Readonly<Record<string, Readonly<Record<MatchCall, CallStatus>>>> = {
  'not on chain': row(
    'waiting',
    'event_missing',
    'event_missing',
    'event_missing',
    'event_missing',
    'event_missing',
  ),
  'not on chain after its start': row(
    'create_too_old',
    'event_missing',
    'event_missing',
    'event_missing',
    'event_missing',
    'event_missing',
  ),
  'not on chain two days after its start': row(
    'create_too_old',
    'event_missing',
    'event_missing',
    'event_missing',
    'event_missing',
    'event_missing',
  ),
  upcoming: row('done', 'waiting', 'waiting', 'waiting', 'waiting', 'waiting'),
  'upcoming after its start': row('done', 'waiting', 'waiting', 'waiting', 'waiting', 'waiting'),
  in_progress: row('done', 'done', 'waiting', 'waiting', 'waiting', 'done'),
  frozen: row('done', 'waiting', 'waiting', 'waiting', 'waiting', 'waiting'),
  finished: row('done', 'done', 'done', 'waiting', 'waiting', 'done'),
  settled: row('done', 'done', 'done', 'done', 'done', 'done'),
  canceled: row('done', 'done', 'done', 'done', 'done', 'done'),
};

function row(...statuses: readonly CallStatus[]): Readonly<Record<MatchCall, CallStatus>> {
  return Object.fromEntries(MATCH_CALLS.map((call, at) => [call, statuses[at]])) as Record<
    MatchCall,
    CallStatus
  >;
}

/** Every decision ends in a status of the table, with a reason in words, and can be written down. */
function assertDefined(decision: Decision): void {
  assert.ok(CALL_STATUSES.includes(decision.status), decision.status);
  assert.ok(!decision.status.startsWith('unhandled'), decision.status);
  assert.ok(decision.reasons.length > 0, `${decision.status} without a reason`);
  for (const { code, text } of decision.reasons) assert.ok(code !== '' && text !== '');
  assert.deepEqual(JSON.parse(JSON.stringify(decision)).status, decision.status);
}

describe('every call in every state ends in a defined status with a reason', () => {
  for (const [state, make] of Object.entries(STATES)) {
    for (const call of MATCH_CALLS) {
      test(`${call} when the event is ${state}`, () => {
        const world = make();
        const memory = state === 'settled' || state === 'canceled' ? { created: EVENT } : {};
        const decision = decideCall(world, call, REPORTS[call], { memory });
        assertDefined(decision);
        assert.equal(decision.status, EXPECTED[state]?.[call]);
        if (decision.status !== 'waiting') assert.equal(decision.propose, undefined);
      });
    }
  }

  test('with every pair of calls reported together', () => {
    for (const make of Object.values(STATES)) {
      for (const call of MATCH_CALLS) {
        for (const other of MATCH_CALLS) {
          assertDefined(decideCall(make(), call, [...REPORTS[call], ...REPORTS[other]]));
        }
      }
    }
  });

  test('an event that is missing is given up for good a day after its start', () => {
    for (const call of ['in_progress', 'finish', 'result', 'canceled', 'dynamic_bmgs'] as const) {
      const waiting = decideCall(STATES['not on chain']!(), call, REPORTS[call]);
      assert.deepEqual([waiting.final, waiting.retryAt?.toISOString()], [false, '2026-01-21T19:00:00.000Z']);
      assert.deepEqual(waiting.dependsOn.objects, ['1.20.0', '1.21.0']);
      assert.equal(
        decideCall(STATES['not on chain two days after its start']!(), call, REPORTS[call]).final,
        true,
      );
    }
  });
});

describe('reports that make no sense', () => {
  const decided = (call: Call, incidents: readonly StoredIncident[], world = eventWorld(), sports = SPORTS) =>
    decide(inputOf(world.view(), { call, incidents, sports, witness: world.witnesses[0]! }));

  test('no incident at all', () => {
    for (const call of MATCH_CALLS) {
      const decision = decided(call, []);
      assert.deepEqual([decision.status, decision.final], ['insufficient_incidents', true]);
      assertDefined(decision);
    }
  });

  test('a call whose own incidents are none', () => {
    for (const call of MATCH_CALLS) {
      const other = call === 'create' ? begins() : creates();
      const decision = decideCall(eventWorld(), call, other);
      assert.equal(decision.status, 'insufficient_incidents');
      assertDefined(decision);
    }
  });

  test('one and the same team at home and away', () => {
    const [incident] = begins();
    const id = { ...incident!.body.id, away: incident!.body.id.home };
    const decision = decided('in_progress', [{ ...incident!, body: { ...incident!.body, id } }]);
    assert.deepEqual([decision.status, codesOf(decision)], ['not_normalizable', ['same_team']]);
  });

  test('a team, league or sport that the data do not know', () => {
    for (const [field, name] of [
      ['home', 'Nobody'],
      ['event_group_name', 'Other League'],
      ['sport', 'Chess'],
    ] as const) {
      const [incident] = begins();
      const id = { ...incident!.body.id, [field]: name };
      const decision = decided('in_progress', [{ ...incident!, body: { ...incident!.body, id } }]);
      assert.equal(decision.status, 'not_normalizable');
      assertDefined(decision);
    }
  });

  test('a league without a season at the start', () => {
    const sports = sampleSports({ league: { finishDate: new Date('2026-01-10T00:00:00Z') } });
    for (const call of MATCH_CALLS) {
      const decision = decided(call, REPORTS[call], eventWorld(), sports);
      assert.equal(decision.status, 'event_group_closed');
      assertDefined(decision);
    }
  });

  test('a season that differs from that on chain is a note of create', () => {
    const decision = decided('create', [
      stored({ provider: 'p1', arguments: { season: '1999' } }, SPORTS),
      stored({ provider: 'p2', arguments: { season: '1999' } }, SPORTS),
    ]);
    assert.equal(decision.status, 'done');
    assert.ok(codesOf(decision).includes('season_differs'));
  });

  test('teams swapped, or the start moved by six minutes: another event, which is missing, and somebody is told', () => {
    const swapped = { home: 'Red Foxes', away: 'Blue Whales' };
    const moved = { start: '2026-01-20T19:06:00Z' };
    for (const [change, text] of [
      [swapped, /teams swapped as 1\.22\.0/],
      [moved, /the same pair is on chain as 1\.22\.0/],
    ] as const) {
      const incidents = ['p1', 'p2'].map((provider) =>
        stored(
          { provider, call: 'result', arguments: { home_score: '1', away_score: '0' }, ...change },
          SPORTS,
        ),
      );
      const decision = decided('result', incidents);
      assert.equal(decision.status, 'event_missing');
      assert.ok(codesOf(decision).includes('near_miss'));
      assert.match(decision.alert ?? '', text);
    }
  });

  test('the same pair hours later is a match of its own', () => {
    const incidents = ['p1', 'p2'].map((provider) =>
      stored({ provider, start: '2026-01-20T23:00:00Z' }, SPORTS),
    );
    const decision = decided('create', incidents);
    assert.equal(decision.alert, undefined);
    assert.ok(!codesOf(decision).includes('near_miss'));
  });

  test('scores that are negative, decimal, text or absurd are not counted', () => {
    const [good] = results(2, 1, 'p1');
    for (const bad of ['-1', '1.5', 'two', '99999999999', null]) {
      const args = { home_score: bad, away_score: '1' };
      const odd = { ...good!, provider: 'p2', body: { ...good!.body, arguments: args } };
      const decision = decided('result', [good!, odd]);
      assert.equal(decision.status, 'insufficient_incidents');
      assert.match(decision.notCounted[0]?.reason ?? '', /is no score/);
      assertDefined(decision);
    }
  });

  test('dynamic values that are text, or of an unknown type, or of a third team', () => {
    const [good] = REPORTS.dynamic_bmgs;
    for (const types of [
      [{ type: 'ou', value: 'many' }],
      [{ type: 'corners', value: '3' }],
      [{ type: 'hc', value: '3', participant: 'Green Owls' }],
      'none',
      undefined,
    ]) {
      const args = { types } as unknown as (typeof good & {})['body']['arguments'];
      const decision = decided('dynamic_bmgs', [{ ...good!, body: { ...good!.body, arguments: args } }]);
      assert.deepEqual([decision.status, codesOf(decision)], ['done', ['no_dynamic_values']]);
      assertDefined(decision);
    }
  });

  test('absurd dynamic values make a market that nobody else wants, and nothing breaks', () => {
    const incidents = [
      dynamics('p1', [
        { type: 'ou', value: '999999999' },
        { type: 'hc', value: '-999999999', participant: 'Red Foxes' },
      ]),
    ];
    assertDefined(decided('dynamic_bmgs', incidents));
  });

  test('a league that is not on chain', () => {
    const world = eventWorld();
    world.remove('1.21.0');
    for (const call of ['in_progress', 'finish', 'result', 'canceled', 'dynamic_bmgs'] as const) {
      const decision = decideCall(world, call, REPORTS[call]);
      assert.equal(decision.status, 'event_missing');
      assert.match(decision.reasons[0]?.text ?? '', /sync the sports data/);
      assert.equal(decision.dependsOn.proposals, true);
    }
  });

  test('an event that is on chain twice: only the first is acted on, and that is told', () => {
    const world = eventWorld();
    world.execute(proposalOf(syncedWorld(SPORTS), 'create', creates()));
    for (const call of ['in_progress', 'finish', 'result', 'canceled'] as const) {
      const decision = decideCall(world, call, REPORTS[call]);
      assert.ok(codesOf(decision).includes('twice_on_chain'), call);
      assert.equal(decision.propose?.operations[0]?.[1].event_id, EVENT);
    }
  });

  test('without accounts every call decides and does nothing', () => {
    const world = eventWorld();
    for (const call of MATCH_CALLS) {
      const decision = decide(inputOf(world.view(), { call, incidents: REPORTS[call], sports: SPORTS }));
      assert.deepEqual([decision.propose, decision.approvals], [undefined, []]);
      assertDefined(decision);
    }
    assert.equal(ranked(world, 'result').length, 5);
  });
});
