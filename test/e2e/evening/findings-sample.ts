import type { AccountRef, ChainView, ObjectId, Operation } from '../../../core/chain/types.ts';
import { OP } from '../../../core/chain/types.ts';
import type { DecisionCall } from '../../../core/decide/types.ts';
import type { Call, JsonObject } from '../../../core/incidents/types.ts';
import type { DecisionRecord } from '../../../core/store/store.ts';
import { makeWorld } from '../../support/view-builder.ts';
import { ended, noteEvents } from './findings-sample-events.ts';
import { alone } from './legacy.ts';
import type {
  EveningRecord,
  RecordedApproval,
  RecordedBlock,
  RecordedEvent,
  RecordedProposal,
  RecordedTransaction,
} from './record.ts';
import { Heard, makeAcceptor } from './support-heard.ts';
import { type Delivery, type Evening, type Match, rolesOf } from './types.ts';

/*
 * An evening written down by hand, for tests of the findings: four matches, each proposed by witness1 and approved by
 * the first six. Everybody but the silent one hears of everything at once.
 */

const STARTS_AT = new Date('2026-10-01T15:00:00Z');
const START = new Date('2026-10-01T17:00:00Z');
const SCORE = { home: 3, away: 1 };
const [A, B] = ['provider-a', 'provider-b'];
const THRESHOLD = 6;

/** An evening and its record, on which every property holds. */
export interface Sample {
  readonly evening: Evening;
  readonly record: EveningRecord;
  /** Proposals by what they are for, e.g. `result of settled`. */
  readonly proposals: ReadonlyMap<string, ObjectId>;
  readonly matches: Readonly<Record<Name, Match>>;
}

type Name = 'settled' | 'canceled' | 'undecided' | 'absent';
const TEAMS: Readonly<Record<Name, readonly [home: string, away: string]>> = {
  settled: ['Boston Bruins', 'Buffalo Sabres'],
  canceled: ['Dallas Stars', 'Detroit Red Wings'],
  undecided: ['Edmonton Oilers', 'Florida Panthers'],
  absent: ['Calgary Flames', 'Chicago Blackhawks'],
};

/** Writes it down. */
export function makeSample(): Sample {
  const world = makeWorld({ witnesses: 11, time: STARTS_AT.toISOString() });
  const heard = new Heard(makeAcceptor());
  const deliveries: Delivery[] = [];
  const blocks: RecordedBlock[] = [];
  const proposals: RecordedProposal[] = [];
  const byName = new Map<string, ObjectId>();
  const seen = new Map<ObjectId, RecordedEvent>();
  const listeners = rolesOf('ours').flatMap((role, witness) => (role === 'silent' ? [] : [witness]));
  const eventIds = new Map<Name, string>();

  const wanted = (eventId: string, call: DecisionCall): readonly Operation[] =>
    alone(world.view(), eventId, call, heard.of(eventId)).propose?.operations ?? [];
  for (let operations = wanted('sports:devnet', 'sync'); operations.length > 0; ) {
    world.execute(operations);
    operations = wanted('sports:devnet', 'sync');
  }

  const tell = (name: Name, provider: string, call: Call, args: JsonObject): void => {
    const at = world.view().head.time;
    const incident = incidentOf(TEAMS[name], provider, call, args, at);
    const { eventId } = heard.add(incident, at);
    eventIds.set(name, eventId);
    for (const witness of listeners) deliveries.push({ at, witness, eventId, incident });
  };
  const block = (transactions: readonly RecordedTransaction[]): RecordedBlock => {
    world.block();
    const view = world.view();
    const made: RecordedBlock = {
      number: view.head.number,
      time: view.head.time,
      view,
      changed: true,
      transactions,
    };
    blocks.push(made);
    noteEvents(view, seen);
    return made;
  };
  const carryOut = (name: Name, call: Call): void => {
    const operations = wanted(eventIds.get(name) ?? '', call);
    const [proposer, ...others] = world.witnesses.slice(0, THRESHOLD);
    if (!proposer) throw new Error('a world has witnesses');
    const id = world.propose(proposer, operations);
    byName.set(`${call} of ${name}`, id);
    const creation = block([proposalOf(proposer, id, operations, world.view())]);
    const approving = [proposer, ...others];
    for (const account of approving) world.approve(id, account);
    const execution = block(approving.map((account) => approvalOf(account, id)));
    proposals.push({
      id,
      proposer: proposer.name,
      operations,
      block: creation.number,
      at: creation.time,
      expiresAt: new Date(creation.time.getTime() + 6 * 3_600_000),
      approvals: approving.map(
        (account, place): RecordedApproval => ({
          account: account.name,
          action: 'add',
          block: execution.number,
          at: execution.time,
          place,
        }),
      ),
      outcome: 'executed',
      closedIn: execution.number,
    });
  };

  for (const name of ['settled', 'canceled', 'undecided'] as const) {
    for (const provider of [A, B]) tell(name, provider, 'create', { season: '2026' });
    carryOut(name, 'create');
  }
  tell('absent', A, 'create', { season: '2026' });
  tell('settled', A, 'dynamic_bmgs', { types: [{ type: 'ou', value: '5.5' }] });
  carryOut('settled', 'dynamic_bmgs');
  tell('settled', A, 'in_progress', {});
  carryOut('settled', 'in_progress');
  tell('canceled', B, 'canceled', {});
  carryOut('canceled', 'canceled');
  for (const provider of [A, B]) {
    tell('settled', provider, 'result', { home_score: SCORE.home, away_score: SCORE.away });
    tell('undecided', provider, 'result', { home_score: provider === A ? 1 : 2, away_score: 0 });
  }
  carryOut('settled', 'result');
  block([]);

  const match = (name: Name, rest: Pick<Match, 'fate' | 'expected' | 'dynamic'>): Match => {
    const [home, away] = TEAMS[name];
    const eventId = eventIds.get(name) ?? '';
    return {
      eventId,
      sport: 'Ice Hockey',
      league: 'NHL Regular Season',
      home,
      away,
      startTime: START,
      ...rest,
    };
  };
  const matches: Sample['matches'] = {
    settled: match('settled', {
      fate: 'never_finished',
      expected: { kind: 'settled', score: SCORE, scoresAreKnown: true },
      dynamic: ['ou'],
    }),
    canceled: match('canceled', { fate: 'canceled_before', expected: { kind: 'canceled' }, dynamic: [] }),
    undecided: match('undecided', { fate: 'split', expected: { kind: 'undecided' }, dynamic: [] }),
    absent: match('absent', { fate: 'one_provider', expected: { kind: 'absent' }, dynamic: [] }),
  };
  const undecided = alone(
    world.view(),
    matches.undecided.eventId,
    'result',
    heard.of(matches.undecided.eventId),
  );
  // Findings look at nothing else of a decision.
  const decision = { status: undecided.status, reasons: undecided.reasons } as unknown as DecisionRecord;
  const record: EveningRecord = {
    blocks,
    proposals,
    events: [...seen.values()].map((event) => ended(event, proposals, world.view())),
    witnesses: world.witnesses.map(({ name, id }, witness) => ({
      witness,
      name,
      id,
      role: rolesOf('ours')[witness] ?? 'ours',
      incidents: deliveries
        .filter((delivery) => delivery.witness === witness)
        .map(({ at, incident, eventId }) => ({ at, incident, eventId, outcome: 'new' })),
      errors: [],
      decisions: new Map([[matches.undecided.eventId, new Map([['result', decision]])]]),
    })),
    authority: { threshold: THRESHOLD, weights: new Map(world.witnesses.map(({ name }) => [name, 1])) },
    figures: {
      virtualMs: 0,
      wallMs: 0,
      blocks: blocks.length,
      deliveries: deliveries.length,
      decisions: 0,
      runs: 0,
      transactions: 0,
      roundTrips: 0,
      effects: {},
      doubts: 0,
    },
  };
  const endsAt = world.view().head.time;
  const evening: Evening = {
    seed: 0,
    cast: 'ours',
    nodes: 'one',
    startsAt: STARTS_AT,
    endsAt,
    matches: Object.values(matches),
    deliveries,
  };
  return { evening, record, proposals: byName, matches };
}

/** A transaction that makes a proposal. */
export function proposalOf(
  { name, id: account }: AccountRef,
  id: ObjectId,
  operations: readonly Operation[],
  view: ChainView,
): RecordedTransaction {
  const expiration = new Date(view.head.time.getTime() + 6 * 3_600_000).toISOString().slice(0, 19);
  const fields = {
    fee_paying_account: account,
    expiration_time: expiration,
    proposed_ops: operations.map((op) => ({ op })),
  };
  return { account: name, operations: [[OP.proposal_create, fields]], results: [[1, id]] };
}

/** A transaction that approves a proposal. */
export function approvalOf({ name, id: account }: AccountRef, proposal: ObjectId): RecordedTransaction {
  const fields = {
    fee_paying_account: account,
    proposal,
    active_approvals_to_add: [account],
    active_approvals_to_remove: [],
  };
  return { account: name, operations: [[OP.proposal_update, fields]], results: [[0, {}]] };
}

function incidentOf(
  [home, away]: readonly [string, string],
  provider: string,
  call: Call,
  args: JsonObject,
  at: Date,
): JsonObject {
  return {
    id: {
      sport: 'Ice Hockey',
      event_group_name: 'NHL Regular Season',
      start_time: START.toISOString(),
      home,
      away,
    },
    call,
    arguments: args,
    provider_info: { name: provider, pushed: at.toISOString() },
    timestamp: new Date(at.getTime() - 2 * 3_600_000).toISOString(),
  };
}
