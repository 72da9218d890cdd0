import {
  type ChainView,
  type EventStatus,
  type ObjectId,
  OP,
  type Operation,
} from '../../../core/chain/types.ts';
import type { StoredIncident } from '../../../core/incidents/types.ts';
import { type ChainIndex, oursOf, textsOf } from './findings-index.ts';
import type { EveningRecord, RecordedWitness } from './record.ts';
import { agreedScore, groupMeant, saidScores, whyNoStatus, whyNotCreated, whyOver } from './support.ts';
import { type Acceptor, Heard, makeAcceptor } from './support-heard.ts';
import { type ExpectedGroup, outcomeOf } from './support-markets.ts';
import { matchOfEvent, type NamedMatch } from './support-names.ts';

/** A transaction is signed on what was heard up to one of so many blocks before the one that holds it, or that one. */
const SIGNED_WITHIN_BLOCKS = 2;

/** What each witness of ours could have gone by when it signed what a block holds. */
export type GroundsOf = (account: string, block: number) => readonly Grounds[];

/** Collects what witnesses had heard when. */
export function groundsOf(record: EveningRecord, index: ChainIndex): GroundsOf {
  const accept = makeAcceptor();
  const heard = new Map(oursOf(record).map((witness) => [witness.name, heardBy(witness, accept)]));
  const [first] = record.blocks;
  return (account, block) => {
    const at = block - (first?.number ?? 0);
    const from = Math.max(0, at - SIGNED_WITHIN_BLOCKS);
    return record.blocks.slice(from, at + 1).map(({ time, view }, offset) => ({
      // What is heard before a block is acted on as the block before it has left the chain.
      view: record.blocks[from + offset - 1]?.view ?? view,
      index,
      incidentsOf: (eventId) => heardAt(heard.get(account), eventId, time),
    }));
  };
}

function heardBy({ incidents }: RecordedWitness, accept: Acceptor): Heard {
  const heard = new Heard(accept);
  for (const { incident, at, outcome } of incidents) if (outcome !== 'refused') heard.add(incident, at);
  return heard;
}

/** No witness of ours signed what its own incidents did not support when it did: proposals and approvals alike. */
export function unsupported(record: EveningRecord, grounds: GroundsOf): readonly string[] {
  return oursOf(record).flatMap((witness) => unsupportedBy(witness, record, grounds));
}

function unsupportedBy(
  { name, id: account }: RecordedWitness,
  { blocks, proposals }: EveningRecord,
  grounds: GroundsOf,
): readonly string[] {
  const operationsOf = new Map(proposals.map(({ id, operations }) => [id, operations]));
  return blocks.flatMap(({ number, transactions }) =>
    transactions
      .filter((transaction) => transaction.account === name)
      .flatMap(({ operations, results }) =>
        operations.map(([tag, fields], place) => signedFor(tag, fields, results[place]?.[1], account)),
      )
      .flatMap(([did, id]) => {
        if (id === undefined) return [];
        const operations = operationsOf.get(id);
        if (!operations) return [`${name} ${did} ${id} in block ${number}, and nobody proposed that`];
        const reasons = grounds(name, number).map((ground) =>
          whyNot(operations, { ...ground, isOwn: did === 'proposed' }),
        );
        // By any of them is enough: nobody sees when exactly it was signed.
        if (reasons.some((reason) => reason === undefined)) return [];
        return [`${name} ${did} ${id} in block ${number}: ${reasons.at(-1)}`];
      }),
  );
}

/** The proposal that an operation signs for: by making it, or by approving it. */
function signedFor(
  tag: number,
  fields: Operation[1],
  result: unknown,
  account: ObjectId,
): readonly [string, ObjectId | undefined] {
  if (tag === OP.proposal_create) return ['proposed', String(result)];
  const added = fields.active_approvals_to_add;
  const isApproval = tag === OP.proposal_update && Array.isArray(added) && added.includes(account);
  return ['approved', isApproval ? String(fields.proposal) : undefined];
}

/** What had been heard of an event up to a time. */
function heardAt(heard: Heard | undefined, eventId: string, cut: Date): readonly StoredIncident[] {
  return (heard?.of(eventId) ?? [])
    .map((incident) => ({
      ...incident,
      sightings: incident.sightings.filter(({ receivedAt }) => receivedAt <= cut),
    }))
    .filter(({ sightings }) => sightings.length > 0);
}

/** What is known of the chain, and what a witness had heard. */
export interface Grounds {
  readonly view: ChainView;
  readonly index: ChainIndex;
  /** Whether it is its own proposal: the season of others' is not compared (oracle reference 16). */
  readonly isOwn?: boolean;
  incidentsOf(eventId: string): readonly StoredIncident[];
}

/** A thing that an operation makes, for those after it that refer to it. */
type Made =
  | { readonly kind: 'event'; readonly match: NamedMatch }
  | { readonly kind: 'group'; readonly match: NamedMatch; readonly group: ExpectedGroup };

/** Why the incidents do not support one of the operations of a proposal; undefined when they support all. */
export function whyNot(operations: readonly Operation[], grounds: Grounds): string | undefined {
  const made: (Made | undefined)[] = [];
  for (const [place, operation] of operations.entries()) {
    const judged = judge(operation, made, grounds);
    if (typeof judged === 'string') return `operation ${place}: ${judged}`;
    made.push(judged);
  }
  return undefined;
}

function judge(
  [tag, fields]: Operation,
  made: readonly (Made | undefined)[],
  grounds: Grounds,
): Made | undefined | string {
  const { view, index, incidentsOf, isOwn = false } = grounds;
  const madeBy = (id: unknown): Made | undefined => {
    const relative = /^0\.\d+\.(\d+)$/.exec(String(id));
    return relative ? made[Number(relative[1])] : undefined;
  };
  switch (tag) {
    case OP.event_create: {
      const match = matchOfEvent(view, {
        name: [...textsOf(fields.name)],
        start_time: String(fields.start_time),
        event_group_id: String(fields.event_group_id),
      });
      if (!match) return `creates ${JSON.stringify(fields.name)}, which is no match of a league`;
      const incidents = incidentsOf(match.eventId);
      const season = textsOf(fields.season).get('en');
      const isSeason = incidents.some(
        ({ call, body }) => call === 'create' && body.arguments.season === season,
      );
      const why =
        whyOver(incidents) ??
        whyNotCreated(incidents) ??
        (isSeason || !isOwn ? undefined : `nobody gave the season "${season}"`);
      return why === undefined ? { kind: 'event', match } : `creates ${match.eventId}: ${why}`;
    }
    case OP.betting_market_group_create: {
      const event = madeBy(fields.event_id);
      const match = event?.kind === 'event' ? event.match : index.events.get(String(fields.event_id));
      if (!match) return `creates a group of ${fields.event_id}, which is no event`;
      const texts = textsOf(fields.description);
      const asset = view.assetSymbol(String(fields.asset_id));
      const incidents = incidentsOf(match.eventId);
      const group = whyOver(incidents) ?? groupMeant(incidents, match, { texts, asset });
      if (typeof group === 'string') return `creates a group of ${match.eventId}: ${group}`;
      const rules = view.rules().find(({ id }) => id === fields.rules_id);
      const rulesName = textsOf(rules?.name).get('identifier');
      if (rulesName !== group.rules)
        return `creates "${group.text}" under the rules ${rulesName}, not ${group.rules}`;
      if (fields.never_in_play !== false || fields.delay_before_settling !== 0)
        return `creates "${group.text}" otherwise than the data`;
      return { kind: 'group', match, group };
    }
    case OP.betting_market_create: {
      const parent = madeBy(fields.group_id);
      const group = parent?.kind === 'group' ? parent : groupOnChain(String(fields.group_id), grounds);
      if (typeof group === 'string') return group;
      const text = textsOf(fields.description).get('en') ?? '';
      if (!group.group.markets.includes(text)) return `creates the market "${text}" in "${group.group.text}"`;
      return undefined;
    }
    case OP.event_update_status: {
      const match = index.events.get(String(fields.event_id));
      if (!match) return `sets the status of ${fields.event_id}, which is no event`;
      const scores = Array.isArray(fields.scores) ? fields.scores.map(String) : [];
      const why =
        whyNoStatus(incidentsOf(match.eventId), fields.status, scores) ??
        whyTooLate(statusIn(view, String(fields.event_id)), fields.status);
      return why === undefined
        ? undefined
        : `sets ${match.eventId} to ${fields.status} ${scores.join(':')}: ${why}`;
    }
    case OP.betting_market_group_resolve:
      return judgeResolution(fields, grounds);
    default:
      return `no incident asks for an operation of type ${tag}`;
  }
}

function groupOnChain(id: ObjectId, { index, incidentsOf }: Grounds): (Made & { kind: 'group' }) | string {
  const found = index.groups.get(id);
  if (!found) return `creates a market in ${id}, which is no group`;
  const incidents = incidentsOf(found.match.eventId);
  const group = whyOver(incidents) ?? groupMeant(incidents, found.match, found);
  return typeof group === 'string'
    ? `creates a market in ${id}: ${group}`
    : { kind: 'group', match: found.match, group };
}

function judgeResolution(fields: Operation[1], { index, incidentsOf }: Grounds): string | undefined {
  const id = String(fields.betting_market_group_id);
  const group = index.groups.get(id);
  if (!group) return `resolves ${id}, which is no group`;
  const { eventId } = group.match;
  const incidents = incidentsOf(eventId);
  const resolutions = textsOf(fields.resolutions);
  if (resolutions.size !== group.markets.size)
    return `resolves ${resolutions.size} of ${group.markets.size} markets of ${id}`;
  const said = [...resolutions].map(([market, outcome]) => ({ text: group.markets.get(market), outcome }));
  const over = whyOver(incidents);
  if (over !== undefined) return `resolves ${id} of ${eventId}: ${over}`;
  const score = agreedScore(incidents);
  if (!score) return `resolves ${id} of ${eventId}: the providers did not agree (${saidScores(incidents)})`;
  const wrong = said.find(
    ({ text, outcome }) => text === undefined || outcomeOf(group.match, text, score) !== outcome,
  );
  return (
    wrong && `resolves "${wrong.text}" of ${eventId} as ${wrong.outcome}, with ${score.home}:${score.away}`
  );
}

/** Whether an event has come so far that this status is not wanted any more (oracle reference 17, "Finish and result"). */
function whyTooLate(present: EventStatus | undefined, status: unknown): string | undefined {
  const isOver = present === 'finished' && status !== 'canceled';
  return isOver || present === status ? `it was ${present} already` : undefined;
}

function statusIn(view: ChainView, id: ObjectId): EventStatus | undefined {
  return view
    .sports()
    .flatMap((sport) => view.eventGroups(sport.id))
    .flatMap((league) => view.events(league.id))
    .find((event) => event.id === id)?.status;
}
