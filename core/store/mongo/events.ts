import { slugify } from '../../incidents/identity.ts';
import { formatSeconds } from '../../incidents/instant.ts';
import { CALLS, type StoredIncident } from '../../incidents/types.ts';
import { startPaging } from '../paging.ts';
import type { DecisionRecord, EventFilter, EventRecord, EventStore } from '../store.ts';
import type { Collections } from './collections.ts';
import { latestOfEvents } from './current-decisions.ts';
import { toDecisionRecord } from './decision-documents.ts';
import type { IncidentFeed } from './feed.ts';
import { assembleByPosition } from './incident-documents.ts';
import { READABLE } from './incidents.ts';
import { anyDocuments, containing, distinctEventsOf, type EventSource } from './queries.ts';

/*
 * Events have no documents of their own: an event is what incidents name. Its id begins with its start in a form of
 * fixed width (oracle reference 3), so the order of ids is the order of starts, and a range of starts is one of ids.
 */

/** Events of a MongoDB store. */
export function mongoEvents(collections: Collections, feed: IncidentFeed): EventStore {
  return {
    async list(filter, request) {
      const paging = startPaging({ list: 'events', filter, key: ['string'] }, request);
      const range = rangeOf(filter);
      const sources = sourcesOf(collections, filter);
      const found: EventRecord[] = [];
      let below = paging.after?.[0];
      while (found.length < paging.limit) {
        const ids = await distinctEventsOf(sources, range, below, paging.limit);
        if (ids.length === 0) break;
        const events = await readEvents(collections, feed, ids);
        found.push(...events.filter((event) => matches(event, filter)));
        below = ids.at(-1);
      }
      return paging.page(
        found.slice(0, paging.limit),
        ({ eventId }) => [eventId],
        (event) => event,
      );
    },
    async get(eventId) {
      return (await readEvents(collections, feed, [eventId])).at(0);
    },
    async count() {
      const [counted] = await collections.incidents
        .aggregate<{ count: number }>([
          { $match: READABLE },
          { $group: { _id: '$bos.event' } },
          { $count: 'count' },
        ])
        .toArray();
      return counted?.count ?? 0;
    },
  };
}

function rangeOf({ startFrom, startBefore, contains }: EventFilter): Readonly<Record<string, unknown>> {
  return {
    $exists: true,
    ...(startFrom && { $gte: idPrefix(startFrom) }),
    ...(startBefore && { $lt: idPrefix(startBefore) }),
    ...(contains !== undefined && containing(contains)),
  };
}

/** How ids of events begin that start at this moment or, starts being whole seconds, at the next one. */
function idPrefix(start: Date): string {
  return slugify(formatSeconds(new Date(Math.ceil(start.getTime() / 1000) * 1000)));
}

/** Where events that may match are named. What they name may be too much, never too little. */
function sourcesOf({ incidents, decisions }: Collections, filter: EventFilter): readonly EventSource[] {
  const { call, statuses } = filter;
  const ofIncidents = (extra: object): EventSource => ({
    collection: anyDocuments(incidents),
    field: 'bos.event',
    filter: { ...(call && { 'bos.call': call }), ...extra },
  });
  const ofDecisions = (extra: object): EventSource => ({
    collection: anyDocuments(decisions),
    field: 'event',
    filter: { current: true, ...(call && { call }), ...extra },
  });
  if (!statuses?.length) return call ? [ofIncidents({}), ofDecisions({})] : [ofIncidents({})];
  return [
    ofDecisions({ status: { $in: [...statuses] } }),
    // A call without a decision: its incidents are unseen, or it is one that is never decided.
    ...(statuses.includes('unknown')
      ? [ofIncidents({ $or: [{ 'bos.seen': false }, { 'bos.call': 'unknown' }] })]
      : []),
  ];
}

function matches({ calls }: EventRecord, { call, statuses }: EventFilter): boolean {
  return calls.some((one) => {
    if (call && one.call !== call) return false;
    if (!statuses?.length) return true;
    // A call that has incidents but no decision yet has the status `unknown` (oracle reference 3).
    return statuses.includes(one.decision?.status ?? 'unknown');
  });
}

/** The events with all that is known of them, in the order asked for; those without an incident are left out. */
async function readEvents(
  collections: Collections,
  feed: IncidentFeed,
  ids: readonly string[],
): Promise<readonly EventRecord[]> {
  const readIncidents = async () => {
    const documents = await collections.incidents.find({ 'bos.event': { $in: [...ids] } }).toArray();
    return assembleByPosition(collections, feed, documents);
  };
  const [incidents, decisions] = await Promise.all([readIncidents(), latestOfEvents(collections, ids)]);
  const incidentsOf = Map.groupBy(incidents, ({ eventId }) => eventId);
  const decisionsOf = Map.groupBy(decisions.map(toDecisionRecord), ({ eventId }) => eventId);
  return ids.flatMap((id) => toEvent(incidentsOf.get(id) ?? [], decisionsOf.get(id) ?? []) ?? []);
}

function toEvent(
  incidents: readonly StoredIncident[],
  decisions: readonly DecisionRecord[],
): EventRecord | undefined {
  const [first] = incidents;
  if (!first) return undefined;
  return {
    eventId: first.eventId,
    startTime: first.startTime,
    id: first.body.id,
    calls: CALLS.flatMap((call) => {
      const ofCall = incidents.filter((incident) => incident.call === call);
      const decision = decisions.find((one) => one.call === call);
      if (ofCall.length === 0 && !decision) return [];
      return [{ call, incidents: ofCall, ...(decision && { decision }) }];
    }),
  };
}
