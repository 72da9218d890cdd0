import type { IncidentFilter as StoreFilter } from '../../core/store/store.ts';
import type { IncidentFilter } from '../../gen/bos/v1/incident_pb.js';
import { incidentCallText } from './calls.ts';
import { rangeDates } from './time.ts';

/**
 * A filter of the API as the store takes it.
 * @throws BosError invalid for a call that incidents don't make
 */
export function incidentFilter(filter: IncidentFilter | undefined): StoreFilter {
  if (!filter) return {};
  const start = rangeDates(filter.startTime);
  const received = rangeDates(filter.receivedAt);
  return {
    ...(filter.eventId !== '' && { eventId: filter.eventId }),
    ...(filter.calls.length > 0 && {
      calls: filter.calls.map((call) => incidentCallText(call, 'filter.calls')),
    }),
    ...(filter.providers.length > 0 && { providers: filter.providers }),
    ...(filter.uniqueString !== '' && { uniqueString: filter.uniqueString }),
    ...(filter.contains !== '' && { contains: filter.contains }),
    ...(start.from && { startFrom: start.from }),
    ...(start.before && { startBefore: start.before }),
    ...(received.from && { receivedFrom: received.from }),
    ...(received.before && { receivedBefore: received.before }),
  };
}
