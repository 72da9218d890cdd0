import { createHash } from 'node:crypto';
import type { ObjectId } from '../chain/types.ts';

/** What ranks are drawn for: one order of witnesses per sport, call and day (agreement rule G). */
export interface RankSubject {
  readonly sport: string;
  readonly call: string;
  /** UTC day of the start, `2026-01-15`; '' where there is no start. */
  readonly day: string;
}

/**
 * The place of a witness among the active ones, 0 first, for one sport, call and UTC day (agreement rule G). Ordered
 * by SHA-256, so it is spread evenly and every witness computes the same. By day and not by event, so that one account
 * batches an evening's equal market operations.
 * @param active ids of the active witnesses' accounts
 * @returns undefined when the account is not an active witness
 */
export function rankOf(
  subject: RankSubject,
  account: ObjectId,
  active: Iterable<ObjectId>,
): number | undefined {
  const drawn = [...new Set(active)].map((id) => ({ id, lot: lotOf(subject, id) }));
  drawn.sort((a, b) => (a.lot < b.lot ? -1 : 1));
  const place = drawn.findIndex(({ id }) => id === account);
  return place < 0 ? undefined : place;
}

function lotOf({ sport, call, day }: RankSubject, account: ObjectId): string {
  return createHash('sha256')
    .update(JSON.stringify([sport, call, day, account]))
    .digest('hex');
}
