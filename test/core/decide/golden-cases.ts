import { decide } from '../../../core/decide/decide.ts';
import type { DecideInput, Decision } from '../../../core/decide/types.ts';
import { wideSports } from '../../support/sample-sports.ts';
import { makeWorld, type World } from '../../support/view-builder.ts';
import {
  begins,
  cancels,
  creates,
  decideCall,
  dynamics,
  EVENT,
  eventWorld,
  finishes,
  MONEYLINE,
  proposalOf,
  ranked,
  results,
  SPORTS,
} from './match.ts';
import { codesOf, decideAs, firstInRank, fullProposal, inputOf, SETTINGS, syncedWorld } from './scenario.ts';

/** What of a decision other witnesses depend on; words are left out. */
export type GoldenDecision = ReturnType<typeof goldenOf>;

/** The part of a decision that is recorded. */
function goldenOf(decision: Decision) {
  return {
    status: decision.status,
    final: decision.final,
    hasAlert: decision.alert !== undefined,
    reasons: codesOf(decision),
    counted: decision.counted.map(({ provider }) => provider),
    wanted: decision.wanted.map(({ key, state }) => `${state} ${key}`),
    approvals: decision.approvals.map(({ action, proposal }) => `${action} ${proposal}`),
    refused: decision.refused.map(({ proposal }) => proposal),
    proposed: decision.propose?.operations ?? [],
    expiration: decision.propose?.expiration.toISOString() ?? null,
    retryAt: decision.retryAt?.toISOString() ?? null,
    wakeAtBlock: decision.wakeAtBlock ?? null,
    memory: decision.memory,
  };
}

/** A world whose event a peer's proposal is about; answers its id. */
function pending(world: World, call: Parameters<typeof proposalOf>[1], incidents: DecideInput['incidents']) {
  const [, peer] = ranked(world, call);
  if (!peer) throw new Error('expected a peer');
  return world.propose(peer, proposalOf(world, call, incidents));
}

const CASES: Readonly<Record<string, () => Decision>> = {
  'create, first in rank': () => decideAs(syncedWorld(), 0),
  'create, third in rank': () => decideAs(syncedWorld(), 2),
  'create, a peer has proposed it': () => {
    const world = syncedWorld();
    const [, peer] = world.witnesses;
    if (peer) world.propose(peer, fullProposal(world));
    return decideAs(world, 0);
  },
  'create, two peers have proposed it': () => {
    const world = syncedWorld();
    const operations = fullProposal(world);
    for (const peer of world.witnesses.slice(0, 2)) world.propose(peer, operations);
    return decideAs(world, 0);
  },
  'create, more than a proposal holds': () => {
    const sports = wideSports(8);
    const world = syncedWorld(sports);
    const settings = { ...SETTINGS, maxProposalOperations: 12 };
    return decide(inputOf(world.view(), { sports, witness: firstInRank(world), settings }));
  },
  'create, one provider': () => {
    const world = syncedWorld();
    return decide(inputOf(world.view(), { incidents: creates().slice(0, 1), sports: SPORTS }));
  },
  'create, the match has begun': () => {
    const world = syncedWorld();
    world.setTime('2026-01-20T19:00:00Z');
    return decideAs(world, 0);
  },
  'create, before the league opens': () => {
    const world = syncedWorld();
    world.setTime('2026-01-01T00:00:00Z');
    return decideAs(world, 0);
  },
  'create, canceled while it is pending': () => {
    const world = syncedWorld();
    const id = world.propose(firstInRank(world), fullProposal(world));
    world.approve(id, firstInRank(world));
    const incidents = [...creates(), ...cancels()];
    return decide(inputOf(world.view(), { incidents, witness: firstInRank(world) }));
  },
  in_progress: () => decideCall(eventWorld(), 'in_progress', begins()),
  finish: () => decideCall(eventWorld(), 'finish', finishes()),
  'finish, a result is agreed': () =>
    decideCall(eventWorld(), 'finish', [...finishes(), ...results(2, 1, 'p1', 'p2')]),
  result: () => decideCall(eventWorld(), 'result', results(2, 1, 'p1', 'p2')),
  'result, the event is finished': () => {
    const world = eventWorld();
    world.setEventStatus(EVENT, 'finished');
    return decideCall(world, 'result', results(1, 1, 'p1', 'p2'));
  },
  'result, a split': () =>
    decideCall(eventWorld(), 'result', [...results(2, 1, 'p1'), ...results(1, 2, 'p2')]),
  'result, one that was approved is corrected': () => {
    const world = eventWorld();
    const [us] = ranked(world, 'result');
    const id = pending(world, 'result', results(2, 1, 'p1', 'p2'));
    if (us) world.approve(id, us);
    return decideCall(world, 'result', results(3, 1, 'p1', 'p2'));
  },
  'result, a group was opened after the end': () => {
    const world = eventWorld();
    world.setEventStatus(EVENT, 'finished');
    world.setGroupStatus(MONEYLINE, 'upcoming');
    return decideCall(world, 'result', results(2, 1, 'p1', 'p2'));
  },
  canceled: () => decideCall(eventWorld(), 'canceled', cancels()),
  'canceled, the event is missing': () => decideCall(syncedWorld(SPORTS), 'canceled', cancels()),
  dynamic_bmgs: () =>
    decideCall(eventWorld(), 'dynamic_bmgs', [
      dynamics('p1', [
        { type: 'ou', value: '5.5' },
        { type: 'hc', value: '-2', participant: 'Blue Whales' },
      ]),
      dynamics('p2', [{ type: 'hc', value: '3', participant: 'Red Foxes' }]),
    ]),
  'dynamic_bmgs, a peer has proposed a value near ours': () => {
    const world = eventWorld();
    pending(world, 'dynamic_bmgs', [dynamics('p1', [{ type: 'ou', value: '6.5' }])]);
    return decideCall(world, 'dynamic_bmgs', [dynamics('p1', [{ type: 'ou', value: '5.5' }])]);
  },
  'sync, nothing is on chain': () => {
    const world = makeWorld();
    return decide(
      inputOf(world.view(), { call: 'sync', incidents: [], witness: firstInRank(world, 'sync') }),
    );
  },
};

/** Every case decided now. */
export function goldenDecisions(): Readonly<Record<string, GoldenDecision>> {
  return Object.fromEntries(Object.entries(CASES).map(([name, run]) => [name, goldenOf(run())]));
}
