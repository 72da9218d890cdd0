import { instantDate, parseInstant } from '../incidents/instant.ts';

/**
 * A start or finish of a season in any form that the Python suite reads: RFC 3339, `YYYY-MM-DD HH:MM:SS` (UTC), a day
 * alone (then its first or last second), each with `/` in place of `-`.
 */
export function parseSeasonDate(text: string, end: 'start' | 'finish'): Date | undefined {
  const dashed = text.trim().replace(/^(\d{4})\/(\d\d)\/(\d\d)/, '$1-$2-$3');
  const full = /^\d{4}-\d\d-\d\d$/.test(dashed)
    ? `${dashed} ${end === 'start' ? '00:00:00' : '23:59:59'}`
    : dashed;
  const instant = parseInstant(full);
  return instant && instantDate(instant);
}
