import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ObjectId } from '../../../../core/chain/types.ts';
import { decide } from '../../../../core/decide/decide.ts';
import type { DecisionMemory } from '../../../../core/decide/types.ts';
import type { StoredIncident } from '../../../../core/incidents/types.ts';
import type { World } from '../../../support/view-builder.ts';
import {
  begins,
  cancels,
  decideCall,
  dynamics,
  EVENT,
  eventWorld,
  finishes,
  makeWitness,
  proposalOf,
  ranked,
  results,
  SPORTS,
} from '../match.ts';
import { actionsOf, changed, codesOf, inputOf, SETTINGS, tagsOf } from '../scenario.ts';

/** The calls about an event that is on chain, with reports that make each want something. */
const CALLS = {
  in_progress: begins(),
  finish: finishes(),
  result: results(2, 1, 'p1', 'p2'),
  canceled: cancels(),
  dynamic_bmgs: [dynamics('p1', [{ type: 'ou', value: '5.5' }])],
} as const satisfies Readonly<Record<string, readonly StoredIncident[]>>;
type EventCall = keyof typeof CALLS;

interface Case {
  readonly call: EventCall;
  readonly world: World;
  readonly order: ReturnType<typeof ranked>;
  propose(place: number): ObjectId;
  decided(memory?: DecisionMemory, place?: number): ReturnType<typeof decideCall>;
}

/** Runs a test for each call on a fresh world. */
function forEach(name: string, run: (given: Case) => void): void {
  for (const call of Object.keys(CALLS) as EventCall[]) {
    test(`${call}: ${name}`, () => {
      const world = eventWorld();
      const operations = proposalOf(world, call, CALLS[call]);
      const order = ranked(world, call);
      run({
        call,
        world,
        order,
        propose: (place) => world.propose(order[place]!, operations),
        decided: (memory = {}, place = 0) => decideCall(world, call, CALLS[call], { memory, place }),
      });
    });
  }
}

describe('rule A: one approval among twins', () => {
  forEach('of two equal proposals the older carries ours, and the change over withdraws first', (given) => {
    const [older, newer] = [given.propose(3), given.propose(4)];
    given.world.approve(newer, given.order[0]!);
    const decision = given.decided();
    assert.deepEqual(actionsOf(decision), [`withdraw ${newer}`, `add ${older}`]);
    assert.equal(decision.propose, undefined);
  });
});

describe('rule B: failed is not gone', () => {
  forEach(
    'a proposal that failed and is still authorised stays the candidate and is poked, with bounds',
    (given) => {
      const { world, order } = given;
      world.failWith('Insufficient Balance');
      const failed = given.propose(3);
      for (const place of [0, 1, 2]) world.approve(failed, order[place]!);
      given.propose(4);
      let decision = given.decided();
      assert.deepEqual(actionsOf(decision), [`keep ${failed}`]);
      assert.equal(decision.propose, undefined);
      let pokes = 0;
      for (let block = 0; block < 300; block += 1) {
        world.block();
        decision = given.decided(decision.memory);
        pokes += actionsOf(decision).filter((action) => action === `poke ${failed}`).length;
        assert.equal(decision.propose, undefined);
      }
      assert.equal(pokes, 3);
      assert.match(decision.alert ?? '', /Insufficient Balance/);
    },
  );

  forEach('once it can execute, a poke is enough', (given) => {
    const { world, order } = given;
    world.failWith('Insufficient Balance');
    const id = given.propose(3);
    for (const place of [0, 1, 2]) world.approve(id, order[place]!);
    const { memory } = given.decided();
    world.failWith(undefined);
    world.block(10);
    assert.deepEqual(actionsOf(given.decided(memory)), [`poke ${id}`]);
    world.approve(id, order[0]!);
    assert.equal(given.decided(memory).propose, undefined);
    assert.equal(world.view().closedProposals().at(-1)?.outcome, 'executed');
  });
});

describe('rule C: the threshold can change', () => {
  forEach('what is authorised by the weights of now is poked, by rank', (given) => {
    const { world, order } = given;
    const id = given.propose(3);
    world.approve(id, order[0]!);
    world.approve(id, order[1]!);
    world.setWeights({ [order[0]!.id]: 1, [order[1]!.id]: 1, [order[3]!.id]: 1 });
    assert.equal(world.view().authority.threshold, 2);
    const { head } = world.view();
    let decision = given.decided();
    assert.ok(decision.dependsOn.objects.includes('1.2.1'));
    // Whatever our rank among the three is, by then it was our turn.
    while (actionsOf(decision)[0] !== `poke ${id}`) {
      assert.deepEqual(actionsOf(decision), [`keep ${id}`]);
      assert.ok(world.view().head.number < head.number + 3);
      world.block();
      decision = given.decided(decision.memory);
    }
  });
});

describe('rule E: when sides are stuck', () => {
  forEach('after 20 blocks the weightier of two is the candidate', (given) => {
    const { world, order } = given;
    world.setWeights(Object.fromEntries(order.map(({ id }) => [id, 1])), 4);
    const [a, b] = [given.propose(3), given.propose(4)];
    world.approve(a, order[0]!);
    world.approve(b, order[3]!);
    world.approve(b, order[4]!);
    const { memory } = given.decided();
    world.block(19);
    assert.deepEqual(actionsOf(given.decided(memory)), [`keep ${a}`]);
    world.block();
    assert.deepEqual(actionsOf(given.decided(memory)), [`withdraw ${a}`, `add ${b}`]);
  });
});

describe('rule F: only active witnesses act', () => {
  forEach('an account that is none neither proposes nor approves, and the decision says so', (given) => {
    const outsider = { name: 'outsider', id: '1.2.99' };
    const input = { call: given.call, sports: SPORTS, incidents: CALLS[given.call], witness: outsider };
    const idle = decide(inputOf(given.world.view(), input));
    assert.deepEqual([idle.status, idle.propose], ['waiting', undefined]);
    assert.ok(codesOf(idle).includes('inactive_account'));
    given.propose(3);
    assert.deepEqual(decide(inputOf(given.world.view(), input)).approvals, []);
  });

  forEach('a proposal of an outsider does not count', (given) => {
    const { world } = given;
    const [id] = [
      world.propose(
        { name: 'outsider', id: '1.2.99' },
        proposalOf(eventWorld(), given.call, CALLS[given.call]),
      ),
    ];
    const decision = given.decided();
    assert.deepEqual(decision.approvals, []);
    assert.equal(decision.refused[0]?.proposal, id);
    assert.ok(decision.propose);
  });
});

describe('rule G: rank', () => {
  forEach('rank k waits k blocks and looks again', (given) => {
    const waiting = given.decided({}, 2);
    assert.deepEqual([waiting.propose, waiting.status], [undefined, 'waiting']);
    assert.equal(waiting.wakeAtBlock, given.world.view().head.number + 2);
    given.world.block(2);
    assert.ok(given.decided(waiting.memory, 2).propose);
    given.propose(0);
    assert.equal(given.decided(waiting.memory, 2).propose, undefined);
  });
});

describe('field by field', () => {
  forEach('a fee that is not that of the schedule is refused', (given) => {
    const operations = proposalOf(given.world, given.call, CALLS[given.call]);
    for (const amount of [0, 99_999, 100_001]) {
      const world = eventWorld();
      const [first, ...rest] = operations;
      world.propose(given.order[3]!, [changed(first!, { fee: { amount, asset_id: '1.3.0' } }), ...rest]);
      const decision = decideCall(world, given.call, CALLS[given.call]);
      assert.deepEqual(decision.approvals, []);
      assert.match(decision.refused[0]?.reason ?? '', /fee: wanted 100000/);
    }
  });

  forEach('something else in the same proposal refuses it', (given) => {
    const operations = proposalOf(given.world, given.call, CALLS[given.call]);
    given.world.propose(given.order[3]!, [...operations, [73, { sport_id: '1.20.0' }]]);
    const decision = given.decided();
    assert.deepEqual(decision.approvals, []);
    assert.match(decision.refused[0]?.reason ?? '', /sport_delete is not wanted here/);
  });

  forEach('an operation that is there twice refuses it', (given) => {
    const operations = proposalOf(given.world, given.call, CALLS[given.call]);
    given.world.propose(given.order[3]!, [...operations, operations.at(-1)!]);
    assert.match(given.decided().refused[0]?.reason ?? '', /two operations for one object/);
  });

  forEach('the same for another event is none of its business', (given) => {
    const operations = proposalOf(given.world, given.call, CALLS[given.call]);
    const foreign = operations.map((operation) =>
      changed(operation, {
        ...(operation[1].event_id ? { event_id: '1.22.77' } : {}),
        ...(operation[1].betting_market_group_id ? { betting_market_group_id: '1.24.77' } : {}),
      }),
    );
    const id = given.world.propose(given.order[3]!, foreign);
    given.world.approve(id, given.order[0]!);
    const decision = given.decided();
    assert.deepEqual([decision.approvals, decision.refused], [[], []]);
  });

  forEach('one that expires too soon, has a review period or asks for more is left out', (given) => {
    const operations = proposalOf(given.world, given.call, CALLS[given.call]);
    for (const options of [
      { lifetimeMs: 60_000 },
      { lifetimeMs: 25 * 3_600_000 },
      { reviewPeriodTime: '2026-01-15T13:00:00' },
      { requiredActive: ['1.2.1', '1.2.12'] },
    ]) {
      const world = eventWorld();
      world.propose(given.order[3]!, operations, options);
      const decision = decideCall(world, given.call, CALLS[given.call]);
      assert.deepEqual(decision.approvals, []);
      assert.equal(decision.refused.length, 1);
      assert.ok(decision.propose);
    }
  });
});

describe('rule N: what a later fact un-wants is withdrawn', () => {
  for (const call of ['in_progress', 'finish', 'result', 'dynamic_bmgs'] as const) {
    test(`${call}: a cancel un-wants it, and it is final once nothing of ours is left`, () => {
      const world = eventWorld();
      const order = ranked(world, call);
      const id = world.propose(order[3]!, proposalOf(world, call, CALLS[call]));
      world.approve(id, order[0]!);
      const incidents = [...CALLS[call], ...cancels('p8')];
      const decision = decideCall(world, call, incidents);
      assert.deepEqual(actionsOf(decision), [`withdraw ${id}`]);
      assert.deepEqual([decision.status, decision.final], ['done', false]);
      world.withdraw(id, order[0]!);
      const after = decideCall(world, call, incidents);
      assert.deepEqual([after.status, after.final, after.propose], ['done', true, undefined]);
    });
  }

  test('an agreed result un-wants the finish of a peer, approved by our finish or by hand', () => {
    const world = eventWorld();
    const us = ranked(world, 'result')[0]!;
    const id = world.propose(ranked(world, 'result')[3]!, proposalOf(world, 'finish', finishes()));
    world.approve(id, us);
    const decision = decideCall(world, 'result', CALLS.result);
    assert.deepEqual(actionsOf(decision), [`withdraw ${id}`]);
    assert.deepEqual(tagsOf(decision.propose?.operations ?? []), [72, 63]);
  });
});

describe('rule O and the other statuses', () => {
  test('no call but canceled approves a cancel, and no call approves that an event goes back', () => {
    const world = eventWorld();
    const [operation] = proposalOf(world, 'canceled', cancels());
    for (const status of ['canceled', 'upcoming', 'frozen']) {
      world.propose(world.witnesses[3]!, [changed(operation!, { status })]);
    }
    for (const call of ['in_progress', 'finish', 'result', 'dynamic_bmgs'] as const) {
      const witness = makeWitness(world, ranked(world, call)[0]!, CALLS[call]);
      witness.run();
      assert.deepEqual(witness.decisions.get(call)?.approvals, [], call);
    }
    assert.equal(world.view().events('1.21.0')[0]?.id, EVENT);
  });
});

describe('what is not supported any more', () => {
  forEach(
    'when incidents fall below the threshold, what this call approved is withdrawn, nothing else',
    (given) => {
      const { call, world, order } = given;
      const [ours, other] = [given.propose(3), given.propose(4)];
      const { memory } = given.decided();
      assert.deepEqual(memory.proposals, [ours]);
      for (const id of [ours, other]) world.approve(id, order[0]!);
      const few = { ...SETTINGS, threshold: () => 3 };
      const decision = decideCall(world, call, CALLS[call], { memory, settings: few });
      assert.equal(decision.status, 'insufficient_incidents');
      assert.deepEqual(actionsOf(decision), [`withdraw ${ours}`]);
      assert.equal(decision.final, false);
      world.withdraw(ours, order[0]!);
      world.block();
      const after = decideCall(world, call, CALLS[call], { memory: decision.memory, settings: few });
      assert.deepEqual([after.final, after.approvals.filter(({ action }) => action !== 'keep')], [true, []]);
    },
  );
});
