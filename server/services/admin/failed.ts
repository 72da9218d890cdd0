import type { Context } from '../../../core/context.ts';
import { syncEventId } from '../../../core/decide/sync-event.ts';
import type { FailedRun } from '../../../core/queue/queue.ts';
import type { DecisionRecord, EventRecord } from '../../../core/store/store.ts';
import { ifInTime } from '../../use-cases/if-in-time.ts';

/** Events a question. */
const PAGE_SIZE = 1000;
/** How long the queue may take before it counts as away. */
const QUEUE_MS = 2_000;

/** Whether a call was given up over an exception of ours. */
export function isFailed({ status }: DecisionRecord): boolean {
  return status === 'unhandled_exception';
}

/** Latest decisions of all calls that were given up over an exception, those of sports synchronisation last. */
export async function failedDecisions({
  store,
  sports,
}: Pick<Context, 'store' | 'sports'>): Promise<readonly DecisionRecord[]> {
  const events: EventRecord[] = [];
  let pageToken: string | undefined;
  do {
    const page = await store.events.list(
      { statuses: ['unhandled_exception'] },
      { pageSize: PAGE_SIZE, ...(pageToken !== undefined && { pageToken }) },
    );
    events.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  // They are no events that the store lists.
  const { network, sports: all } = sports.current().data;
  const syncs = await Promise.all(
    [undefined, ...all.map(({ identifier }) => identifier)].map((only) =>
      store.decisions.latest(syncEventId(network, only), 'sync'),
    ),
  );
  return [
    ...events.flatMap((event) => event.calls.flatMap(({ decision }) => decision ?? [])),
    ...syncs.flatMap((decision) => decision ?? []),
  ].filter(isFailed);
}

/**
 * Events whose latest run threw before anything was decided, by event. The store knows nothing of them but that they
 * are due. Empty while the queue cannot tell, which status says.
 */
export async function failedRuns({
  queue,
  clock,
}: Pick<Context, 'queue' | 'clock'>): Promise<ReadonlyMap<string, FailedRun>> {
  const failures = (await ifInTime(clock, QUEUE_MS, () => queue.failures())) ?? [];
  return new Map(failures.map((run) => [run.eventId, run]));
}
