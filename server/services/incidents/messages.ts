import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Context } from '../../../core/context.ts';
import type { StoredIncident } from '../../../core/incidents/types.ts';
import type { StoredIncidentSchema } from '../../../gen/bos/v1/incident_pb.js';
import { storedIncidentMessage } from '../../map/incident-out.ts';
import { callStatuses } from '../../use-cases/call-statuses.ts';

/** Makes messages of stored incidents, with the present status of their calls. */
export function incidentMessages(
  ctx: Pick<Context, 'store'>,
): (found: readonly StoredIncident[]) => Promise<MessageInitShape<typeof StoredIncidentSchema>[]> {
  return async (found) => {
    const statusOf = await callStatuses(ctx, found);
    return found.map((incident) =>
      storedIncidentMessage(incident, statusOf(incident.eventId, incident.call)),
    );
  };
}
