import { operationKeys } from '../../../core/chain/operation-key.ts';
import {
  type AccountRef,
  type ChainEvent,
  type ChainProposal,
  type ChainView,
  CORE_ASSET,
  type EventStatus,
  type ObjectId,
  OP,
  type Operation,
} from '../../../core/chain/types.ts';
import { decide } from '../../../core/decide/decide.ts';
import { decideSettings } from '../../../core/decide/settings.ts';
import type { Decision, DecisionCall } from '../../../core/decide/types.ts';
import type { Call, StoredIncident } from '../../../core/incidents/types.ts';
import { testConfig } from '../../support/witness-config.ts';
import { legacyScore } from './legacy-score.ts';
import { normalizer, sports } from './sports.ts';
import { matchOfEvent } from './support-names.ts';

const RETRY_MS = 60_000;
const SETTINGS = decideSettings(testConfig({}));
const RELATIVE = /^0\.\d+\.(\d+)$/;

/** One call of one event that an incident asks to be looked at. */
export interface LegacyJob {
  readonly eventId: string;
  readonly call: Call;
}

/** What a legacy witness carries from one turn to the next. */
export interface LegacyMemory {
  /** Calls that were left unfinished or too early, and when its scheduler looks at them again. */
  readonly retries: readonly (LegacyJob & { readonly at: Date })[];
}

/** What a turn depends on. */
export interface LegacyInput {
  readonly view: ChainView;
  readonly account: AccountRef;
  /** Jobs for the incidents that came since the last turn; a repeat is a job as well. */
  readonly jobs: readonly LegacyJob[];
  /** What it has heard of an event. */
  incidentsOf(eventId: string): readonly StoredIncident[];
  readonly memory: LegacyMemory;
  /** Most operations of one of its proposals. */
  readonly pieceSize: number;
}

/** What it does in a turn. */
export interface LegacyTurn {
  /** Proposals to be made, with the operations of each. */
  readonly propose: readonly (readonly Operation[])[];
  /** Proposals that it adds its approval to; it never withdraws one. */
  readonly approve: readonly ObjectId[];
  readonly memory: LegacyMemory;
}

/**
 * One turn of a witness that behaves as the Python suite does (oracle reference 5 to 9, 12): it acts when an incident
 * comes, or its scheduler asks again, and not when the chain changes. It looks at the incidents of the call alone, so
 * a cancel keeps it from nothing. It proposes at once, whatever its rank, what is neither on chain nor pending, in
 * pieces of a size of its own; children of parents that are only pending have to wait. It approves every proposal whose
 * operations are all wanted, equal twins included, and its own before and after each job.
 */
export function legacyTurn(input: LegacyInput): LegacyTurn {
  const { view, account, memory } = input;
  const due = memory.retries.filter(({ at }) => at <= view.head.time);
  const jobs = [
    ...new Map([...input.jobs, ...due].map((job) => [`${job.call} ${job.eventId}`, job])).values(),
  ];
  const approve = new Set<ObjectId>(jobs.length > 0 ? own(view, account) : []);
  const propose: (readonly Operation[])[] = [];
  const retries = memory.retries.filter((retry) => !due.includes(retry));
  for (const { eventId, call } of jobs) {
    const done = run(input, eventId, call);
    for (const id of done.approve) approve.add(id);
    if (done.propose.length > 0) propose.push(done.propose);
    const at = new Date(view.head.time.getTime() + RETRY_MS);
    if (done.isUnfinished) retries.push({ eventId, call, at });
  }
  return { propose, approve: [...approve], memory: { retries } };
}

interface Run {
  readonly propose: readonly Operation[];
  readonly approve: readonly ObjectId[];
  readonly isUnfinished: boolean;
}

const NOTHING: Run = { propose: [], approve: [], isUnfinished: false };

function run(input: LegacyInput, eventId: string, call: Call): Run {
  const { view, account, pieceSize } = input;
  const incidents = input.incidentsOf(eventId).filter((incident) => incident.call === call);
  if (incidents.length === 0) return NOTHING;
  const wanted = wantedBy(input, eventId, call, incidents);
  if (wanted === 'later') return { ...NOTHING, isUnfinished: true };
  const keys = new Set(operationKeys(wanted));
  const approve: ObjectId[] = [];
  const pending = new Set<string>();
  const adopted = new Set<string>();
  for (const proposal of view.proposals()) {
    if (!view.authority.weights.has(proposal.proposer)) continue;
    const { operations } = proposal.proposed_transaction;
    const held = operationKeys(operations);
    const types = dynamicTypes(operations);
    const isEqual = held.every((key) => keys.has(key));
    const isNear =
      !isEqual && call === 'dynamic_bmgs' && types.length > 0 && accepts(input, eventId, incidents, proposal);
    for (const key of held) if (keys.has(key)) pending.add(key);
    if (!isEqual && !isNear) continue;
    for (const type of types) adopted.add(type);
    if (!proposal.available_active_approvals.includes(account.id)) approve.push(proposal.id);
  }
  const open = adopted.size === 0 ? wanted : withoutTypes(wanted, adopted);
  const openKeys = operationKeys(open);
  const isMissing = (index: number) => !pending.has(openKeys[index] ?? '');
  const piece = chosen(open, isMissing).slice(0, Math.max(1, pieceSize));
  return {
    propose: piece,
    approve,
    isUnfinished: piece.length < openKeys.filter((_, at) => isMissing(at)).length,
  };
}

/** What the incidents of one call want now, as far as it is not on chain. */
function wantedBy(
  { view }: LegacyInput,
  eventId: string,
  call: Call,
  incidents: readonly StoredIncident[],
): readonly Operation[] | 'later' {
  const event = eventOn(view, eventId);
  const status = (to: EventStatus): readonly Operation[] =>
    event && event.status !== to ? [statusOperation(view, event.id, to)] : [];
  switch (call) {
    case 'in_progress':
      return status('in_progress');
    case 'finish':
      return status('finished');
    case 'canceled':
      return status('canceled');
    case 'unknown':
      return [];
    case 'result': {
      const score = legacyScore(incidents);
      return score ? operationsOf(alone(view, eventId, call, score)) : [];
    }
    case 'create':
    case 'dynamic_bmgs': {
      const decision = alone(view, eventId, call, incidents);
      return decision.status === 'postponed' ? 'later' : operationsOf(decision);
    }
  }
}

function operationsOf({ propose }: Decision): readonly Operation[] {
  return propose?.operations ?? [];
}

/** What somebody would decide as the only witness, with nothing pending but, where given, one proposal. */
export function alone(
  view: ChainView,
  eventId: string,
  call: DecisionCall,
  incidents: readonly StoredIncident[],
  proposal?: ChainProposal,
): Decision {
  const account = { name: 'alone', id: proposal?.proposer ?? '1.2.0' };
  return decide({
    eventId,
    call,
    incidents,
    sports,
    normalizer,
    view: {
      ...view,
      authority: { threshold: 1, weights: new Map([[account.id, 1]]) },
      proposals: () => (proposal ? [{ ...proposal, available_active_approvals: [] }] : []),
      proposal: (id) => (id === proposal?.id ? proposal : undefined),
      closedProposals: () => [],
    },
    settings: SETTINGS,
    proposer: account,
    approver: account,
    memory: {},
  });
}

/** Whether it takes a proposal of dynamic markets with a value near its own for its own. */
function accepts(
  { view }: LegacyInput,
  eventId: string,
  incidents: readonly StoredIncident[],
  proposal: ChainProposal,
): boolean {
  const { approvals } = alone(view, eventId, 'dynamic_bmgs', incidents, proposal);
  return approvals.some(({ action }) => action === 'add');
}

function own(view: ChainView, { id }: AccountRef): readonly ObjectId[] {
  return view
    .proposals()
    .filter((each) => each.proposer === id && !each.available_active_approvals.includes(id))
    .map((each) => each.id);
}

function eventOn(view: ChainView, eventId: string): ChainEvent | undefined {
  return view
    .sports()
    .flatMap((sport) => view.eventGroups(sport.id))
    .flatMap((league) => view.events(league.id))
    .find((event) => matchOfEvent(view, event)?.eventId === eventId);
}

function statusOperation(view: ChainView, event_id: ObjectId, status: EventStatus): Operation {
  const tag = OP.event_update_status;
  const fee = { amount: view.bookieFee(tag), asset_id: CORE_ASSET };
  return [tag, { fee, event_id, status, scores: [], extensions: [] }];
}

function dynamicTypes(operations: readonly Operation[]): readonly string[] {
  return operations.flatMap(([tag, { description }]) => {
    if (tag !== OP.betting_market_group_create || !Array.isArray(description)) return [];
    const pair: unknown = description.find((each: unknown) => Array.isArray(each) && each[0] === '_dynamic');
    return Array.isArray(pair) ? [String(pair[1])] : [];
  });
}

function withoutTypes(operations: readonly Operation[], types: ReadonlySet<string>): readonly Operation[] {
  return chosen(
    operations,
    (index) => !dynamicTypes([operations[index] ?? [0, {}]]).some((type) => types.has(type)),
  );
}

/** Those operations that are chosen and whose relative parents are, with their references renumbered. */
function chosen(
  operations: readonly Operation[],
  isChosen: (index: number) => boolean,
): readonly Operation[] {
  const places = new Map<number, number>();
  const kept: Operation[] = [];
  for (const [index, [tag, fields]] of operations.entries()) {
    if (!isChosen(index)) continue;
    const parents = Object.entries(fields).flatMap(([name, value]) => {
      const found = name.endsWith('_id') && typeof value === 'string' ? RELATIVE.exec(value) : null;
      return found ? [[name, places.get(Number(found[1]))] as const] : [];
    });
    if (parents.some(([, place]) => place === undefined)) continue;
    places.set(index, kept.length);
    kept.push([
      tag,
      { ...fields, ...Object.fromEntries(parents.map(([name, place]) => [name, `0.0.${place}`])) },
    ]);
  }
  return kept;
}
