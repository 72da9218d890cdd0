import { CALL_STATUSES, legacyStatusText } from '../../core/decide/types.ts';
import { CallStatus } from '../../gen/bos/v1/call_pb.js';
import type { StoredIncident } from '../../gen/bos/v1/incident_pb.js';
import { callText, when } from './text.ts';

/** A cell is a list of lines. */
type Cell = readonly string[];

/** Width of the left column at least, as operators know the table. */
const IDENTIFIER_WIDTH = 28;

/** A table framed by `+`, `-` and `|`, with a line under each row. */
function framed(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  minWidths: readonly number[],
): Cell {
  const all: (readonly Cell[])[] = [head.map((title) => [title]), ...rows];
  const widths = head.map((_, column) =>
    Math.max(minWidths[column] ?? 0, ...all.flatMap((row) => (row[column] ?? []).map((line) => line.length))),
  );
  const border = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
  const lines = [border];
  for (const row of all) {
    const height = Math.max(...row.map((cell) => cell.length));
    for (let i = 0; i < height; i += 1) {
      lines.push(
        `|${widths.map((width, column) => ` ${(row[column]?.[i] ?? '').padEnd(width)} `).join('|')}|`,
      );
    }
    lines.push(border);
  }
  return lines;
}

/** As the Python suite spells it. */
function legacyText(status: CallStatus): string {
  const name = (CallStatus[status] ?? '').toLowerCase();
  return legacyStatusText(CALL_STATUSES.find((known) => known === name) ?? 'unknown');
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | number): T[][] {
  const groups = new Map<string | number, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** The string that was sent, else the canonical one. */
export function shownString(incident: StoredIncident): string {
  return incident.sentUniqueStrings[0] ?? incident.uniqueString;
}

function callsOf(incidents: readonly StoredIncident[]): Cell {
  const calls = groupBy(incidents, (incident) => incident.call).sort(
    (a, b) => (a[0]?.call ?? 0) - (b[0]?.call ?? 0),
  );
  const rows = calls.map((ofCall) => [
    ofCall.slice(0, 1).map((first) => callText(first.call)),
    ofCall.slice(0, 1).map((first) => `name: ${legacyText(first.callStatus)}`),
    ofCall.map(shownString),
    ofCall.map((incident) => incident.incident?.providerInfo?.name ?? ''),
  ]);
  return framed(['call', 'status', 'incident uid', 'incident provider'], rows, []);
}

/**
 * The nested table of incidents: left the match, right a table of its calls with the status of each, and under a call
 * its incidents by the string they were sent under. Matches by start time, incidents by receipt.
 */
export function incidentsTable(incidents: readonly StoredIncident[]): string {
  const received = (incident: StoredIncident) => incident.receivedAt?.seconds ?? 0n;
  const start = (group: readonly StoredIncident[]) => group[0]?.incident?.id?.startTime?.seconds ?? 0n;
  const ascending = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);
  // Newest first is how they come; sorting is stable, so equal seconds keep the order of receipt.
  const byReceipt = [...incidents].reverse().sort((a, b) => ascending(received(a), received(b)));
  const events = groupBy(byReceipt, (incident) => incident.eventId).sort((a, b) =>
    ascending(start(a), start(b)),
  );
  const rows = events.map((ofEvent) => {
    const id = ofEvent[0]?.incident?.id;
    const match = [
      id?.sport ?? '',
      id?.eventGroupName ?? '',
      when(id?.startTime),
      `home: ${id?.home ?? ''}`,
      `away: ${id?.away ?? ''}`,
    ];
    return [match, callsOf(ofEvent)];
  });
  return framed(['identifier', 'Incidents'], rows, [IDENTIFIER_WIDTH]).join('\n');
}
