/**
 * A moment as text carries it: whole seconds plus the digits of a fraction, because senders give up to nine of them
 * and a Date keeps three.
 */
export interface Instant {
  /** Milliseconds since 1970, a multiple of 1000. */
  readonly wholeMs: number;
  /** Digits of the fraction of a second without trailing zeros; `''` for none. */
  readonly fraction: string;
}

const FORM =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([Zz])|([+-])(\d\d):(\d\d))| (\d\d):(\d\d):(\d\d)(?:\.(\d+))?)$/;

/**
 * Reads RFC 3339 (any offset), or `YYYY-MM-DD HH:MM:SS` as UTC (data proxy reference 6). Undefined for anything else
 * and for days and hours that do not exist.
 */
export function parseInstant(text: string): Instant | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const number = (index: number): number => Number(match[index] ?? 0);
  const spaced = match[12] !== undefined;
  const [hour, minute, second, fraction] = spaced
    ? [number(12), number(13), number(14), match[15]]
    : [number(4), number(5), number(6), match[7]];
  const [offsetHour, offsetMinute] = [number(10), number(11)];
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const day = new Date(0);
  day.setUTCFullYear(number(1), number(2) - 1, number(3));
  if (day.getUTCMonth() !== number(2) - 1 || day.getUTCDate() !== number(3)) return undefined;
  const offset = (match[9] === '-' ? -1 : 1) * (offsetHour * 60 + offsetMinute);
  return {
    wholeMs: day.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000,
    fraction: (fraction ?? '').replace(/0+$/, ''),
  };
}

/** RFC 3339 in UTC with `Z`; the fraction only when there is one. */
export function formatInstant(instant: Instant): string {
  const seconds = new Date(instant.wholeMs).toISOString().replace('.000Z', '');
  return `${seconds}${instant.fraction === '' ? '' : `.${instant.fraction}`}Z`;
}

/** The same moment as a Date; digits below a millisecond are dropped. */
export function instantDate(instant: Instant): Date {
  return new Date(instant.wholeMs + Number(instant.fraction.slice(0, 3).padEnd(3, '0')));
}

/** RFC 3339 in UTC of a Date, to the millisecond: reading it gives the same Date. */
export function formatDate(date: Date): string {
  const wholeMs = Math.floor(date.getTime() / 1000) * 1000;
  const fraction = String(date.getTime() - wholeMs).padStart(3, '0');
  return formatInstant({ wholeMs, fraction: fraction.replace(/0+$/, '') });
}

/** RFC 3339 in UTC of a Date, whole seconds: the form of `start_time`. */
export function formatSeconds(date: Date): string {
  return formatInstant({ wholeMs: Math.floor(date.getTime() / 1000) * 1000, fraction: '' });
}
