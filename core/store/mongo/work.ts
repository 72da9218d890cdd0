import { ObjectId } from 'mongodb';
import type { DecisionCall } from '../../decide/types.ts';
import { chunks } from '../batch.ts';
import type { DueCall, WorkStore } from '../store.ts';
import { type Collections, documentKey, type RequestDocument } from './collections.ts';
import { latestOfEvents, takeLatest } from './current-decisions.ts';

type Cause = DueCall['causes'][number];
const CAUSES: readonly Cause[] = ['incident', 'request', 'timer', 'midway'];
const BATCH = 1000;
const EVENTS_PER_QUERY = 500;

/** One reason for which a call is due (agreement rules, "Causes"), and since when. */
interface Reason {
  readonly event: string;
  readonly call: DecisionCall;
  readonly cause: Cause;
  readonly at: number;
}

/** Due work of a MongoDB store. */
export function mongoWork(collections: Collections): WorkStore {
  const { requests } = collections;
  return {
    async request({ eventId, call, cause, at }) {
      const _id = new ObjectId();
      await requests.insertOne({ _id, event: eventId, call, cause, at });
      return { id: _id.toHexString(), eventId, call, cause, at };
    },
    async requests(eventId) {
      const found = await requests.find({ event: eventId }).sort({ _id: 1 }).toArray();
      return found.map(({ _id, event, ...rest }) => ({ id: _id.toHexString(), eventId: event, ...rest }));
    },
    async answer(ids) {
      const known = ids.filter((id) => /^[0-9a-f]{24}$/.test(id)).map((id) => new ObjectId(id));
      for (const some of chunks(known, BATCH)) await requests.deleteMany({ _id: { $in: [...some] } });
    },
    async due(now, limit) {
      // The calls that have waited longest are among those that have waited longest for one of the causes.
      const events = new Set<string>();
      for (const reasons of sources(collections, now)) {
        for (const { event } of await firstCalls(reasons, limit)) events.add(event);
      }
      return toDueCalls(await reasonsOfEvents(collections, [...events], now)).slice(0, limit);
    },
    async dueOfEvent(eventId, now) {
      return toDueCalls(await reasonsOfEvents(collections, [eventId], now));
    },
    async countDue(now) {
      const calls = new Set<string>();
      for (const reasons of sources(collections, now)) {
        for await (const { event, call } of reasons) calls.add(documentKey(event, call));
      }
      return calls.size;
    },
  };
}

/** All reasons, cause by cause, each oldest first. */
function sources(collections: Collections, now: Date): readonly AsyncIterable<Reason>[] {
  return [
    unseen(collections, {}),
    asked(collections, {}),
    marked(collections, { retryAt: { $ne: null, $lte: now } }, { retryAt: 1 }, now),
    marked(collections, { status: 'midway' }, { decidedAt: 1 }, now),
  ];
}

/** What speaks for one call after the other, until `count` calls were seen. */
async function firstCalls(reasons: AsyncIterable<Reason>, count: number): Promise<readonly Reason[]> {
  const seen = new Map<string, Reason>();
  for await (const reason of reasons) {
    const key = documentKey(reason.event, reason.call);
    if (!seen.has(key)) seen.set(key, reason);
    if (seen.size >= count) break;
  }
  return [...seen.values()];
}

async function reasonsOfEvents(
  collections: Collections,
  events: readonly string[],
  now: Date,
): Promise<readonly Reason[]> {
  const found: Reason[] = [];
  for (const some of chunks(events, EVENTS_PER_QUERY)) {
    for await (const reason of unseen(collections, { 'bos.event': { $in: some } })) found.push(reason);
    for await (const reason of asked(collections, { event: { $in: some } })) found.push(reason);
    for (const decision of await latestOfEvents(collections, some)) found.push(...timed(decision, now));
  }
  return found;
}

async function* unseen({ incidents }: Collections, filter: object): AsyncGenerator<Reason> {
  const documents = incidents
    .find({ 'bos.seen': false, ...filter })
    .sort({ 'bos.received': 1 })
    .project<{ bos: { event: string; call: DecisionCall; received: string } }>({
      'bos.event': 1,
      'bos.call': 1,
      'bos.received': 1,
    });
  for await (const { bos } of documents) {
    if (bos.call === 'unknown') continue;
    yield { event: bos.event, call: bos.call, cause: 'incident', at: Date.parse(bos.received) };
  }
}

async function* asked({ requests }: Collections, filter: object): AsyncGenerator<Reason> {
  const documents = requests
    .find({ call: { $ne: 'unknown' }, ...filter })
    .sort({ at: 1 })
    .project<Pick<RequestDocument, 'event' | 'call' | 'at'>>({ event: 1, call: 1, at: 1 });
  for await (const { event, call, at } of documents) {
    yield { event, call, cause: 'request', at: at.getTime() };
  }
}

/** Reasons in decisions that a filter finds; those that are not the latest of their calls count for nothing. */
async function* marked(
  collections: Collections,
  filter: object,
  sort: Readonly<Record<string, 1>>,
  now: Date,
): AsyncGenerator<Reason> {
  const documents = await collections.decisions
    .find({ current: true, ...filter })
    .sort(sort)
    .toArray();
  for (const decision of await takeLatest(collections, documents)) yield* timed(decision, now);
}

/** `midway` waits for its timer where it has one. */
function timed(
  decision: {
    readonly event: string;
    readonly call: DecisionCall;
    readonly status: string;
    readonly retryAt: Date | null;
    readonly decidedAt: Date;
  },
  now: Date,
): readonly Reason[] {
  const { event, call, status, retryAt, decidedAt } = decision;
  if (call === 'unknown' || (retryAt && retryAt > now)) return [];
  return [
    ...(retryAt ? [{ event, call, cause: 'timer', at: retryAt.getTime() } as const] : []),
    ...(status === 'midway' ? [{ event, call, cause: 'midway', at: decidedAt.getTime() } as const] : []),
  ];
}

/** One entry per call: `midway` first, then what has waited longest. */
function toDueCalls(reasons: readonly Reason[]): readonly DueCall[] {
  const calls = [...Map.groupBy(reasons, ({ event, call }) => documentKey(event, call)).values()];
  return calls
    .map((ofCall) => ({
      causes: CAUSES.filter((cause) => ofCall.some((reason) => reason.cause === cause)),
      at: Math.min(...ofCall.map(({ at }) => at)),
      first: ofCall[0],
    }))
    .flatMap(({ first, causes, at }) =>
      first ? [{ eventId: first.event, call: first.call, causes, at }] : [],
    )
    .sort(
      (a, b) =>
        Number(b.causes.includes('midway')) - Number(a.causes.includes('midway')) ||
        a.at - b.at ||
        compareText(a.eventId, b.eventId) ||
        compareText(a.call, b.call),
    )
    .map(({ eventId, call, causes }) => ({ eventId, call, causes }));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
