import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Call, CallStatus } from '../../gen/bos/v1/call_pb.js';

/** Columns that line up, two spaces apart, the head in capitals; `(none)` without rows. */
export function aligned(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '(none)';
  const lines = [head.map((title) => title.toUpperCase()), ...rows];
  const widths = head.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((text, i) => text.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `name   value` lines that line up; values of several lines are indented. Empty values are left out. */
export function fields(pairs: readonly (readonly [name: string, value: string])[]): string {
  const shown = pairs.filter(([, value]) => value !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  const indent = ' '.repeat(width + 2);
  return shown
    .map(([name, value]) => `${name.padEnd(width)}  ${value.replaceAll('\n', `\n${indent}`)}`)
    .join('\n');
}

/** RFC 3339 in UTC without a fraction, `2018-03-16T23:00:00Z`; empty when absent. */
export function when(time: Timestamp | undefined): string {
  return time === undefined
    ? ''
    : timestampDate(time)
        .toISOString()
        .replace(/\.\d+Z$/, 'Z');
}

/** `create`, `in_progress`, ... */
export function callText(call: Call): string {
  return (Call[call] ?? 'unknown').toLowerCase();
}

/** Our own word for a status, e.g. `insufficient incidents`. */
export function statusText(status: CallStatus): string {
  return (CallStatus[status] ?? 'unknown').toLowerCase().replaceAll('_', ' ');
}

/** Statuses that end with a further incident of the call. */
const ENDED_BY_INCIDENT: readonly CallStatus[] = [CallStatus.INSUFFICIENT_INCIDENTS, CallStatus.UNDECIDED];

/** A status with what may follow by itself: nothing in `done (final)` and in `undecided (until the next incident)`. */
export function standing({
  status,
  final,
}: {
  readonly status: CallStatus;
  readonly final: boolean;
}): string {
  if (!final) return statusText(status);
  const until = ENDED_BY_INCIDENT.includes(status) ? 'until the next incident' : 'final';
  return `${statusText(status)} (${until})`;
}

/** The one text of a map of texts by language that people are shown. */
export function englishOf(texts: Readonly<Record<string, string>>): string {
  return texts.en ?? Object.values(texts)[0] ?? '';
}

/** `3 incidents`, `1 incident` */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
