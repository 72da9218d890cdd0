import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { BosError } from '../../core/errors.ts';
import type { TimeRange } from '../../gen/bos/v1/common_pb.js';

/** A Date as the API has it. */
export function timestamp(date: Date): Timestamp {
  return timestampFromDate(date);
}

/** A Date that may be missing. */
export function optionalTimestamp(date: Date | undefined): Timestamp | undefined {
  return date && timestampFromDate(date);
}

/** RFC 3339 text as the API has it, with up to nine digits of fraction; undefined when it is no date. */
export function timestampFromText(text: unknown): Timestamp | undefined {
  if (typeof text !== 'string') return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return undefined;
  const fraction = /\.(\d{1,9})/.exec(text)?.[1];
  const message = timestampFromDate(new Date(ms));
  if (fraction !== undefined) message.nanos = Number(fraction.padEnd(9, '0'));
  return message;
}

/**
 * A timestamp as RFC 3339 UTC text: no fraction when it is zero, else three, six or nine digits.
 * @throws BosError invalid for an instant outside of the years 1 to 9999
 */
export function textFromTimestamp(message: Timestamp, field: string): string {
  const seconds = Number(message.seconds);
  const inRange = seconds >= -62135596800 && seconds <= 253402300799;
  if (!inRange || message.nanos < 0 || message.nanos > 999_999_999) {
    throw new BosError(
      'invalid',
      `expected a time between the years 1 and 9999 in ${field}, got ${seconds} s`,
      {
        field,
      },
    );
  }
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  if (message.nanos === 0) return `${whole}Z`;
  const digits = String(message.nanos)
    .padStart(9, '0')
    .replace(/(000){1,2}$/, '');
  return `${whole}.${digits}Z`;
}

/** The ends of a range as Dates; absent ones stay absent. */
export function rangeDates(range: TimeRange | undefined): { from?: Date; before?: Date } {
  return {
    ...(range?.from && { from: timestampDate(range.from) }),
    ...(range?.before && { before: timestampDate(range.before) }),
  };
}
