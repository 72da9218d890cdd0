import { CALLS } from '../../incidents/types.ts';
import { startPaging } from '../paging.ts';
import type { DecisionRecord, EventRecord, EventStore } from '../store.ts';
import { LATEST_WITH_RECORD, parseDecision } from './decisions.ts';
import { fromIncidentRow, type IncidentRow, SELECT_INCIDENT } from './incident-rows.ts';
import { Conditions, listParameter, type Parameters, type Sql } from './sql.ts';
import type { StoreThread } from './thread.ts';

type EventRow = { readonly eventId: string; readonly startAt: number };

/** Some events with all that is known of them, read at one moment. */
type EventRows = {
  readonly events: readonly EventRow[];
  readonly incidents: readonly IncidentRow[];
  readonly decisions: readonly string[];
};

/** What the store's thread does for events. */
export function eventOperations(sql: Sql) {
  return {
    reads: {
      listEvents: (where: string, parameters: Parameters): EventRows => {
        const events = sql.all<EventRow>(
          `SELECT e.event_id AS eventId, e.start_at AS startAt FROM event e ${where}
           ORDER BY e.start_at DESC, e.event_id DESC LIMIT :limit`,
          parameters,
        );
        const ids = listParameter(events.map((event) => event.eventId));
        return {
          events,
          incidents: sql.all<IncidentRow>(
            `${SELECT_INCIDENT} WHERE i.event_id IN (SELECT value FROM json_each(:ids)) ORDER BY i.position`,
            { ids },
          ),
          decisions: sql
            .all<{ record: string }>(
              `SELECT d.record FROM ${LATEST_WITH_RECORD} WHERE l.event_id IN (SELECT value FROM json_each(:ids))`,
              { ids },
            )
            .map((row) => row.record),
        };
      },
      countEvents: () => sql.get<{ count: number }>('SELECT count(*) AS count FROM event')?.count ?? 0,
    },
    writes: {},
  };
}

// A call that has incidents but no decision yet has the status `unknown` (oracle reference 3).
const CALL = `e.event_id IN (SELECT event_id FROM incident WHERE call = :call
  UNION SELECT event_id FROM latest_decision WHERE call = :call)`;
const STATUS = `
  e.event_id IN (SELECT event_id FROM latest_decision
    WHERE status IN (SELECT value FROM json_each(:statuses)) AND (:call IS NULL OR call = :call))
  OR 'unknown' IN (SELECT value FROM json_each(:statuses)) AND EXISTS (SELECT 1 FROM incident i
    WHERE i.event_id = e.event_id AND (:call IS NULL OR i.call = :call)
      AND NOT EXISTS (SELECT 1 FROM latest_decision l WHERE l.event_id = i.event_id AND l.call = i.call))`;

/** Events of a SQLite store. */
export function sqliteEvents(thread: StoreThread): EventStore {
  return {
    async list(filter, request) {
      const paging = startPaging({ list: 'events', filter, key: ['number', 'string'] }, request);
      const statuses = filter.statuses?.length ? listParameter(filter.statuses) : undefined;
      const conditions = new Conditions()
        .add('e.start_at >= :startFrom', 'startFrom', filter.startFrom?.getTime())
        .add('e.start_at < :startBefore', 'startBefore', filter.startBefore?.getTime())
        .add('instr(e.event_id, lower(:contains))', 'contains', filter.contains);
      if (statuses === undefined) conditions.add(CALL, 'call', filter.call);
      else conditions.add(STATUS, 'statuses', statuses);
      conditions.add('(e.start_at, e.event_id) < (:pageStart, :pageEventId)', 'pageStart', paging.after?.[0]);
      const rows = await thread.call('listEvents', conditions.where, {
        ...conditions.parameters,
        ...(statuses !== undefined && { call: filter.call ?? null }),
        ...(paging.after && { pageEventId: paging.after[1] }),
        limit: paging.limit,
      });
      const records = toEvents(rows);
      return paging.page(
        rows.events,
        (row) => [row.startAt, row.eventId],
        (row) => records(row),
      );
    },
    async get(eventId) {
      const conditions = new Conditions().add('e.event_id = :eventId', 'eventId', eventId);
      const rows = await thread.call('listEvents', conditions.where, { ...conditions.parameters, limit: 1 });
      return rows.events.map(toEvents(rows)).at(0);
    },
    count: () => thread.call('countEvents'),
  };
}

/** Answers a function that puts one event together from what was read with it. */
function toEvents(rows: EventRows): (event: EventRow) => EventRecord {
  const incidents = Map.groupBy(rows.incidents, (row) => row.eventId);
  const decisions = new Map<string, Map<string, DecisionRecord>>();
  for (const text of rows.decisions) {
    const decision = parseDecision(text);
    const ofEvent = decisions.get(decision.eventId) ?? new Map<string, DecisionRecord>();
    decisions.set(decision.eventId, ofEvent.set(decision.call, decision));
  }
  return ({ eventId, startAt }) => {
    const stored = (incidents.get(eventId) ?? []).map(fromIncidentRow);
    const first = stored[0];
    if (!first) throw new Error(`event ${eventId} is listed without an incident`);
    return {
      eventId,
      startTime: new Date(startAt),
      id: first.body.id,
      calls: CALLS.flatMap((call) => {
        const ofCall = stored.filter((incident) => incident.call === call);
        const decision = decisions.get(eventId)?.get(call);
        if (ofCall.length === 0 && !decision) return [];
        return [{ call, incidents: ofCall, ...(decision && { decision }) }];
      }),
    };
  };
}
