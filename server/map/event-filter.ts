import type { EventRecord, EventFilter as StoreFilter } from '../../core/store/store.ts';
import { Call } from '../../gen/bos/v1/call_pb.js';
import type { EventFilter } from '../../gen/bos/v1/event_pb.js';
import { incidentCallText, statusText } from './calls.ts';
import { rangeDates } from './time.ts';

/**
 * A filter of the API as the store takes it.
 * @throws BosError invalid for a call that incidents don't make, or an unknown status
 */
export function eventFilter(filter: EventFilter | undefined): StoreFilter {
  if (!filter) return {};
  const start = rangeDates(filter.startTime);
  return {
    ...(filter.call !== Call.UNSPECIFIED && { call: incidentCallText(filter.call, 'filter.call') }),
    ...(filter.statuses.length > 0 && {
      statuses: filter.statuses.map((status) => statusText(status, 'filter.statuses')),
    }),
    ...(start.from && { startFrom: start.from }),
    ...(start.before && { startBefore: start.before }),
    ...(filter.contains !== '' && { contains: filter.contains }),
  };
}

/** Whether an event is one of those that the store would list. */
export function matchesEvent(filter: StoreFilter, event: EventRecord): boolean {
  const { call, statuses, startFrom, startBefore, contains } = filter;
  const calls = event.calls.filter((one) => call === undefined || one.call === call);
  return (
    (call === undefined || calls.length > 0) &&
    (!statuses?.length || calls.some(({ decision }) => statuses.includes(decision?.status ?? 'unknown'))) &&
    (!startFrom || event.startTime >= startFrom) &&
    (!startBefore || event.startTime < startBefore) &&
    (contains === undefined || event.eventId.includes(contains.toLowerCase()))
  );
}
