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

function due(scope: 'all' | 'event'): string {
  return `
    SELECT event_id AS eventId, call, group_concat(DISTINCT kind) AS kinds
    FROM (${causes(scope)})
    GROUP BY event_id, call
    ORDER BY max(kind = 'midway') DESC, min(at), event_id, call
    LIMIT :limit`;
}

/** What the store's thread does for due work. */
export function workOperations(sql: Sql) {
  return {
    reads: {
      openRequests: (eventId: string) =>
        sql.all<RequestRow>(
          'SELECT id, event_id AS eventId, call, cause, at FROM request WHERE event_id = :eventId ORDER BY id',
          { eventId },
        ),
      due: (now: number, limit: number) => sql.all<DueRow>(due('all'), { now, limit }),
      dueOfEvent: (eventId: string, now: number) =>
        sql.all<DueRow>(due('event'), { eventId, now, limit: -1 }),
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
      const rows = await thread.call('dueOfEvent', eventId, now.getTime());
      return rows.map(toDueCall);
    },
    countDue: (now) => thread.call('countDue', now.getTime()),
  };
}

function toDueCall({ eventId, call, kinds }: DueRow): DueCall {
  const found = kinds.split(',');
  return { eventId, call, causes: CAUSES.filter((cause) => found.includes(cause)) };
}
