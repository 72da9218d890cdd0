import { ObjectId } from 'mongodb';
import type { Incident, Json, JsonObject, Sighting, StoredIncident } from '../../incidents/types.ts';
import { chunks } from '../batch.ts';
import type { Collections, IncidentDocument, IncidentFields, SightingDocument } from './collections.ts';
import type { IncidentFeed } from './feed.ts';

const BATCH = 500;

/** The document of a new incident: what the Python suite and its tools expect, and our part. */
export function toDocument(incident: Incident): IncidentDocument {
  // A body is JSON but for its loose keys, which came as JSON as well.
  const view = storable(incident.body as unknown as JsonObject);
  const info = storable(incident.body.provider_info as JsonObject);
  return {
    ...view,
    _id: new ObjectId(),
    unique_string: incident.uniqueString,
    id_string: incident.eventId,
    provider_info: { ...info, name: incident.provider },
    bos: toFields(incident, { seen: false, legacy: false }),
  };
}

/** Our part of an incident's document. */
export function toFields(
  incident: Incident,
  { seen, legacy }: { readonly seen: boolean; readonly legacy: boolean },
): IncidentFields {
  return {
    key: incident.uniqueString,
    event: incident.eventId,
    call: incident.call,
    start: incident.startTime.toISOString(),
    received: incident.receivedAt.toISOString(),
    ...(incident.pushed && { pushed: incident.pushed.toISOString() }),
    ...(incident.sentAt && { sentAt: incident.sentAt.toISOString() }),
    ...(incident.sentUniqueString !== undefined && { sent: incident.sentUniqueString }),
    seen,
    body: JSON.stringify(incident.body),
    original: JSON.stringify(incident.originalId),
    legacy,
  };
}

/** Without the keys that a document cannot hold; the whole body is kept as text beside it. */
function storable(value: JsonObject): JsonObject {
  const entries = Object.entries(value).filter(
    ([key, part]) => part !== undefined && key !== '' && !/^\$|[.\0]/.test(key),
  );
  return Object.fromEntries(entries.map(([key, part]) => [key, storableValue(part)]));
}

function storableValue(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(storableValue);
  // Neither null nor a list nor a plain value: an object.
  return storable(value as JsonObject);
}

/** A report of an incident that is there. */
export function toSighting(incident: Incident, of: IncidentDocument): SightingDocument {
  const sent = incident.sentUniqueString;
  return {
    _id: new ObjectId(),
    incident: of._id,
    received: incident.receivedAt,
    ...(incident.pushed && { pushed: incident.pushed }),
    ...(incident.sentAt && { sentAt: incident.sentAt }),
    ...(sent !== undefined && { sent }),
    ...(sent !== undefined && sent !== of.bos.sent && { otherSent: sent }),
  };
}

/** Puts incidents together with their positions and sightings, in the order of the documents. */
export async function assemble(
  { sightings }: Pick<Collections, 'sightings'>,
  feed: IncidentFeed,
  documents: readonly IncidentDocument[],
): Promise<readonly StoredIncident[]> {
  if (documents.length === 0) return [];
  const ids = documents.map(({ _id }) => _id);
  const repeats = new Map<string, SightingDocument[]>();
  const readSightings = async () => {
    for (const some of chunks(ids, BATCH)) {
      const found = sightings.find({ incident: { $in: [...some] } }).sort({ _id: 1 });
      for await (const sighting of found) {
        const key = sighting.incident.toHexString();
        const ofIncident = repeats.get(key);
        if (ofIncident) ofIncident.push(sighting);
        else repeats.set(key, [sighting]);
      }
    }
  };
  const [positions] = await Promise.all([feed.positions(ids), readSightings()]);
  return documents.map((document) => {
    const id = document._id.toHexString();
    const position = positions.get(id);
    if (position === undefined) throw new Error(`incident ${id} has no position`);
    return toStored(document, position, repeats.get(id) ?? []);
  });
}

/** The same, oldest first. */
export async function assembleByPosition(
  collections: Pick<Collections, 'sightings'>,
  feed: IncidentFeed,
  documents: readonly IncidentDocument[],
): Promise<readonly StoredIncident[]> {
  const incidents = await assemble(collections, feed, documents);
  return incidents.toSorted((a, b) => a.position - b.position);
}

/** What is known of an incident. */
export function toStored(
  { bos, provider_info: { name } }: IncidentDocument,
  position: number,
  repeats: readonly SightingDocument[],
): StoredIncident {
  const first: Sighting = {
    ...(bos.pushed !== undefined && { pushed: new Date(bos.pushed) }),
    ...(bos.sentAt !== undefined && { sentAt: new Date(bos.sentAt) }),
    receivedAt: new Date(bos.received),
    ...(bos.sent !== undefined && { sentUniqueString: bos.sent }),
  };
  const sightings = [first, ...repeats.map(fromSighting)];
  return {
    body: JSON.parse(bos.body),
    eventId: bos.event,
    call: bos.call,
    provider: name,
    startTime: new Date(bos.start),
    uniqueString: bos.key,
    originalId: JSON.parse(bos.original),
    ...first,
    sightings,
    sentUniqueStrings: [...new Set(sightings.flatMap(({ sentUniqueString }) => sentUniqueString ?? []))],
    seen: bos.seen,
    position,
  };
}

function fromSighting({ received, pushed, sentAt, sent }: SightingDocument): Sighting {
  return {
    ...(pushed && { pushed }),
    ...(sentAt && { sentAt }),
    receivedAt: received,
    ...(sent !== undefined && { sentUniqueString: sent }),
  };
}
