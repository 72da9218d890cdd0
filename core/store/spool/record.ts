import { crc32 } from 'node:zlib';
import type { Incident } from '../../incidents/types.ts';

/*
 * One incident is one line: the CRC-32 of the JSON in eight hex digits, a blank, the JSON. A line that was cut off or
 * garbled is told by its sum; what stands in others is not touched by it.
 */

/** The line of an incident, with its line break. */
export function toLine(incident: Incident): string {
  const json = JSON.stringify(incident);
  return `${sumOf(json)} ${json}\n`;
}

/** The incident of a line without its line break; undefined when the line is not whole. */
export function fromLine(line: string): Incident | undefined {
  const json = line.slice(9);
  if (line[8] !== ' ' || line.slice(0, 8) !== sumOf(json)) return undefined;
  const fields = JSON.parse(json) as Record<string, unknown>;
  for (const key of Object.keys(DATES)) {
    const text = fields[key];
    if (typeof text === 'string') fields[key] = new Date(text);
  }
  // The sum says that these are the bytes that `toLine` made of an incident; only its dates had become text.
  return fields as unknown as Incident;
}

/** The fields of an incident that hold a date: all of them, or this does not compile. */
const DATES: Readonly<Record<DateKey, true>> = {
  startTime: true,
  receivedAt: true,
  pushed: true,
  sentAt: true,
};

type DateKey = {
  [Key in keyof Incident]-?: Date extends NonNullable<Incident[Key]> ? Key : never;
}[keyof Incident];

function sumOf(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}
