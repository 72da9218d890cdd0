import type { Clock } from '../../clock.ts';
import type { UnknownName } from '../../incidents/types.ts';
import { fingerprint } from '../canonical-json.ts';
import { MAX_REFUSED_BODIES, MAX_UNKNOWN_NAMES, REFUSED_MAX_AGE_MS } from '../limits.ts';
import { startPaging } from '../paging.ts';
import type { RefusedStore } from '../store.ts';
import { Conditions, type Parameters, type Sql } from './sql.ts';
import type { StoreThread } from './thread.ts';

type RefusedRow = {
  readonly fingerprint: string;
  readonly body: string;
  readonly unknown: string;
  readonly provider: string;
  readonly receivedAt: number;
};

type UnknownNameRow = {
  readonly id: number;
  readonly kind: UnknownName['kind'];
  readonly name: string;
  readonly sport: string;
  readonly eventGroup: string;
  readonly outOfSeason: string | null;
  readonly providers: string;
  readonly count: number;
  readonly first: number;
  readonly last: number;
};

/** What the store's thread does for refused bodies. */
export function refusedOperations(sql: Sql) {
  return {
    reads: {
      listRefused: (where: string, parameters: Parameters) =>
        sql.all<RefusedRow & { id: number; count: number }>(
          `SELECT id, fingerprint, body, unknown, provider, received_at AS receivedAt, count
           FROM refused_body ${where} ORDER BY id DESC LIMIT :limit`,
          parameters,
        ),
      listUnknownNames: (where: string, parameters: Parameters) =>
        sql.all<UnknownNameRow>(
          `SELECT id, kind, name, sport, event_group AS eventGroup, out_of_season AS outOfSeason, providers,
             count, first_at AS first, last_at AS last
           FROM unknown_name ${where} ORDER BY id DESC LIMIT :limit`,
          parameters,
        ),
    },
    writes: {
      insertRefused: (row: RefusedRow, oldest: number) => {
        sql.run(
          `INSERT INTO refused_body (fingerprint, body, unknown, provider, received_at, count)
           VALUES (:fingerprint, :body, :unknown, :provider, :receivedAt, 1)
           ON CONFLICT (fingerprint) DO UPDATE SET
             unknown = excluded.unknown, received_at = max(received_at, excluded.received_at), count = count + 1`,
          row,
        );
        // Written as JSON by `sqliteRefused`.
        const names = JSON.parse(row.unknown) as readonly UnknownName[];
        for (const name of names) countName(sql, name, row);
        prune(sql, 'refused_body', 'received_at', oldest, MAX_REFUSED_BODIES);
        prune(sql, 'unknown_name', 'last_at', oldest, MAX_UNKNOWN_NAMES);
      },
      removeRefused: (fingerprints: readonly string[]) => {
        for (const one of fingerprints) {
          sql.run('DELETE FROM refused_body WHERE fingerprint = :one', { one });
        }
      },
      forgetNames: (names: readonly UnknownName[]) => {
        for (const { kind, name, sport = '', eventGroup = '' } of names) {
          sql.run(
            `DELETE FROM unknown_name
             WHERE kind = :kind AND name = :name AND sport = :sport AND event_group = :eventGroup`,
            { kind, name, sport, eventGroup },
          );
        }
      },
    },
  };
}

function countName(sql: Sql, name: UnknownName, { provider, receivedAt }: RefusedRow): void {
  sql.run(
    `INSERT INTO unknown_name (kind, name, sport, event_group, out_of_season, providers, count, first_at, last_at)
     VALUES (:kind, :name, :sport, :eventGroup, :outOfSeason, json_array(:provider), 1, :receivedAt, :receivedAt)
     ON CONFLICT (kind, name, sport, event_group) DO UPDATE SET
       out_of_season = excluded.out_of_season,
       providers = (SELECT json_group_array(value) FROM
         (SELECT value FROM json_each(providers) UNION SELECT :provider ORDER BY value)),
       count = count + 1,
       first_at = min(first_at, excluded.first_at),
       last_at = max(last_at, excluded.last_at)`,
    {
      kind: name.kind,
      name: name.name,
      sport: name.sport ?? '',
      eventGroup: name.eventGroup ?? '',
      outOfSeason: name.outOfSeason ?? null,
      provider,
      receivedAt,
    },
  );
}

/** Deletes what was last received before `oldest` (milliseconds) and what exceeds `max` rows. */
function prune(
  sql: Sql,
  table: 'refused_body' | 'unknown_name',
  column: 'received_at' | 'last_at',
  oldest: number,
  max: number,
): void {
  sql.run(`DELETE FROM ${table} WHERE ${column} < :oldest`, { oldest });
  sql.run(
    `DELETE FROM ${table} WHERE id IN
       (SELECT id FROM ${table} ORDER BY ${column} DESC, id DESC LIMIT -1 OFFSET :max)`,
    { max },
  );
}

/** Refused bodies of a SQLite store. Lists show what came first last; a repeat does not move its entry. */
export function sqliteRefused(thread: StoreThread, clock: Clock): RefusedStore {
  return {
    async insert({ body, unknown, provider, receivedAt }) {
      const row = {
        fingerprint: fingerprint(body),
        body: JSON.stringify(body),
        unknown: JSON.stringify(unknown),
        provider,
        receivedAt: receivedAt.getTime(),
      };
      await thread.call('insertRefused', row, clock.now().getTime() - REFUSED_MAX_AGE_MS);
    },
    async list(request) {
      const paging = startPaging({ list: 'refused', filter: {}, key: ['number'] }, request);
      const beyond = new Conditions().add('id < :page', 'page', paging.after?.[0]);
      const rows = await thread.call('listRefused', beyond.where, {
        ...beyond.parameters,
        limit: paging.limit,
      });
      return paging.page(
        rows,
        (row) => [row.id],
        (row) => ({
          body: JSON.parse(row.body),
          unknown: JSON.parse(row.unknown),
          provider: row.provider,
          receivedAt: new Date(row.receivedAt),
          count: row.count,
        }),
      );
    },
    async unknownNames(request) {
      const paging = startPaging({ list: 'unknown names', filter: {}, key: ['number'] }, request);
      const beyond = new Conditions().add('id < :page', 'page', paging.after?.[0]);
      const rows = await thread.call('listUnknownNames', beyond.where, {
        ...beyond.parameters,
        limit: paging.limit,
      });
      return paging.page(
        rows,
        (row) => [row.id],
        ({ id: _id, sport, eventGroup, outOfSeason, ...row }) => ({
          ...row,
          ...(sport !== '' && { sport }),
          ...(eventGroup !== '' && { eventGroup }),
          ...(outOfSeason !== null && { outOfSeason }),
          providers: JSON.parse(row.providers),
          first: new Date(row.first),
          last: new Date(row.last),
        }),
      );
    },
    async remove(bodies) {
      await thread.call('removeRefused', bodies.map(fingerprint));
    },
    async forget(names) {
      await thread.call('forgetNames', names);
    },
  };
}
