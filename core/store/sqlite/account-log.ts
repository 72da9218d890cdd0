import { startPaging } from '../paging.ts';
import type { AccountLogEntry, AccountLogStore } from '../store.ts';
import { Conditions, type Parameters, type Sql } from './sql.ts';
import type { StoreThread } from './thread.ts';

type LogRow = { readonly n: number; readonly entry: string; readonly outcome: string | null };
type NewLogRow = { readonly account: string; readonly n: number; readonly entry: string };

/** What the store's thread does for the log of an account's transactions. */
export function accountLogOperations(sql: Sql) {
  return {
    reads: {
      lastLogNumber: (account: string) =>
        sql.get<{ n: number | null }>('SELECT max(n) AS n FROM account_log WHERE account = :account', {
          account,
        })?.n ?? 0,
      unresolvedLogEntries: (account: string) =>
        sql.all<LogRow>(
          `SELECT n, entry, outcome FROM account_log
           WHERE account = :account AND outcome IS NULL ORDER BY n`,
          { account },
        ),
      listLogEntries: (where: string, parameters: Parameters) =>
        sql.all<LogRow>(
          `SELECT n, entry, outcome FROM account_log ${where} ORDER BY n DESC LIMIT :limit`,
          parameters,
        ),
    },
    writes: {
      insertLogEntry: (row: NewLogRow): boolean =>
        sql.run(
          `INSERT INTO account_log (account, n, entry) VALUES (:account, :n, :entry)
           ON CONFLICT (account, n) DO NOTHING`,
          row,
        ) > 0,
      resolveLogEntry: (account: string, n: number, outcome: string) => {
        sql.run(
          'UPDATE account_log SET outcome = :outcome WHERE account = :account AND n = :n AND outcome IS NULL',
          { account, n, outcome },
        );
      },
    },
  };
}

/** The account log of a SQLite store. */
export function sqliteAccountLog(thread: StoreThread): AccountLogStore {
  return {
    insert: async (entry) =>
      thread.call('insertLogEntry', { account: entry.account, n: entry.n, entry: JSON.stringify(entry) }),
    lastN: (account) => thread.call('lastLogNumber', account),
    async unresolved(account) {
      const rows = await thread.call('unresolvedLogEntries', account);
      return rows.map(toEntry);
    },
    resolve: async (account, n, outcome) =>
      thread.call('resolveLogEntry', account, n, JSON.stringify(outcome)),
    async list(account, request) {
      const paging = startPaging({ list: 'account log', filter: { account }, key: ['number'] }, request);
      const conditions = new Conditions()
        .add('account = :account', 'account', account)
        .add('n < :page', 'page', paging.after?.[0]);
      const rows = await thread.call('listLogEntries', conditions.where, {
        ...conditions.parameters,
        limit: paging.limit,
      });
      return paging.page(rows, (row) => [row.n], toEntry);
    },
  };
}

/** An entry from its JSON: dates are text there. */
function toEntry({ entry, outcome }: LogRow): AccountLogEntry {
  const parsed = JSON.parse(entry);
  return {
    ...parsed,
    expiration: new Date(parsed.expiration),
    at: new Date(parsed.at),
    ...(outcome !== null && { outcome: JSON.parse(outcome) }),
  };
}
