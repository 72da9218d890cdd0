import { chunks } from '../batch.ts';
import { startPaging } from '../paging.ts';
import type { AccountLogEntry, AccountLogStore, LogOutcome } from '../store.ts';
import { type Collections, documentKey, type LogDocument } from './collections.ts';
import { insertIfNew } from './inserting.ts';

const BATCH = 500;

/** The account log of a MongoDB store (agreement rule I). An outcome is an insert as well, so that the first one stays. */
export function mongoAccountLog({ log, outcomes }: Collections): AccountLogStore {
  const outcomesOf = async (rows: readonly LogDocument[]): Promise<ReadonlyMap<string, LogOutcome>> => {
    const found = new Map<string, LogOutcome>();
    for (const some of chunks(rows, BATCH)) {
      const ids = some.map(({ _id }) => _id);
      for await (const row of outcomes.find({ _id: { $in: ids } })) {
        found.set(row._id, JSON.parse(row.outcome));
      }
    }
    return found;
  };
  const markResolved = (account: string, n: number) =>
    log.updateOne({ _id: documentKey(account, n) }, { $set: { resolved: true } });

  return {
    insert: (entry) =>
      insertIfNew(log, {
        _id: documentKey(entry.account, entry.n),
        account: entry.account,
        n: entry.n,
        resolved: false,
        entry: JSON.stringify(entry),
      }),
    async lastN(account) {
      return (await log.findOne({ account }, { sort: { n: -1 } }))?.n ?? 0;
    },
    async unresolved(account) {
      const rows = await log.find({ account, resolved: false }).sort({ n: 1 }).toArray();
      const settled = await outcomesOf(rows);
      // The mark comes after the outcome; a process may have died in between.
      for (const row of rows.filter(({ _id }) => settled.has(_id))) await markResolved(account, row.n);
      return rows.filter(({ _id }) => !settled.has(_id)).map((row) => toEntry(row, undefined));
    },
    async resolve(account, n, outcome) {
      const _id = documentKey(account, n);
      if (!(await log.findOne({ _id }))) return;
      await insertIfNew(outcomes, { _id, outcome: JSON.stringify(outcome) });
      await markResolved(account, n);
    },
    async list(account, request) {
      const paging = startPaging({ list: 'account log', filter: { account }, key: ['number'] }, request);
      const rows = await log
        .find({ account, ...(paging.after && { n: { $lt: paging.after[0] } }) })
        .sort({ n: -1 })
        .limit(paging.limit)
        .toArray();
      const settled = await outcomesOf(rows);
      return paging.page(
        rows,
        (row) => [row.n],
        (row) => toEntry(row, settled.get(row._id)),
      );
    },
  };
}

/** An entry from its JSON: dates are text there. */
function toEntry({ entry }: LogDocument, outcome: LogOutcome | undefined): AccountLogEntry {
  const parsed = JSON.parse(entry);
  return {
    ...parsed,
    expiration: new Date(parsed.expiration),
    at: new Date(parsed.at),
    ...(outcome && { outcome }),
  };
}
