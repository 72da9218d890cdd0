import { crc32 } from 'node:zlib';
import type { Incident } from '../../incidents/types.ts';
import type { RefusedBody } from '../store.ts';

/*
 * One report is one line: the CRC-32 of the JSON in eight hex digits, a blank, the JSON. A line that was cut off or
 * garbled is told by its sum; what stands in others is not touched by it.
 */

/** A report that the store has to get: an incident that was taken, or a body that was refused for its names. */
export type Report = Incident | RefusedBody;

/** Tells the two kinds of reports apart. */
export function isIncident(report: Report): report is Incident {
  return 'eventId' in report;
}

/** The line of a report, with its line break. */
export function toLine(report: Report): string {
  const json = JSON.stringify(report);
  return `${sumOf(json)} ${json}\n`;
}

/** The report of a line without its line break; undefined when the line is not whole. */
export function fromLine(line: string): Report | undefined {
  const json = line.slice(9);
  if (line[8] !== ' ' || line.slice(0, 8) !== sumOf(json)) return undefined;
  const fields = JSON.parse(json) as Record<string, unknown>;
  for (const key of Object.keys(DATES)) {
    const text = fields[key];
    if (typeof text === 'string') fields[key] = new Date(text);
  }
  // The sum says that these are the bytes that `toLine` made of a report; only its dates had become text.
  return fields as unknown as Report;
}

/** The fields of reports that hold a date: all of them, or this does not compile. */
const DATES: Readonly<Record<DateKey, true>> = {
  startTime: true,
  receivedAt: true,
  pushed: true,
  sentAt: true,
};

type DateKey = DateKeyOf<Incident> | DateKeyOf<RefusedBody>;

type DateKeyOf<T> = { [Key in keyof T]-?: Date extends NonNullable<T[Key]> ? Key : never }[keyof T];

function sumOf(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}
