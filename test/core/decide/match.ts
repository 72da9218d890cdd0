import assert from 'node:assert/strict';
import type { AccountRef, ChainView, ObjectId, Operation } from '../../../core/chain/types.ts';
import { decide } from '../../../core/decide/decide.ts';
import { rankOf } from '../../../core/decide/rank.ts';
import type { DecideInput, Decision, DecisionMemory } from '../../../core/decide/types.ts';
import type { Call, StoredIncident } from '../../../core/incidents/types.ts';
import type { SportsData } from '../../../core/sports/types.ts';
import { dynamicSports } from '../../support/sample-sports.ts';
import type { World, WorldOptions } from '../../support/view-builder.ts';
import { inputOf, makeActor, type Report, START, stored, syncedWorld } from './scenario.ts';

/** The calls in the order in which a worker runs them. */
export const MATCH_CALLS = [
  'create',
  'in_progress',
  'finish',
  'result',
  'canceled',
  'dynamic_bmgs',
] as const satisfies readonly Call[];
export type MatchCall = (typeof MATCH_CALLS)[number];

/** Sports with dynamic groups; one value for all tests, because nothing changes it. */
export const SPORTS = dynamicSports();
/** Ids in a world with one event made from SPORTS. */
export const EVENT = '1.22.0';
export const MONEYLINE = '1.24.0';

/** Reports of one provider each. */
export function reports(call: Call, args: Report['arguments'], ...providers: string[]): StoredIncident[] {
  return providers.map((provider) => stored({ provider, call, arguments: args ?? {} }, SPORTS));
}

export const creates = () => reports('create', { season: '2026' }, 'p1', 'p2');
export const begins = (...providers: string[]) => reports('in_progress', {}, ...orOne(providers));
export const finishes = (...providers: string[]) => reports('finish', {}, ...orOne(providers));
export const cancels = (...providers: string[]) => reports('canceled', {}, ...orOne(providers));
export const results = (home: number | string, away: number | string, ...providers: string[]) =>
  reports('result', { home_score: String(home), away_score: String(away) }, ...orOne(providers));

function orOne(providers: readonly string[]): readonly string[] {
  return providers.length > 0 ? providers : ['p1'];
}

/** One type of a dynamic_bmgs report. */
export interface Stated {
  readonly type: string;
  readonly value: string;
  readonly participant?: string;
}

/** A dynamic_bmgs report that is old enough. */
export function dynamics(
  provider: string,
  types: readonly Stated[],
  rest: Partial<Report> = {},
): StoredIncident {
  // A test report has flat arguments; this call's are a list.
  const args = { types } as unknown as NonNullable<Report['arguments']>;
  return stored({ provider, call: 'dynamic_bmgs', arguments: args, ...rest }, SPORTS);
}

/** A world in which the event is on chain irreversibly, with its static market group. */
export function eventWorld(options: WorldOptions = {}): World {
  const world = syncedWorld(SPORTS, options);
  world.execute(proposalOf(world, 'create', creates()));
  world.block(5);
  return world;
}

/** The witnesses in the order in which they propose for a call of the sample's match. */
export function ranked(world: World, call: Call): readonly AccountRef[] {
  const ids = world.witnesses.map(({ id }) => id);
  const rank = (id: ObjectId) => rankOf({ sport: 'Hockey', call, day: START.slice(0, 10) }, id, ids) ?? 0;
  return [...world.witnesses].sort((a, b) => rank(a.id) - rank(b.id));
}

/** What a witness decides of a call on the world as it is. */
export function decideCall(
  world: World,
  call: Call,
  incidents: readonly StoredIncident[],
  rest: Partial<DecideInput> & { readonly place?: number } = {},
): Decision {
  const { place = 0, ...parts } = rest;
  const witness = ranked(world, call)[place];
  return decide(
    inputOf(world.view(), { call, sports: SPORTS, incidents, ...(witness ? { witness } : {}), ...parts }),
  );
}

/** The operations that the first in rank proposes. */
export function proposalOf(
  world: World,
  call: Call,
  incidents: readonly StoredIncident[],
  rest: Partial<DecideInput> = {},
): readonly Operation[] {
  const decision = decideCall(world, call, incidents, rest);
  if (!decision.propose)
    throw new Error(`nothing to propose: ${decision.status} ${JSON.stringify(decision.reasons)}`);
  return decision.propose.operations;
}

/** A witness of ours that runs the calls that are due or unfinished, as a worker does. */
export interface Witness {
  readonly account: AccountRef;
  incidents: readonly StoredIncident[];
  readonly decisions: Map<MatchCall, Decision>;
  memory(call: MatchCall): DecisionMemory;
  /** Every proposal of its own. */
  proposed(): readonly ObjectId[];
  run(view?: ChainView): void;
}

export function makeWitness(
  world: World,
  account: AccountRef,
  incidents: readonly StoredIncident[] = [],
  sports: SportsData = SPORTS,
): Witness {
  const actors = new Map(MATCH_CALLS.map((call) => [call, makeActor(world, account, { sports, call })]));
  const seen = new Map<MatchCall, number>();
  const witness: Witness = {
    account,
    incidents,
    decisions: new Map(),
    memory: (call) => actors.get(call)?.memory ?? {},
    proposed: () => [...actors.values()].flatMap((actor) => [...actor.proposed.keys()]),
    run(view = world.view()) {
      // The worker hands the id of the event from any call of it to all of them.
      const created = [...actors.values()].map(({ memory }) => memory.created).find((id) => id !== undefined);
      for (const [call, actor] of actors) {
        if (created !== undefined) actor.memory = { created, ...actor.memory };
        const own = witness.incidents.filter((incident) => incident.call === call).length;
        const isDue = seen.get(call) !== own || witness.decisions.get(call)?.final === false;
        if (own === 0 || !isDue) continue;
        seen.set(call, own);
        actor.incidents = witness.incidents;
        witness.decisions.set(call, actor.run(view));
      }
    },
  };
  return witness;
}

/** Lets all act for a number of blocks, each on the block before. */
export function play(world: World, all: readonly { run(view: ChainView): void }[], blocks: number): void {
  for (let block = 0; block < blocks; block += 1) {
    const view = world.view();
    for (const each of all) each.run(view);
    world.block();
  }
}

/** All witnesses of the world as ours, with the same incidents. */
export function allOurs(world: World, incidents: readonly StoredIncident[] = []): readonly Witness[] {
  return world.witnesses.map((account) => makeWitness(world, account, incidents));
}

/** Adds incidents to what each has. */
export function report(all: readonly Witness[], incidents: readonly StoredIncident[]): void {
  for (const witness of all) witness.incidents = [...witness.incidents, ...incidents];
}

/** What each witness says of a call; they have to say the same. */
export function agreedOn(all: readonly Witness[], call: MatchCall): string {
  const said = all.map(({ decisions }) => {
    const decision = decisions.get(call);
    return decision ? `${decision.status}${decision.final ? ' final' : ''}` : 'nothing';
  });
  assert.equal(new Set(said).size, 1, said.join(', '));
  return said[0] ?? 'nothing';
}

/** The operations of executed proposals, oldest first, as `tag` or `tag status`. */
export function executedOf(world: World): readonly string[] {
  return world
    .view()
    .closedProposals()
    .filter(({ outcome }) => outcome === 'executed')
    .flatMap(({ proposal }) => proposal.proposed_transaction.operations)
    .map(([tag, fields]) => (fields.status === undefined ? String(tag) : `${tag} ${String(fields.status)}`));
}
