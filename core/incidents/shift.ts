import { formatInstant, formatSeconds, parseInstant } from './instant.ts';
import type { Json, JsonObject } from './types.ts';

const FIVE_MINUTES_MS = 5 * 60 * 1000;

/**
 * How far old incidents have to move so that `first` starts at `startAt`. A multiple of five minutes (rounded down),
 * so that starts which fall into one five-minute slot still do after the move. Computed once per file, from its first
 * line, and given to `shiftIncident` for every line.
 * @returns milliseconds, or undefined when `first` has no start time that can be read
 */
export function shiftToStart(first: JsonObject, startAt: Date): number | undefined {
  const start = parseInstant(textAt(first.id, 'start_time') ?? '');
  if (!start) return undefined;
  return Math.floor((startAt.getTime() - start.wholeMs) / FIVE_MINUTES_MS) * FIVE_MINUTES_MS;
}

/**
 * Moves the times of an incident: its start and whistle times by `deltaMs`, and with them `timestamp` and `pushed`,
 * which never end up after `now`. Its `unique_string` and `id_string` are left out, because they name the old start;
 * the receiver computes them anew. Times that cannot be read stay as they are.
 */
export function shiftIncident(incident: JsonObject, deltaMs: number, now: Date): JsonObject {
  const { unique_string: _unique, id_string: _id, ...rest } = incident;
  return {
    ...rest,
    ...changed(rest, ['timestamp'], (text) => moved(text, deltaMs, now)),
    ...nested(rest, 'id', ['start_time'], (text) => moved(text, deltaMs)),
    ...nested(rest, 'arguments', ['whistle_start_time', 'whistle_end_time'], (text) => moved(text, deltaMs)),
    ...nested(rest, 'provider_info', ['pushed'], (text) => moved(text, deltaMs, now)),
  };
}

function moved(text: string, deltaMs: number, latest?: Date): string {
  const instant = parseInstant(text);
  if (!instant) return text;
  const wholeMs = instant.wholeMs + deltaMs;
  if (latest && wholeMs > latest.getTime()) return formatSeconds(latest);
  return formatInstant({ wholeMs, fraction: instant.fraction });
}

function changed(object: JsonObject, keys: readonly string[], change: (text: string) => string): JsonObject {
  const entries = keys.flatMap((key) => {
    const text = textAt(object, key);
    return text === undefined ? [] : [[key, change(text)]];
  });
  return Object.fromEntries(entries);
}

function nested(
  object: JsonObject,
  key: string,
  keys: readonly string[],
  change: (text: string) => string,
): JsonObject {
  const inner = object[key];
  return isObject(inner) ? { [key]: { ...inner, ...changed(inner, keys, change) } } : {};
}

function textAt(value: Json | undefined, key: string): string | undefined {
  const text = isObject(value) ? value[key] : undefined;
  return typeof text === 'string' ? text : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
