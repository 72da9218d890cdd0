import { type Filter, ObjectId } from 'mongodb';
import type { StoredIncident } from '../../incidents/types.ts';
import type { Page, PageRequest } from '../../page.ts';
import { chunks, makeBatcher } from '../batch.ts';
import { startPaging } from '../paging.ts';
import type { IncidentFilter, IncidentStore, ProviderSummary } from '../store.ts';
import type { Collections, IncidentDocument } from './collections.ts';
import type { IncidentFeed } from './feed.ts';
import { assemble, assembleByPosition } from './incident-documents.ts';
import { insertIncidents } from './incident-insert.ts';
import { containing } from './queries.ts';

const INSERTS_PER_BATCH = 500;
const FEED_BATCH = 500;
/** Incidents of one unique_string, by as many providers, that one update marks. */
const KEYS_PER_UPDATE = 100;

/** What every query for incidents asks for: documents that we could read. In a form that an index can answer. */
export const READABLE: Filter<IncidentDocument> = { 'bos.key': { $gt: '' } };

/**
 * Incidents of a MongoDB store.
 * @param hasLegacy whether the Python suite wrote incidents here
 */
export function mongoIncidents(
  collections: Collections,
  feed: IncidentFeed,
  hasLegacy: boolean,
): IncidentStore {
  const { incidents } = collections;
  return {
    insert: makeBatcher(INSERTS_PER_BATCH, (batch) => insertIncidents(collections, feed, hasLegacy, batch)),
    async find(uniqueString, provider) {
      const documents = await incidents
        .find({
          ...READABLE,
          ...(await namedBy(collections, uniqueString)),
          ...(provider !== undefined && { 'provider_info.name': provider }),
        })
        .toArray();
      return assembleByPosition(collections, feed, documents);
    },
    list: (filter, request) =>
      filter.after === undefined
        ? listNewestFirst(collections, feed, filter, request)
        : listAfter(collections, feed, filter, filter.after, request),
    async ofEvent(eventId) {
      const documents = await incidents.find({ 'bos.event': eventId }).toArray();
      return assembleByPosition(collections, feed, documents);
    },
    async markSeen(keys) {
      for (const [uniqueString, same] of Map.groupBy(keys, (key) => key.uniqueString)) {
        for (const some of chunks(same, KEYS_PER_UPDATE)) {
          const names = some.map(({ provider }) => provider);
          await incidents.updateMany(
            { 'bos.key': uniqueString, 'provider_info.name': { $in: names }, 'bos.seen': false },
            { $set: { 'bos.seen': true } },
          );
        }
      }
    },
    providers: () => listProviders(collections),
    count: () => incidents.countDocuments(READABLE),
  };
}

/**
 * In order of ids, which are made in the process that inserts: within a process the order of inserts, between processes
 * that of their clocks. Nothing but the look of a list depends on it.
 */
async function listNewestFirst(
  collections: Collections,
  feed: IncidentFeed,
  filter: IncidentFilter,
  request: PageRequest,
): Promise<Page<StoredIncident>> {
  const paging = startPaging({ list: 'incidents', filter, key: ['string'] }, request);
  const beyond = paging.after && { _id: { $lt: ObjectId.createFromHexString(paging.after[0]) } };
  const documents = await collections.incidents
    .find({ $and: [...(await conditions(collections, filter)), ...(beyond ? [beyond] : [])] })
    .sort({ _id: -1 })
    .limit(paging.limit)
    .toArray();
  const stored = await assemble(collections, feed, documents);
  const rows = stored.map((incident, i) => ({ incident, id: documents[i]?._id.toHexString() ?? '' }));
  return paging.page(
    rows,
    (row) => [row.id],
    (row) => row.incident,
  );
}

/** Goes along the feed: only there nothing appears behind what was read. */
async function listAfter(
  collections: Collections,
  feed: IncidentFeed,
  filter: IncidentFilter,
  after: number,
  request: PageRequest,
): Promise<Page<StoredIncident>> {
  const paging = startPaging({ list: 'incidents', filter, key: ['number'] }, request);
  const restrictions = await conditions(collections, filter);
  const found: StoredIncident[] = [];
  let position = Math.max(after, paging.after?.[0] ?? 0);
  while (found.length < paging.limit) {
    const entries = await feed.after(position, FEED_BATCH);
    const last = entries.at(-1);
    if (!last) break;
    const documents = await collections.incidents
      .find({ $and: [...restrictions, { _id: { $in: entries.map(({ item }) => item) } }] })
      .toArray();
    found.push(...(await assembleByPosition(collections, feed, documents)));
    position = last._id;
  }
  return paging.page(
    found.slice(0, paging.limit),
    (incident) => [incident.position],
    (incident) => incident,
  );
}

async function conditions(
  collections: Collections,
  filter: IncidentFilter,
): Promise<readonly Filter<IncidentDocument>[]> {
  const { calls, providers } = filter;
  return [
    READABLE,
    ...(filter.eventId !== undefined ? [{ 'bos.event': filter.eventId }] : []),
    ...(calls?.length ? [{ 'bos.call': { $in: [...calls] } }] : []),
    ...(providers?.length ? [{ 'provider_info.name': { $in: [...providers] } }] : []),
    ...(filter.uniqueString !== undefined ? [await namedBy(collections, filter.uniqueString)] : []),
    ...(filter.contains !== undefined ? [await nameContains(collections, filter.contains)] : []),
    ...(filter.startFrom ? [{ 'bos.start': { $gte: filter.startFrom.toISOString() } }] : []),
    ...(filter.startBefore ? [{ 'bos.start': { $lt: filter.startBefore.toISOString() } }] : []),
    ...(filter.receivedFrom ? [{ 'bos.received': { $gte: filter.receivedFrom.toISOString() } }] : []),
    ...(filter.receivedBefore ? [{ 'bos.received': { $lt: filter.receivedBefore.toISOString() } }] : []),
  ];
}

/** Incidents with this canonical string, or that were sent under it. */
async function namedBy({ sightings }: Collections, uniqueString: string): Promise<Filter<IncidentDocument>> {
  const sent = await sightings.distinct('incident', { otherSent: uniqueString });
  return { $or: [{ 'bos.key': uniqueString }, { 'bos.sent': uniqueString }, { _id: { $in: sent } }] };
}

/** Case-insensitive; no index helps with a part of a string, so this reads every string once. */
async function nameContains({ sightings }: Collections, part: string): Promise<Filter<IncidentDocument>> {
  const sent = await sightings.distinct('incident', { otherSent: containing(part) });
  return { $or: [{ 'bos.key': containing(part) }, { 'bos.sent': containing(part) }, { _id: { $in: sent } }] };
}

async function listProviders({ incidents }: Collections): Promise<readonly ProviderSummary[]> {
  const counts = await incidents
    .aggregate<{ _id: string; count: number }>([
      { $match: READABLE },
      { $group: { _id: '$provider_info.name', count: { $sum: 1 } } },
      { $sort: { _id: 1 } },
    ])
    .toArray();
  const summaries: ProviderSummary[] = [];
  for (const { _id: provider, count } of counts) {
    const query = { ...READABLE, 'provider_info.name': provider };
    const [first, last] = await Promise.all([
      incidents.findOne(query, { sort: { 'bos.received': 1 } }),
      incidents.findOne(query, { sort: { 'bos.received': -1 } }),
    ]);
    if (!first || !last) continue;
    summaries.push({
      provider,
      count,
      first: new Date(first.bos.received),
      last: new Date(last.bos.received),
    });
  }
  return summaries;
}
