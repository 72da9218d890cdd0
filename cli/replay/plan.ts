import { readFile } from 'node:fs/promises';
import { BosError } from '../../core/errors.ts';
import { parseReplayLine } from '../../core/incidents/python-literal.ts';
import { shiftIncident, shiftToStart } from '../../core/incidents/shift.ts';
import type { JsonObject } from '../../core/incidents/types.ts';
import { CommandFailure } from '../base/failure.ts';

/** What is to be done with one line of a replay file. */
export type PlannedLine =
  | { readonly line: number; readonly incident: JsonObject }
  | { readonly line: number; readonly problem: string };

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The instant that `--shift-to` names: `2d`, `36h`, `90m`, `30s` from `now`, or RFC 3339. */
export function shiftTarget(text: string, now: Date): Date {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) {
    return new Date(now.getTime() + Number(amount) * (UNITS[unit] ?? 0));
  }
  const time = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) ? new Date(text) : undefined;
  if (time !== undefined && !Number.isNaN(time.getTime())) return time;
  throw new CommandFailure(
    2,
    `expected --shift-to as 2d, 36h, 90m, 30s or 2026-03-01T19:00:00Z, got "${text}": write it like that`,
  );
}

/** The lines of a file that are not empty, with their numbers; a missing file is a usage error. */
async function linesOf(path: string): Promise<{ line: number; text: string }[]> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailure(
      2,
      `expected a file with one incident a line at ${path}, got ${code}: name another`,
    );
  }
  return content
    .split('\n')
    .map((text, i) => ({ line: i + 1, text: text.trim() }))
    .filter(({ text }) => text !== '');
}

function parsed(text: string): { incident: JsonObject } | { problem: string } {
  try {
    return { incident: parseReplayLine(text) };
  } catch (error) {
    if (error instanceof BosError) return { problem: error.message };
    throw error;
  }
}

/**
 * Reads a replay file: JSON objects or Python dicts, one a line, in the order of the file. With `call` only lines that
 * make it are kept. With `startAt` all starts move by as much as it takes to bring the first line's there, so that
 * lines of one match still are of one match. A line that cannot be read or moved is planned as its problem.
 */
export async function planReplay(options: {
  readonly file: string;
  readonly call: string | undefined;
  readonly startAt: Date | undefined;
  readonly now: Date;
}): Promise<readonly PlannedLine[]> {
  const { file, call, startAt, now } = options;
  const lines = (await linesOf(file)).map(({ line, text }) => ({ line, ...parsed(text) }));
  const kept = lines.filter(
    (planned) => !('incident' in planned) || call === undefined || planned.incident.call === call,
  );
  if (startAt === undefined) return kept;
  const shifts = kept.map((planned) =>
    'incident' in planned ? shiftToStart(planned.incident, startAt) : undefined,
  );
  const deltaMs = shifts.find((delta) => delta !== undefined);
  return kept.map((planned, i) => {
    if (!('incident' in planned)) return planned;
    if (deltaMs === undefined || shifts[i] === undefined) {
      return { line: planned.line, problem: 'expected id.start_time as a time to move, got none' };
    }
    return { line: planned.line, incident: shiftIncident(planned.incident, deltaMs, now) };
  });
}
