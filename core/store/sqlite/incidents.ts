import type { StoredIncident } from '../../incidents/types.ts';
import type { Page, PageRequest } from '../../page.ts';
import { startPaging } from '../paging.ts';
import type { IncidentFilter, IncidentStore } from '../store.ts';
import {
  asStored,
  fromIncidentRow,
  type IncidentRow,
  insertIncident,
  type NewIncidentRow,
  SELECT_INCIDENT,
  toIncidentRow,
} from './incident-rows.ts';
import { Conditions, listParameter, type Parameters, type Sql } from './sql.ts';
import type { StoreThread } from './thread.ts';

/** What the store's thread does for incidents. */
export function incidentOperations(sql: Sql) {
  return {
    reads: {
      findIncidents: (where: string, parameters: Parameters) =>
        sql.all<IncidentRow>(`${SELECT_INCIDENT} ${where} ORDER BY i.position`, parameters),
      listIncidents: (where: string, order: 'ASC' | 'DESC', parameters: Parameters) =>
        sql.all<IncidentRow>(
          `${SELECT_INCIDENT} ${where} ORDER BY i.position ${order} LIMIT :limit`,
          parameters,
        ),
      incidentProviders: () =>
        sql.all<{ provider: string; count: number; first: number; last: number }>(
          `SELECT provider, count(*) AS count, min(received_at) AS first, max(received_at) AS last
           FROM incident GROUP BY provider ORDER BY provider`,
        ),
      countIncidents: () => sql.get<{ count: number }>('SELECT count(*) AS count FROM incident')?.count ?? 0,
    },
    writes: {
      insertIncident: (row: NewIncidentRow) => insertIncident(sql, row),
      markIncidentsSeen: (keys: readonly (readonly [uniqueString: string, provider: string])[]) => {
        for (const [uniqueString, provider] of keys) {
          sql.run(
            `UPDATE incident SET seen = 1
             WHERE unique_string = :uniqueString AND provider = :provider AND seen = 0`,
            { uniqueString, provider },
          );
        }
      },
    },
  };
}

/** Incidents of a SQLite store. */
export function sqliteIncidents(thread: StoreThread): IncidentStore {
  return {
    async insert(incident) {
      const outcome = await thread.call('insertIncident', toIncidentRow(incident));
      return 'there' in outcome
        ? { outcome: 'duplicate', incident: fromIncidentRow(outcome.there) }
        : { outcome: 'new', incident: asStored(incident, outcome.position) };
    },
    async find(uniqueString, provider) {
      const conditions = new Conditions()
        .add(NAMED_BY, 'uniqueString', uniqueString)
        .add('i.provider = :provider', 'provider', provider);
      const rows = await thread.call('findIncidents', conditions.where, conditions.parameters);
      return rows.map(fromIncidentRow);
    },
    list: (filter, page) => listIncidents(thread, filter, page),
    async ofEvent(eventId) {
      const conditions = new Conditions().add('i.event_id = :eventId', 'eventId', eventId);
      const rows = await thread.call('findIncidents', conditions.where, conditions.parameters);
      return rows.map(fromIncidentRow);
    },
    async markSeen(keys) {
      if (keys.length === 0) return;
      await thread.call(
        'markIncidentsSeen',
        keys.map(({ uniqueString, provider }) => [uniqueString, provider] as const),
      );
    },
    async providers() {
      const rows = await thread.call('incidentProviders');
      return rows.map((row) => ({ ...row, first: new Date(row.first), last: new Date(row.last) }));
    },
    count: () => thread.call('countIncidents'),
  };
}

const NAMED_BY = `i.unique_string = :uniqueString OR i.sent_unique_string = :uniqueString
  OR i.position IN (SELECT incident FROM sighting WHERE sent_unique_string = :uniqueString)`;

const CONTAINS = `instr(i.unique_string, lower(:contains)) OR instr(lower(i.sent_unique_string), lower(:contains))
  OR i.position IN (SELECT incident FROM sighting WHERE instr(lower(sent_unique_string), lower(:contains)))`;

async function listIncidents(
  thread: StoreThread,
  filter: IncidentFilter,
  request: PageRequest,
): Promise<Page<StoredIncident>> {
  const oldestFirst = filter.after !== undefined;
  const paging = startPaging({ list: 'incidents', filter, key: ['number'] }, request);
  const conditions = new Conditions()
    .add('i.event_id = :eventId', 'eventId', filter.eventId)
    .add('i.call IN (SELECT value FROM json_each(:calls))', 'calls', listUnlessEmpty(filter.calls))
    .add(
      'i.provider IN (SELECT value FROM json_each(:providers))',
      'providers',
      listUnlessEmpty(filter.providers),
    )
    .add(NAMED_BY, 'uniqueString', filter.uniqueString)
    .add(CONTAINS, 'contains', filter.contains)
    .add('i.start_at >= :startFrom', 'startFrom', filter.startFrom?.getTime())
    .add('i.start_at < :startBefore', 'startBefore', filter.startBefore?.getTime())
    .add('i.received_at >= :receivedFrom', 'receivedFrom', filter.receivedFrom?.getTime())
    .add('i.received_at < :receivedBefore', 'receivedBefore', filter.receivedBefore?.getTime())
    .add('i.position > :after', 'after', filter.after)
    .add(`i.position ${oldestFirst ? '>' : '<'} :page`, 'page', paging.after?.[0]);
  const rows = await thread.call('listIncidents', conditions.where, oldestFirst ? 'ASC' : 'DESC', {
    ...conditions.parameters,
    limit: paging.limit,
  });
  return paging.page(rows, (row) => [row.position], fromIncidentRow);
}

function listUnlessEmpty(values: readonly string[] | undefined): string | undefined {
  return values && values.length > 0 ? listParameter(values) : undefined;
}
