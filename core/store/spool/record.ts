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
  // The sum says that these are the bytes that `toLine` made; only its dates have become text.
  const { startTime, receivedAt, pushed, ...rest } = JSON.parse(json) as Stored;
  return {
    ...rest,
    startTime: new Date(startTime),
    receivedAt: new Date(receivedAt),
    ...(pushed === undefined ? {} : { pushed: new Date(pushed) }),
  };
}

type Stored = Omit<Incident, 'startTime' | 'receivedAt' | 'pushed'> & {
  readonly startTime: string;
  readonly receivedAt: string;
  readonly pushed?: string;
};

function sumOf(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}
