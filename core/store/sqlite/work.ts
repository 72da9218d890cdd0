import type { DecisionCall } from '../../decide/types.ts';
import type { DueCall, WorkRequest, WorkStore } from '../store.ts';
import { listParameter, type Sql } from './sql.ts';
import type { StoreThread } from './thread.ts';

type Cause = DueCall['causes'][number];
const CAUSES: readonly Cause[] = ['incident', 'request', 'timer', 'midway'];

type RequestRow = {
  readonly id: number;
  readonly eventId: string;
  readonly call: DecisionCall;
  readonly cause: WorkRequest['cause'];
  readonly at: number;
};

type DueRow = { readonly eventId: string; readonly call: DecisionCall; readonly kinds: string };
type CauseRow = { readonly call: DecisionCall; readonly kind: Cause; readonly at: number };

/**
 * Every reason for which a call is due (agreement rules, "Causes"), with the time since which it has been.
 * `midway` waits for its timer where it has one.
 */
function causes(scope: 'all' | 'event'): string {
  const ofEvent = scope === 'event' ? 'AND event_id = :eventId' : '';
  return `
    SELECT event_id, call, 'incident' AS kind, received_at AS at
      FROM incident WHERE seen = 0 AND call <> 'unknown' ${ofEvent}
    UNION ALL SELECT event_id, call, 'request', at
      FROM request WHERE call <> 'unknown' ${ofEvent}
    UNION ALL SELECT event_id, call, 'timer', retry_at
      FROM latest_decision WHERE retry_at <= :now AND call <> 'unknown' ${ofEvent}
    UNION ALL SELECT event_id, call, 'midway', decided_at
      FROM latest_decision
      WHERE status = 'midway' AND (retry_at IS NULL OR retry_at <= :now) AND call <> 'unknown' ${ofEvent}`;
}

const DUE = `
  SELECT event_id AS eventId, call, group_concat(DISTINCT kind) AS kinds
  FROM (${causes('all')})
  GROUP BY event_id, call
  ORDER BY max(kind = 'midway') DESC, min(at), event_id, call
  LIMIT :limit`;
const CAUSES_OF_EVENT = causes('event');

/** What the store's thread does for due work. */
export function workOperations(sql: Sql) {
  return {
    reads: {
      openRequests: (eventId: string) =>
        sql.all<RequestRow>(
          'SELECT id, event_id AS eventId, call, cause, at FROM request WHERE event_id = :eventId ORDER BY id',
          { eventId },
        ),
      due: (now: number, limit: number) => sql.all<DueRow>(DUE, { now, limit }),
      /** One row for each cause: each run asks this, and few rows are grouped more quickly by who reads them. */
      causesOfEvent: (eventId: string, now: number) => sql.all<CauseRow>(CAUSES_OF_EVENT, { eventId, now }),
      countDue: (now: number) =>
        sql.get<{ count: number }>(
          `SELECT count(*) AS count FROM (SELECT DISTINCT event_id, call FROM (${causes('all')}))`,
          { now },
        )?.count ?? 0,
    },
    writes: {
      insertRequest: (row: Omit<RequestRow, 'id'>) => {
        const inserted = sql.get<{ id: number }>(
          `INSERT INTO request (event_id, call, cause, at) VALUES (:eventId, :call, :cause, :at) RETURNING id`,
          row,
        );
        if (!inserted) throw new Error('an insert into request answered no id');
        return inserted.id;
      },
      deleteRequests: (ids: readonly string[]) => {
        sql.run('DELETE FROM request WHERE id IN (SELECT CAST(value AS INTEGER) FROM json_each(:ids))', {
          ids: listParameter(ids),
        });
      },
    },
  };
}

/** Due work of a SQLite store. */
export function sqliteWork(thread: StoreThread): WorkStore {
  return {
    async request({ eventId, call, cause, at }) {
      const id = await thread.call('insertRequest', { eventId, call, cause, at: at.getTime() });
      return { id: String(id), eventId, call, cause, at };
    },
    async requests(eventId) {
      const rows = await thread.call('openRequests', eventId);
      return rows.map((row) => ({ ...row, id: String(row.id), at: new Date(row.at) }));
    },
    async answer(ids) {
      if (ids.length > 0) await thread.call('deleteRequests', ids);
    },
    async due(now, limit) {
      const rows = await thread.call('due', now.getTime(), limit);
      return rows.map(toDueCall);
    },
    async dueOfEvent(eventId, now) {
      return dueCalls(eventId, await thread.call('causesOfEvent', eventId, now.getTime()));
    },
    countDue: (now) => thread.call('countDue', now.getTime()),
  };
}

function toDueCall({ eventId, call, kinds }: DueRow): DueCall {
  const found = kinds.split(',');
  return { eventId, call, causes: CAUSES.filter((cause) => found.includes(cause)) };
}

/** Groups the causes of one event, in the order of `due`. */
function dueCalls(eventId: string, rows: readonly CauseRow[]): readonly DueCall[] {
  const calls = [...Map.groupBy(rows, ({ call }) => call)].map(([call, causesOfCall]) => {
    const kinds = new Set(causesOfCall.map(({ kind }) => kind));
    return {
      due: { eventId, call, causes: CAUSES.filter((cause) => kinds.has(cause)) },
      rank: kinds.has('midway') ? 0 : 1,
      since: Math.min(...causesOfCall.map(({ at }) => at)),
    };
  });
  return calls
    .sort((a, b) => a.rank - b.rank || a.since - b.since || (a.due.call < b.due.call ? -1 : 1))
    .map(({ due }) => due);
}
