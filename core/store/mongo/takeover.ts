import type { AnyBulkWriteOperation, Document, ObjectId } from 'mongodb';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { chunks } from '../batch.ts';
import {
  type Collections,
  documentKey,
  type IncidentDocument,
  type IncidentFields,
  type MergedFields,
  type SightingDocument,
} from './collections.ts';
import { toDecisionDocument } from './decision-documents.ts';
import type { DecisionFeed, IncidentFeed } from './feed.ts';
import { toFields, toSighting } from './incident-documents.ts';
import { insertNew, MAX_UPDATES } from './inserting.ts';
import { type LegacyReading, readLegacyIncident } from './legacy-incidents.ts';
import { isFinal, legacyStatuses, takenOverDecision } from './legacy-status.ts';
import { anyDocuments } from './queries.ts';

/*
 * What the Python suite left is taken over once, when the store is opened: its incident documents get our part (`bos`),
 * its statuses become decisions. Every step is an insert under a unique key or an addition that comes out the same
 * whoever makes it, so that it may be interrupted, and made by several processes at once. Nothing is changed in the
 * fields of the Python suite.
 */

const BATCH = 500;

interface Options {
  readonly collections: Collections;
  readonly incidentFeed: IncidentFeed;
  readonly decisionFeed: DecisionFeed;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal | undefined;
}

/** Takes over what is not yet. Answers whether the Python suite wrote any incidents here. */
export async function takeOver(options: Options): Promise<boolean> {
  const { collections, log } = options;
  const incidents = await takeOverIncidents(options);
  const events = await takeOverEvents(options);
  if (incidents + events > 0) {
    log.info({ incidents, events }, 'took over incidents and events of the Python suite');
  }
  return (await collections.incidents.findOne({ 'bos.legacy': true }, { projection: { _id: 1 } })) !== null;
}

/** In order of their ids, because of two documents with one canonical string the first becomes the incident. */
async function takeOverIncidents({ collections, incidentFeed, log, signal }: Options): Promise<number> {
  let taken = 0;
  let after: ObjectId | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const documents = await anyDocuments(collections.incidents)
      // Both say the same of a document that is not taken over; only the second is in an index.
      .find({
        bos: { $exists: false },
        'bos.legacy': { $exists: false },
        ...(after && { _id: { $gt: after } }),
      })
      .sort({ _id: 1 })
      .limit(BATCH)
      .toArray();
    const last = documents.at(-1);
    if (!last) return taken;
    const readable: Readable[] = [];
    for (const document of documents) {
      const reading = readLegacyIncident(document);
      report(log, document, reading);
      if ('incident' in reading) readable.push({ document, incident: reading.incident });
    }
    await takeOverBatch(collections, incidentFeed, readable);
    taken += readable.length;
    after = last._id;
  }
}

interface Readable {
  readonly document: Document;
  readonly incident: Extract<LegacyReading, { incident: unknown }>['incident'];
}

async function takeOverBatch(
  collections: Collections,
  feed: IncidentFeed,
  batch: readonly Readable[],
): Promise<void> {
  const finished = await finishedCalls(collections, batch);
  const first = await firstDocuments(collections, batch);
  const sightings: SightingDocument[] = [];
  const updates: AnyBulkWriteOperation<Document>[] = [];
  const positioned: ObjectId[] = [];
  for (const { document, incident } of batch) {
    const key = documentKey(incident.uniqueString, incident.provider);
    const there = first.get(key);
    const seen = finished.has(documentKey(idStringOf(document, incident.eventId), incident.call));
    const bos: IncidentFields = toFields(incident, { seen, legacy: true });
    // A document of the Python suite has an ObjectId, or it would not have been readable.
    const _id = document._id as ObjectId;
    if (there) {
      sightings.push({ ...toSighting(incident, there), _id });
    } else {
      // Only its id and our part are looked at.
      first.set(key, { ...document, _id, bos } as IncidentDocument);
      positioned.push(_id);
    }
    updates.push({
      updateOne: {
        filter: { _id, bos: { $exists: false } },
        update: { $set: { bos: there ? ({ mergedInto: there._id } satisfies MergedFields) : bos } },
      },
    });
  }
  await insertNew(collections.sightings, sightings);
  for (const some of chunks(updates, MAX_UPDATES)) await anyDocuments(collections.incidents).bulkWrite(some);
  await feed.positions(positioned);
}

/** Calls that the Python suite was finished with, by its name for the event and call. */
async function finishedCalls(
  { events }: Collections,
  batch: readonly Readable[],
): Promise<ReadonlySet<string>> {
  const names = [...new Set(batch.map(({ document, incident }) => idStringOf(document, incident.eventId)))];
  const finished = new Set<string>();
  for await (const event of events.find({ id_string: { $in: names } })) {
    for (const [call, status] of legacyStatuses(event)) {
      if (isFinal(status)) finished.add(documentKey(event.id_string, call));
    }
  }
  return finished;
}

/** The documents that are incidents already, by key. */
async function firstDocuments(
  { incidents }: Collections,
  batch: readonly Readable[],
): Promise<Map<string, IncidentDocument>> {
  const found = new Map<string, IncidentDocument>();
  const keys = batch.map(({ incident }) => incident.uniqueString);
  for await (const document of incidents.find({ 'bos.key': { $in: keys } })) {
    found.set(documentKey(document.bos.key, document.provider_info.name), document);
  }
  return found;
}

async function takeOverEvents({ collections, decisionFeed, clock, log, signal }: Options): Promise<number> {
  const { events, decisions } = collections;
  let taken = 0;
  for (;;) {
    signal?.throwIfAborted();
    const documents = await events
      .find({ bos: { $exists: false } })
      .limit(BATCH)
      .toArray();
    if (documents.length === 0) return taken;
    const ids = await eventIdsOf(collections, documents);
    const records = documents.flatMap((document) => {
      const event = ids.get(document.id_string) ?? String(document.id_string);
      return [...legacyStatuses(document)].map(([call, status]) =>
        takenOverDecision(event, call, status, clock.now()),
      );
    });
    const inserts = records.map(toDecisionDocument);
    await insertNew(decisions, inserts);
    await decisionFeed.positions(inserts.map(({ _id }) => _id));
    for (const some of chunks(documents, MAX_UPDATES)) {
      await events.bulkWrite(
        some.map(({ _id, id_string }) => ({
          updateOne: {
            filter: { _id },
            update: { $set: { bos: { event: ids.get(id_string) ?? String(id_string) } } },
          },
        })),
      );
    }
    taken += documents.length;
    log.debug({ events: taken }, 'taking over events of the Python suite');
  }
}

/** Our ids of events, by the names that the Python suite gave them (older versions spelled them differently). */
async function eventIdsOf(
  { incidents }: Collections,
  events: readonly Document[],
): Promise<ReadonlyMap<string, string>> {
  const names = events.map(({ id_string }) => String(id_string));
  const found = new Map<string, string>();
  const documents = incidents
    .find({ id_string: { $in: names }, 'bos.event': { $exists: true } })
    .project<Pick<IncidentDocument, 'id_string' | 'bos'>>({ id_string: 1, 'bos.event': 1 });
  for await (const { id_string, bos } of documents) found.set(id_string, bos.event);
  return found;
}

function idStringOf(document: Document, eventId: string): string {
  return typeof document.id_string === 'string' ? document.id_string : eventId;
}

function report(log: Log, { _id, unique_string }: Document, reading: LegacyReading): void {
  const details = { id: String(_id), uniqueString: unique_string };
  if ('problem' in reading) {
    log.warn({ ...details, problem: reading.problem }, 'an incident of the Python suite cannot be read');
  } else if (reading.doubt !== undefined) {
    log.warn(
      { ...details, problem: reading.doubt },
      'an incident of the Python suite is shown as call "unknown" and not acted on',
    );
  }
}
