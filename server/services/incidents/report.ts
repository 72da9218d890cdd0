import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Context } from '../../../core/context.ts';
import { decideSettings } from '../../../core/decide/settings.ts';
import { BosError } from '../../../core/errors.ts';
import { instantDate, parseInstant } from '../../../core/incidents/instant.ts';
import type { Incident } from '../../../gen/bos/v1/incident_pb.js';
import {
  type IncidentService,
  type ReportIncidentResponseSchema,
  type ReportIncidentsResultSchema,
  ReportOutcome,
} from '../../../gen/bos/v1/incident_service_pb.js';
import { errorDetail, failureOf } from '../../edge/errors.ts';
import type { Implementation } from '../../edge/rpc.ts';
import { incidentJson } from '../../map/incident-in.ts';
import { incidentMessage } from '../../map/incident-out.ts';
import { timestamp } from '../../map/time.ts';
import { type Reported, reportIncident } from '../../use-cases/report-incident.ts';

type ReportResponse = MessageInitShape<typeof ReportIncidentResponseSchema>;
type ReportResult = MessageInitShape<typeof ReportIncidentsResultSchema>;

/** ReportIncident and ReportIncidents: the typed way to the same use case as `/trigger`. */
export function reportIncidents(ctx: Context): Implementation<typeof IncidentService> {
  const settings = decideSettings(ctx.config);

  const report = async (incident: Incident): Promise<ReportResponse> => {
    const reported = await reportIncident(ctx, incidentJson(incident));
    const { sport, event_group_name: league } = reported.incident.body.id;
    return response(reported, settings.threshold(reported.incident.call, sport, league));
  };
  const reportOne = async (incident: Incident): Promise<ReportResult> => {
    try {
      return { result: { case: 'accepted', value: await report(incident) } };
    } catch (error) {
      return { result: { case: 'error', value: errorDetail(failureOf(error, ctx.log)) } };
    }
  };

  return {
    reportIncident({ incident }) {
      if (!incident) throw new BosError('invalid', 'expected an incident, got none', { field: 'incident' });
      return report(incident);
    },
    async reportIncidents({ incidents }) {
      if (incidents.length === 0) {
        throw new BosError('invalid', 'expected at least one incident, got none', { field: 'incidents' });
      }
      return { results: await Promise.all(incidents.map(reportOne)) };
    },
  };
}

function response({ incident, outcome, jobId }: Reported, threshold: number): ReportResponse {
  const sentStart = parseInstant(String(incident.originalId.start_time));
  const sent = sentStart && instantDate(sentStart);
  const wasSnapped = sent !== undefined && sent.getTime() !== incident.startTime.getTime();
  return {
    incident: incidentMessage(incident.body),
    uniqueString: incident.uniqueString,
    eventId: incident.eventId,
    jobId,
    outcome: outcome === 'new' ? ReportOutcome.NEW : ReportOutcome.DUPLICATE,
    originalStartTime: wasSnapped ? timestamp(sent) : undefined,
    threshold,
  };
}
