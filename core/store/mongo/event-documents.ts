import type { Document, ObjectId } from 'mongodb';
import { CALLS, type Call } from '../../incidents/types.ts';
import type { DecisionRecord } from '../store.ts';
import { type Collections, documentKey } from './collections.ts';
import { latestOfEvents } from './current-decisions.ts';
import { toDecisionRecord } from './decision-documents.ts';
import { isDuplicate } from './errors.ts';
import { isTakenOver, legacyStatuses, toLegacyStatus } from './legacy-status.ts';
import { anyDocuments, distinctEventsOf } from './queries.ts';

/*
 * The event documents of the Python suite are a projection (agreement rule M): each call carries epoch and sequence of
 * the decision behind it, and is only replaced by a higher sequence. Our own readers never look at them once their
 * statuses have been taken over.
 */

const EVENTS_PER_ROUND = 100;

/** Brings the event document up to the decision. Decisions about the sports data belong to no event. */
export async function projectDecision(collections: Collections, record: DecisionRecord): Promise<void> {
  const { eventId, call } = record;
  if (call === 'sync') return;
  const incidents = await collections.incidents
    .find({ 'bos.event': eventId, 'bos.call': call })
    .sort({ _id: 1 })
    .project<{ _id: ObjectId }>({ _id: 1 })
    .toArray();
  await project(collections, {
    event: eventId,
    call,
    incidents: incidents.map(({ _id }) => _id),
    decision: record,
  });
}

/**
 * Writes the calls of all event documents anew from incidents and decisions, also where a document claims a decision
 * that was never made. What else stands in a document stays.
 * @returns how many events were written
 */
export async function rebuildEventDocuments(collections: Collections, signal?: AbortSignal): Promise<number> {
  const sources = [
    { collection: anyDocuments(collections.incidents), field: 'bos.event', filter: {} },
    {
      collection: anyDocuments(collections.decisions),
      field: 'event',
      filter: { current: true, call: { $ne: 'sync' } },
    },
  ];
  let written = 0;
  let below: string | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const events = await distinctEventsOf(sources, { $exists: true }, below, EVENTS_PER_ROUND);
    if (events.length === 0) return written;
    await rebuildSome(collections, events);
    written += events.length;
    below = events.at(-1);
  }
}

async function rebuildSome(collections: Collections, events: readonly string[]): Promise<void> {
  // Before the decisions: a decision is recorded before a document has its sequence.
  const found = await collections.events.find({ id_string: { $in: [...events] } }).toArray();
  const documents = new Map(found.map((document) => [document.id_string, document]));
  const incidents = await collections.incidents
    .find({ 'bos.event': { $in: [...events] } })
    .project<{ _id: ObjectId; bos: { event: string; call: Call } }>({ 'bos.event': 1, 'bos.call': 1 })
    .toArray();
  const inOrder = incidents.toSorted((a, b) => (a._id.toHexString() < b._id.toHexString() ? -1 : 1));
  const ids = Map.groupBy(inOrder, ({ bos: { event, call } }) => documentKey(event, call));
  const decisions = (await latestOfEvents(collections, events)).map(toDecisionRecord);
  for (const event of events) {
    const document: Document = documents.get(event) ?? {};
    const statuses = legacyStatuses(document);
    for (const call of CALLS) {
      const decision = decisions.find((one) => one.eventId === event && one.call === call);
      // The Python suite's own status says more than what we took over of it.
      const isOriginal = decision && isTakenOver(decision) && statuses.get(call)?.status === decision.status;
      await project(collections, {
        event,
        call,
        incidents: ids.get(documentKey(event, call))?.map(({ _id }) => _id) ?? [],
        decision,
        claimed: document[call]?.bos?.sequence,
        ...(isOriginal && { status: document[call]?.status }),
      });
    }
  }
}

/** A call of an event document as it is to be. */
interface Projection {
  readonly event: string;
  readonly call: Call;
  readonly incidents: readonly ObjectId[];
  readonly decision: DecisionRecord | undefined;
  /** The sequence that the document had before `decision` was read; one that is higher was never given. */
  readonly claimed?: unknown;
  /** To be written instead of what the decision says. */
  readonly status?: unknown;
}

async function project({ events }: Collections, wanted: Projection): Promise<void> {
  const { event, call, incidents, decision, claimed, status } = wanted;
  if (incidents.length === 0 && !decision) return;
  const sequence = `${call}.bos.sequence`;
  const latest = decision?.sequence ?? 0;
  const isFalse = claimed !== undefined && !(typeof claimed === 'number' && claimed <= latest);
  const notNewer = {
    $or: [
      { [sequence]: { $exists: false } },
      { [sequence]: { $lte: latest } },
      ...(isFalse ? [{ [sequence]: claimed }] : []),
    ],
  };
  const content = {
    incidents,
    status: status ?? (decision ? toLegacyStatus(decision) : { name: 'unknown' }),
    ...(decision && { bos: { epoch: decision.epoch, sequence: decision.sequence } }),
  };
  const write = () =>
    events.updateOne(
      { id_string: event, ...notNewer },
      { $set: { [call]: content, bos: { event } } },
      { upsert: true },
    );
  try {
    await write();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    // Another call of the event made the document just now, or the document is newer: then this meets the key again.
    await write().catch((again: unknown) => {
      if (!isDuplicate(again)) throw again;
    });
  }
}
