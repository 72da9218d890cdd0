import type { Call, StoredIncident } from '../incidents/types.ts';
import type { IncidentRef } from './types.ts';

/** The incidents of one call, one per provider. */
export interface ProviderCount {
  /** The latest of each provider, ordered by provider. */
  readonly latest: readonly StoredIncident[];
  readonly counted: readonly IncidentRef[];
  readonly notCounted: readonly (IncidentRef & { readonly reason: string })[];
}

/**
 * Counts providers: the latest incident of a provider for the call counts, once. Latest is by when it was pushed, then
 * by the sent timestamp, then by text; when we received it never decides (it differs between witnesses), nor does the
 * order of the incidents.
 */
export function countProviders(incidents: readonly StoredIncident[], call: Call): ProviderCount {
  const ordered = incidents
    .filter((incident) => incident.call === call)
    .map((incident) => ({ incident, latest: latestReport(incident) }))
    .sort(byProviderThenLatest)
    .map(({ incident }) => incident);
  const latest = ordered.filter((incident, at) => incident.provider !== ordered[at - 1]?.provider);
  const counts = new Set(latest);
  return {
    latest,
    counted: latest.map(refOf),
    notCounted: ordered
      .filter((incident) => !counts.has(incident))
      .map((incident) => ({ ...refOf(incident), reason: 'the same provider reported again later' })),
  };
}

/**
 * The season that most of the counted creates give; a tie goes to the smallest text, an empty one does not vote
 * (oracle reference 17, "Season").
 */
export function seasonOf(creates: readonly StoredIncident[]): string {
  const votes = new Map<string, number>();
  for (const { body } of creates) {
    const { season } = body.arguments;
    if (typeof season === 'string' && season !== '') votes.set(season, (votes.get(season) ?? 0) + 1);
  }
  const [first] = [...votes].sort(([a, votesA], [b, votesB]) => votesB - votesA || compareTexts(a, b));
  return first?.[0] ?? '';
}

/** Orders by code units, the same on every machine. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Reported {
  readonly incident: StoredIncident;
  readonly latest: Report;
}

function byProviderThenLatest(a: Reported, b: Reported): number {
  return (
    compareTexts(a.incident.provider, b.incident.provider) ||
    compareReports(b.latest, a.latest) ||
    compareTexts(b.incident.uniqueString, a.incident.uniqueString)
  );
}

/** When a report was pushed and when it was built, by its sender's word; 0 for what it does not say. */
type Report = readonly [pushedMs: number, sentMs: number];

/** The latest of all reports of an incident: a repeat counts, whichever of them was stored first. */
function latestReport(incident: StoredIncident): Report {
  return [incident, ...incident.sightings]
    .map(({ pushed, sentAt }): Report => [pushed?.getTime() ?? 0, sentAt?.getTime() ?? 0])
    .reduce((latest, report) => (compareReports(report, latest) > 0 ? report : latest), [0, 0]);
}

function compareReports(a: Report, b: Report): number {
  return a[0] - b[0] || a[1] - b[1];
}

function refOf({ uniqueString, provider }: StoredIncident): IncidentRef {
  return { uniqueString, provider };
}
