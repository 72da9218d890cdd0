import { toJson } from '@bufbuild/protobuf';
import { IncidentSchema, type StoredIncident } from '../../gen/bos/v1/incident_pb.js';
import { callText, counted, fields, statusText, when } from './text.ts';

/** The arguments as one line of JSON. */
function argumentsText({ incident }: StoredIncident): string {
  if (incident?.arguments.case === undefined) return '';
  const json = toJson(IncidentSchema, incident, { useProtoFieldName: true });
  const found =
    json !== null && typeof json === 'object' && !Array.isArray(json)
      ? json[incident.arguments.case.replaceAll(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)]
      : {};
  return JSON.stringify(found);
}

/** One stored incident for people. */
export function incidentText(stored: StoredIncident): string {
  const { incident } = stored;
  const sightings = stored.sightings.map(
    (sighting) =>
      `${when(sighting.receivedAt)}${sighting.pushed === undefined ? '' : ` (pushed ${when(sighting.pushed)})`}`,
  );
  return fields([
    ['unique_string', stored.uniqueString],
    ['sent as', stored.sentUniqueStrings.filter((sent) => sent !== stored.uniqueString).join('\n')],
    ['provider', incident?.providerInfo?.name ?? ''],
    ['event', stored.eventId],
    ['match', `${incident?.id?.home ?? ''} v ${incident?.id?.away ?? ''}`],
    ['league', `${incident?.id?.sport ?? ''} / ${incident?.id?.eventGroupName ?? ''}`],
    ['start', when(incident?.id?.startTime)],
    ['call', callText(stored.call)],
    ['arguments', argumentsText(stored)],
    ['status', statusText(stored.callStatus)],
    ['read by a decision', stored.seen ? 'yes' : 'no'],
    ['timestamp', when(incident?.timestamp)],
    [counted(sightings.length, 'sighting'), sightings.join('\n')],
  ]);
}
