import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ObjectId } from '../../../core/chain/types.ts';
import { countProviders } from '../../../core/decide/counting.ts';
import { decide } from '../../../core/decide/decide.ts';
import { essence } from '../../../core/decide/essence.ts';
import { voteOnScore } from '../../../core/decide/final-score.ts';
import type { StoredIncident } from '../../../core/incidents/types.ts';
import type { World } from '../../support/view-builder.ts';
import { type LegacyWitness, makeLegacyWitness } from './legacy.ts';
import {
  begins,
  cancels,
  creates,
  dynamics,
  EVENT,
  eventWorld,
  executedOf,
  finishes,
  MATCH_CALLS,
  makeWitness,
  ranked,
  results,
  SPORTS,
  type Witness,
} from './match.ts';
import { inputOf, stored, syncedWorld } from './scenario.ts';

const provider = fc.constantFrom('p1', 'p2', 'p3', 'p4');
const score = fc.integer({ min: 0, max: 3 }).map(String);
const pushed = fc.option(
  fc.integer({ min: 10, max: 59 }).map((minute) => `2026-01-20T21:${minute}:00Z`),
  { nil: undefined },
);

/** Any report about the match, by anybody. */
const anyReport = fc.oneof(
  fc
    .record({ provider, pushed })
    .map((report) => stored({ ...report, call: 'in_progress', arguments: {} } as never, SPORTS)),
  fc
    .record({ provider, pushed })
    .map((report) => stored({ ...report, call: 'finish', arguments: {} } as never, SPORTS)),
  fc
    .record({ provider, pushed, home: score, away: score })
    .map(({ home, away, ...report }) =>
      stored(
        { ...report, call: 'result', arguments: { home_score: home, away_score: away } } as never,
        SPORTS,
      ),
    ),
  fc
    .record({ provider, pushed })
    .map((report) => stored({ ...report, call: 'canceled', arguments: {} } as never, SPORTS)),
  fc.record({ provider, value: fc.integer({ min: -6, max: 6 }) }).map((report) =>
    dynamics(report.provider, [
      { type: 'ou', value: String(Math.abs(report.value)) },
      { type: 'hc', value: String(report.value), participant: 'Red Foxes' },
    ]),
  ),
);

const sets = fc.array(anyReport, { minLength: 1, maxLength: 10 }).map(distinct);

function distinct(incidents: readonly StoredIncident[]): readonly StoredIncident[] {
  return [
    ...new Map(
      incidents.map((incident) => [`${incident.uniqueString} ${incident.provider}`, incident]),
    ).values(),
  ];
}

describe('equal inputs give equal decisions', () => {
  const states = fc.constantFrom('upcoming', 'in_progress', 'frozen', 'finished') as fc.Arbitrary<'upcoming'>;

  test('incidents in any order give byte-equal decisions of every call in every state', () => {
    const turned = sets.chain((incidents) =>
      fc.tuple(
        fc.constant(incidents),
        fc.shuffledSubarray([...incidents], { minLength: incidents.length, maxLength: incidents.length }),
      ),
    );
    fc.assert(
      fc.property(turned, states, ([incidents, other], status) => {
        const world = eventWorld();
        world.setEventStatus(EVENT, status);
        const view = world.view();
        for (const call of MATCH_CALLS) {
          const witness = ranked(world, call)[0]!;
          const rest = { call, sports: SPORTS, witness, eventId: 'e' };
          const one = decide(inputOf(view, { ...rest, incidents }));
          const two = decide(inputOf(view, { ...rest, incidents: other }));
          assert.equal(JSON.stringify(two), JSON.stringify(one));
        }
      }),
      { numRuns: 100 },
    );
  });

  test('deciding again on its own memory changes nothing, so an unchanged run is not recorded', () => {
    fc.assert(
      fc.property(sets, states, (incidents, status) => {
        const world = eventWorld();
        world.setEventStatus(EVENT, status);
        const view = world.view();
        for (const call of MATCH_CALLS) {
          const witness = ranked(world, call)[1]!;
          const rest = { call, sports: SPORTS, witness, incidents };
          const one = decide(inputOf(view, rest));
          const two = decide(inputOf(view, { ...rest, memory: one.memory }));
          assert.equal(essence(two), essence(one));
        }
      }),
      { numRuns: 60 },
    );
  });
});

/** When each witness gets each report, in blocks. */
const DELAYS = 6;

interface Evening {
  readonly delays: readonly (readonly number[])[];
  readonly turns: readonly (readonly number[])[];
  readonly pieces: readonly [number, number];
}

const evenings: fc.Arbitrary<Evening> = fc.record({
  delays: fc.array(fc.array(fc.nat({ max: DELAYS }), { minLength: 5, maxLength: 5 }), {
    minLength: 40,
    maxLength: 40,
  }),
  turns: fc.array(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 2 }), { minLength: 60, maxLength: 60 }),
  pieces: fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 })),
});

/** Plays a match with three of ours and two legacy peers, each with its own delays, then lets all come to rest. */
function playMatch(
  world: World,
  phases: readonly (readonly StoredIncident[])[],
  evening: Evening,
): readonly Witness[] {
  const order = world.witnesses;
  const ours = order.slice(0, 3).map((account) => makeWitness(world, account));
  const peers = order
    .slice(3)
    .map((account, at) => makeLegacyWitness(world, account, evening.pieces[at] ?? 1));
  const all: readonly (Witness | LegacyWitness)[] = [...ours, ...peers];
  const sent = new Map<number, { readonly witness: number; readonly incident: StoredIncident }[]>();
  const span = 12;
  let count = 0;
  for (const [phase, incidents] of phases.entries()) {
    for (const incident of incidents) {
      for (const witness of all.keys()) {
        const delay = evening.delays[count % evening.delays.length]?.[witness] ?? 0;
        const block = phase * span + delay;
        sent.set(block, [...(sent.get(block) ?? []), { witness, incident }]);
      }
      count += 1;
    }
  }
  for (let block = 0; block < phases.length * span + 40; block += 1) {
    for (const { witness, incident } of sent.get(block) ?? []) {
      const one = all[witness]!;
      one.incidents = [...one.incidents, incident];
    }
    const view = world.view();
    const turn =
      block < phases.length * span ? evening.turns[block % evening.turns.length]! : [...all.keys()];
    for (const at of turn) {
      all[at]?.run(view);
      assertOnce(world);
      assertOneApproval(world, ours);
      const [one] = ours.slice(at, at + 1);
      if (one) assertSupported(world, one);
    }
    world.block();
  }
  return ours;
}

/** No event, group or market is on chain twice. */
function assertOnce(world: World): void {
  const view = world.view();
  const names = view
    .events('1.21.0')
    .flatMap((event) => [
      JSON.stringify([event.name, event.start_time]),
      ...view
        .marketGroups(event.id)
        .flatMap((group) => [
          JSON.stringify([event.id, identity(group.description), group.asset_id]),
          ...view.markets(group.id).map((market) => JSON.stringify([group.id, market.description])),
        ]),
    ]);
  assert.equal(new Set(names).size, names.length, names.join('\n'));
}

function identity(description: readonly (readonly [string, string])[]): string | undefined {
  const texts = new Map(description);
  return texts.get('_dynamic') ?? texts.get('en');
}

/** No two open proposals about one thing carry the approval of one of ours. */
function assertOneApproval(world: World, ours: readonly Witness[]): void {
  for (const { account } of ours) {
    const things = world
      .view()
      .proposals()
      .filter((proposal) => proposal.available_active_approvals.includes(account.id))
      .flatMap((proposal) => proposal.proposed_transaction.operations)
      .flatMap(([tag, fields]) => {
        if (tag === 72) return [`72 ${String(fields.event_id)} ${String(fields.status)}`];
        if (tag === 63) return [`63 ${String(fields.betting_market_group_id)}`];
        if (tag === 60)
          return [
            `60 ${String(fields.event_id)} ${identity(fields.description as [string, string][])} ${String(fields.asset_id)}`,
          ];
        return tag === 56 ? [`56 ${JSON.stringify(fields.name)} ${String(fields.start_time)}`] : [];
      });
    assert.equal(new Set(things).size, things.length, things.join('\n'));
  }
}

/** Right after a witness of ours acted, whatever scores and resolutions it approves are those its incidents agree on. */
function assertSupported(world: World, { account, incidents }: Witness): void {
  const { verdict } = voteOnScore(countProviders(incidents, 'result'), 2);
  const agreed =
    verdict.kind === 'agreed' ? JSON.stringify([verdict.score.home, verdict.score.away].map(String)) : 'none';
  for (const proposal of world.view().proposals()) {
    if (!proposal.available_active_approvals.includes(account.id)) continue;
    for (const [tag, fields] of proposal.proposed_transaction.operations) {
      const scores = tag === 72 && fields.status === 'finished' ? JSON.stringify(fields.scores) : '[]';
      if (scores !== '[]') assert.equal(scores, agreed);
      if (tag === 63) assert.equal(verdict.kind, 'agreed');
    }
  }
}

/** Resolutions that were executed, by group. */
function executedResolutions(world: World): ReadonlyMap<ObjectId, string> {
  const entries = world
    .view()
    .closedProposals()
    .filter(({ outcome }) => outcome === 'executed')
    .flatMap(({ proposal }) => proposal.proposed_transaction.operations)
    .filter(([tag]) => tag === 63)
    .map(
      ([, fields]) => [String(fields.betting_market_group_id), JSON.stringify(fields.resolutions)] as const,
    );
  assert.equal(new Map(entries).size, entries.length, 'a group was resolved twice');
  return new Map(entries);
}

describe('a match with three of ours and two legacy peers below the threshold', () => {
  const lie = fc.tuple(score, score).map(([home, away]) => results(home, away, 'p4'));

  test('an honest match ends settled with the right winners, once, whatever one provider lies and whenever reports arrive', () => {
    fc.assert(
      fc.property(evenings, lie, (evening, lies) => {
        const world = syncedWorld(SPORTS);
        const ours = playMatch(
          world,
          [
            creates(),
            [
              dynamics('p1', [
                { type: 'ou', value: '3.5' },
                { type: 'hc', value: '-1', participant: 'Whales' },
              ]),
            ],
            begins('p1', 'p2'),
            finishes('p1', 'p3'),
            [...lies, ...results(3, 1, 'p1', 'p2', 'p3')],
          ],
          evening,
        );
        world.block(30);
        for (const witness of ours) witness.run();
        assert.deepEqual(world.view().events('1.21.0'), []);
        const resolved = [...executedResolutions(world).values()];
        // Home won 3:1: the moneyline, and with -1.5 the handicap on both assets; four goals are over 3.5.
        assert.equal(resolved.length, 4);
        for (const text of resolved)
          assert.match(text, /^\[\["1\.25\.\d+","win"\],\["1\.25\.\d+","not_win"\]\]$/);
        for (const { decisions } of ours) {
          for (const call of ['create', 'in_progress', 'finish', 'result', 'dynamic_bmgs'] as const) {
            const decision = decisions.get(call);
            assert.deepEqual([call, decision?.status, decision?.final], [call, 'done', true]);
          }
          assert.equal(decisions.get('result')?.alert, undefined);
        }
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });

  test('a canceled match ends canceled, whatever else is reported, and nothing that ours approved can execute', () => {
    fc.assert(
      fc.property(evenings, sets, (evening, noise) => {
        const world = syncedWorld(SPORTS);
        const honest = noise.filter(({ call }) => call !== 'canceled' && call !== 'result');
        const ours = playMatch(world, [creates(), honest, cancels('p2')], evening);
        assert.deepEqual(world.view().events('1.21.0'), []);
        assert.equal(executedOf(world).filter((tag) => tag === '72 canceled').length, 1);
        for (const { account, decisions } of ours) {
          const open = world
            .view()
            .proposals()
            .filter((each) => each.available_active_approvals.includes(account.id));
          // What names objects that are gone cannot execute any more.
          for (const { proposed_transaction } of open) {
            assert.throws(() => world.execute(proposed_transaction.operations), /Invalid|Unable/);
          }
          assert.equal(decisions.get('canceled')?.status, 'done');
        }
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });

  test('contradictions and corrections: never resolved twice, never by a score that ours did not agree on', () => {
    const noise = fc
      .array(fc.record({ provider, home: score, away: score, pushed }), { minLength: 2, maxLength: 8 })
      .map((each) =>
        distinct(
          each.map(({ home, away, ...report }) =>
            stored(
              { ...report, call: 'result', arguments: { home_score: home, away_score: away } } as never,
              SPORTS,
            ),
          ),
        ),
      );
    fc.assert(
      fc.property(evenings, noise, noise, (evening, first, second) => {
        const world = syncedWorld(SPORTS);
        const ours = playMatch(world, [creates(), first, second], evening);
        const resolved = executedResolutions(world);
        for (const { decisions, memory } of ours) {
          const decision = decisions.get('result');
          assert.ok(
            ['done', 'undecided', 'insufficient_incidents', 'related_object_not_found'].includes(
              decision?.status ?? '',
            ),
          );
          if (decision?.status === 'done' && decision.alert === undefined) assert.equal(resolved.size, 1);
          if (decision?.status === 'undecided') assert.equal(decision.propose, undefined);
          assert.ok((memory('result').proposals ?? []).length <= 12);
        }
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });
});
