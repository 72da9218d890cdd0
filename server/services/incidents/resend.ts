import type { Context } from '../../../core/context.ts';
import { BosError } from '../../../core/errors.ts';
import type { EventCallKey } from '../../../gen/bos/v1/call_pb.js';
import type { IncidentKey } from '../../../gen/bos/v1/incident_pb.js';
import type { IncidentService } from '../../../gen/bos/v1/incident_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { incidentCallText } from '../../map/calls.ts';
import { askForRuns, type EventCall } from '../../use-cases/ask-for-runs.ts';

/** ResendIncidents: stored wishes for new decisions. */
export function resendIncidents(ctx: Context): Implementation<typeof IncidentService> {
  const ofIncident = async ({ uniqueString, provider }: IncidentKey): Promise<EventCall[]> => {
    const found = await ctx.store.incidents.find(uniqueString, provider === '' ? undefined : provider);
    if (found.length > 0) return found.map(({ eventId, call }) => ({ eventId, call }));
    const of = provider === '' ? '' : ` of provider ${provider}`;
    throw new BosError(
      'not_found',
      `no incident${of} has the unique_string "${uniqueString}": nothing was asked for`,
    );
  };
  const ofEvent = async (key: EventCallKey): Promise<EventCall[]> => {
    const call = incidentCallText(key.call, 'event_calls.call');
    const stored = await ctx.store.incidents.ofEvent(key.eventId);
    if (stored.some((incident) => incident.call === call)) return [{ eventId: key.eventId, call }];
    throw new BosError(
      'not_found',
      `the event "${key.eventId}" has no incident of ${call}: nothing was asked for`,
    );
  };

  return {
    async resendIncidents({ incidents, eventCalls }) {
      if (incidents.length + eventCalls.length === 0) {
        throw new BosError('invalid', 'expected at least one incident or event call, got none', {
          field: 'incidents',
        });
      }
      const found = await Promise.all([...incidents.map(ofIncident), ...eventCalls.map(ofEvent)]);
      return { jobIds: await askForRuns(ctx, found.flat(), 'resend') };
    },
  };
}
