import type { StoredIncident } from '../../gen/bos/v1/incident_pb.js';
import { callText, when } from './text.ts';

/** Of `in_progress` and `dynamic_bmgs`, so that what follows the call lines up. */
const CALL_WIDTH = 12;

/** One incident in one line: when it was received, what it says of which match, and who says so. */
export function incidentLine({ receivedAt, call, eventId, incident }: StoredIncident): string {
  const provider = incident?.providerInfo?.name ?? '';
  return [when(receivedAt), callText(call).padEnd(CALL_WIDTH), eventId, provider].join('  ');
}
