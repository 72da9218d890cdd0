import type { DecisionCall } from '../../decide/types.ts';
import { startPaging } from '../paging.ts';
import type { DecisionRecord, DecisionStore } from '../store.ts';
import { Conditions, type Parameters, type Sql } from './sql.ts';
import type { StoreThread } from './thread.ts';

type NewDecisionRow = {
  readonly eventId: string;
  readonly call: DecisionCall;
  readonly sequence: number;
  readonly record: string;
  readonly status: string;
  readonly final: 0 | 1;
  readonly retryAt: number | null;
  readonly decidedAt: number;
};

/** Joins the latest decision `l` of each call with its record `d`. */
export const LATEST_WITH_RECORD =
  'latest_decision l JOIN decision d ON d.event_id = l.event_id AND d.call = l.call AND d.sequence = l.sequence';

/** What the store's thread does for decisions. */
export function decisionOperations(sql: Sql) {
  return {
    reads: {
      latestDecision: (eventId: string, call: DecisionCall) =>
        sql.get<{ record: string }>(
          'SELECT record FROM decision WHERE event_id = :eventId AND call = :call ORDER BY sequence DESC LIMIT 1',
          { eventId, call },
        )?.record,
      latestDecisionsOfEvent: (eventId: string) =>
        sql
          .all<{ record: string }>(`SELECT d.record FROM ${LATEST_WITH_RECORD} WHERE l.event_id = :eventId`, {
            eventId,
          })
          .map((row) => row.record),
      listDecisions: (where: string, parameters: Parameters) =>
        sql.all<{ n: number; record: string }>(
          `SELECT n, record FROM decision ${where} ORDER BY n DESC LIMIT :limit`,
          parameters,
        ),
      unfinishedDecisions: () =>
        sql
          .all<{ record: string }>(
            `SELECT d.record FROM ${LATEST_WITH_RECORD} WHERE l.final = 0 ORDER BY l.event_id, l.call`,
          )
          .map((row) => row.record),
      countDecisions: () =>
        sql.all<{ status: string; count: number }>(
          'SELECT status, count(*) AS count FROM latest_decision GROUP BY status ORDER BY status',
        ),
    },
    writes: {
      insertDecision: ({ record, ...row }: NewDecisionRow): boolean => {
        const { eventId, call, sequence } = row;
        const inserted = sql.run(
          `INSERT INTO decision (event_id, call, sequence, record) VALUES (:eventId, :call, :sequence, :record)
           ON CONFLICT (event_id, call, sequence) DO NOTHING`,
          { eventId, call, sequence, record },
        );
        if (inserted === 0) return false;
        sql.run(
          `INSERT INTO latest_decision (event_id, call, sequence, status, final, retry_at, decided_at)
           VALUES (:eventId, :call, :sequence, :status, :final, :retryAt, :decidedAt)
           ON CONFLICT (event_id, call) DO UPDATE SET sequence = excluded.sequence, status = excluded.status,
             final = excluded.final, retry_at = excluded.retry_at, decided_at = excluded.decided_at
           WHERE excluded.sequence > sequence`,
          row,
        );
        return true;
      },
    },
  };
}

/** Decisions of a SQLite store. */
export function sqliteDecisions(thread: StoreThread): DecisionStore {
  return {
    insert: async (record) =>
      thread.call('insertDecision', {
        eventId: record.eventId,
        call: record.call,
        sequence: record.sequence,
        record: JSON.stringify(record),
        status: record.status,
        final: record.final ? 1 : 0,
        retryAt: record.retryAt?.getTime() ?? null,
        decidedAt: record.decidedAt.getTime(),
      }),
    async latest(eventId, call) {
      const record = await thread.call('latestDecision', eventId, call);
      return record === undefined ? undefined : parseDecision(record);
    },
    async latestOfEvent(eventId) {
      const records = (await thread.call('latestDecisionsOfEvent', eventId)).map(parseDecision);
      return new Map(records.map((record) => [record.call, record]));
    },
    async history(eventId, call, request) {
      const paging = startPaging({ list: 'decisions', filter: { eventId, call }, key: ['number'] }, request);
      const conditions = new Conditions()
        .add('event_id = :eventId', 'eventId', eventId)
        .add('call = :call', 'call', call)
        .add('n < :page', 'page', paging.after?.[0]);
      const rows = await thread.call('listDecisions', conditions.where, {
        ...conditions.parameters,
        limit: paging.limit,
      });
      return paging.page(
        rows,
        (row) => [row.n],
        (row) => parseDecision(row.record),
      );
    },
    async unfinished() {
      const records = await thread.call('unfinishedDecisions');
      return records.map(parseDecision);
    },
    async countByStatus() {
      const rows = await thread.call('countDecisions');
      return new Map(rows.map(({ status, count }) => [status, count]));
    },
  };
}

/** A decision from its JSON: dates are text there. */
export function parseDecision(text: string): DecisionRecord {
  const { retryAt, propose, ...rest } = JSON.parse(text);
  return {
    ...rest,
    ...(retryAt && { retryAt: new Date(retryAt) }),
    ...(propose && { propose: { ...propose, expiration: new Date(propose.expiration) } }),
    decidedAt: new Date(rest.decidedAt),
    head: { ...rest.head, time: new Date(rest.head.time) },
  };
}
