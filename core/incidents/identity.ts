import { unreachable } from '../errors.ts';
import { compareCodePoints } from './code-points.ts';
import type { Call, IncidentBody, IncidentId, Json, JsonObject } from './types.ts';

/** What identity is computed from. */
export type IdentityParts = Pick<IncidentBody, 'call' | 'arguments'> & {
  readonly id: Pick<IncidentId, 'sport' | 'event_group_name' | 'start_time' | 'home' | 'away'>;
};

/**
 * The slug of the Python suite (data proxy reference 7): decomposed (NFKD), ASCII letters, digits, `_`, `-` and white
 * space only, trimmed, lower case, each run of white space one hyphen. Runs of hyphens stay.
 */
export function slugify(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_\-\t-\r ]/g, '')
    .trim()
    .toLowerCase()
    .replace(/\s+/g, '-');
}

function idText(id: IdentityParts['id']): string {
  return [id.start_time, id.sport, id.event_group_name, id.home, id.away].join('__');
}

/** Identity of the match: the legacy `id_string` of an `id`. */
export function eventIdOf(id: IdentityParts['id']): string {
  return slugify(idText(id));
}

function uniqueStringOf(parts: IdentityParts, argumentText: string): string {
  const texts = [idText(parts.id), parts.call];
  if (argumentText !== '') texts.push(argumentText);
  return slugify(texts.join('__'));
}

/**
 * The unique_string as data proxies compute it, from names, times and argument order exactly as given (data proxy
 * reference 7), so give it what was sent and not a parsed body. For helping senders; our own key is
 * `canonicalUniqueString`.
 */
export function legacyUniqueString(parts: IdentityParts): string {
  return uniqueStringOf(parts, legacyArgumentText(parts.call, parts.arguments));
}

/**
 * The unique_string that makes an incident unique together with its provider: arguments in a fixed order, scores
 * without leading zeros, defaults left out (oracle reference 17, "Canonical arguments"). Expects a body in canonical
 * form, as `parseIncident` gives it.
 */
export function canonicalUniqueString(parts: IdentityParts): string {
  return uniqueStringOf(parts, canonicalArgumentText(parts.call, parts.arguments));
}

/** A score without leading zeros, as it counts and goes on chain; other text unchanged. */
export function canonicalScore(text: string): string {
  return text.replace(/^0+(?=\d)/, '');
}

/** The start of the match down to five minutes of UTC; seconds are kept, a fraction is dropped (oracle reference 17). */
export function snapToFiveMinutes(start: Date): Date {
  const seconds = Math.floor(start.getTime() / 1000);
  return new Date((seconds - (new Date(seconds * 1000).getUTCMinutes() % 5) * 60) * 1000);
}

function legacyArgumentText(call: Call, args: JsonObject): string {
  if (call === 'result') return `${pythonText(args.home_score)}-${pythonText(args.away_score)}`;
  if (call === 'dynamic_bmgs') return dynamicText(args, pythonText);
  return joined(Object.values(args));
}

function canonicalArgumentText(call: Call, args: JsonObject): string {
  switch (call) {
    case 'create':
      return joined([args.season, args.unsure === true ? true : undefined]);
    case 'in_progress':
      return joined([args.whistle_start_time]);
    case 'finish':
      return joined([args.whistle_end_time]);
    case 'result':
      return [args.home_score, args.away_score].map((score) => canonicalScore(pythonText(score))).join('-');
    case 'canceled':
      return joined([args.reason]);
    case 'dynamic_bmgs':
      return dynamicText(args, (value) => canonicalDecimal(pythonText(value)));
    case 'unknown':
      return joined([args.received]);
    default:
      return unreachable(call);
  }
}

function joined(values: readonly (Json | undefined)[]): string {
  return values
    .map(pythonText)
    .filter((text) => text !== '')
    .join(', ');
}

/** Entries sorted by the concatenation of their parts, each `type-value-participant`. */
function dynamicText(args: JsonObject, valueText: (value: Json | undefined) => string): string {
  const types: readonly Json[] = Array.isArray(args.types) ? args.types : [];
  return types
    .map((entry) => {
      const fields: JsonObject = isObject(entry) ? entry : {};
      return [pythonText(fields.type), valueText(fields.value), pythonText(fields.participant ?? undefined)];
    })
    .sort((a, b) => compareCodePoints(a.join(''), b.join('')))
    .map((parts) => parts.join('-'))
    .join('-');
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How Python prints a JSON value inside the string; absent is empty. */
function pythonText(value: Json | undefined): string {
  switch (typeof value) {
    case 'undefined':
      return '';
    case 'string':
      return value;
    case 'boolean':
      return value ? 'True' : 'False';
    case 'number':
      return String(value);
    default:
      return value === null ? 'None' : JSON.stringify(value);
  }
}

/** A decimal number without plus, leading zeros and trailing zeros of the fraction; `-0` is `0`. */
function canonicalDecimal(text: string): string {
  const match = /^([+-]?)0*(\d+?)(?:\.(\d*?)0*)?$/.exec(text);
  if (!match) return text;
  const digits = `${match[2]}${match[3] ? `.${match[3]}` : ''}`;
  return match[1] === '-' && /[1-9]/.test(digits) ? `-${digits}` : digits;
}
