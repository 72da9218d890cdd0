import { CALLS, type Call } from '../../incidents/types.ts';
import type { DecisionRecord } from '../store.ts';
import type { Collections } from './collections.ts';
import { latestOfEvents } from './current-decisions.ts';
import { toDecisionRecord } from './decision-documents.ts';
import { isDuplicate } from './errors.ts';
import { toLegacyStatus } from './legacy-status.ts';
import { anyDocuments, distinctEvents } from './queries.ts';

/*
 * The event documents of the Python suite are a projection (agreement rule M): each call carries epoch and sequence of
 * the decision behind it, and is only replaced by a higher sequence. Our own readers never look at them once their
 * statuses have been taken over.
 */

const EVENTS_PER_ROUND = 100;

/** Brings the event document up to the decision. Decisions about the sports data belong to no event. */
export async function projectDecision(collections: Collections, record: DecisionRecord): Promise<void> {
  if (record.call !== 'sync') await project(collections, record.eventId, record.call, record);
}

/**
 * Writes the calls of all event documents anew from incidents and decisions.
 * @returns how many events were written
 */
export async function rebuildEventDocuments(collections: Collections, signal?: AbortSignal): Promise<number> {
  const source = { collection: anyDocuments(collections.incidents), field: 'bos.event', filter: {} };
  let written = 0;
  let below: string | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const events = await distinctEvents(source, { $exists: true }, below, EVENTS_PER_ROUND);
    if (events.length === 0) return written;
    const decisions = (await latestOfEvents(collections, events)).map(toDecisionRecord);
    for (const event of events) {
      for (const call of CALLS) {
        const decision = decisions.find((one) => one.eventId === event && one.call === call);
        await project(collections, event, call, decision);
      }
    }
    written += events.length;
    below = events.at(-1);
  }
}

async function project(
  { incidents, events }: Collections,
  event: string,
  call: Call,
  decision: DecisionRecord | undefined,
): Promise<void> {
  const ids = await incidents
    .find({ 'bos.event': event, 'bos.call': call })
    .sort({ _id: 1 })
    .project<{ _id: unknown }>({ _id: 1 })
    .toArray();
  if (ids.length === 0 && !decision) return;
  const sequence = `${call}.bos.sequence`;
  const notNewer = decision
    ? { $or: [{ [sequence]: { $exists: false } }, { [sequence]: { $lte: decision.sequence } }] }
    : { [sequence]: { $exists: false } };
  const content = {
    incidents: ids.map(({ _id }) => _id),
    status: decision ? toLegacyStatus(decision) : { name: 'unknown' },
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
