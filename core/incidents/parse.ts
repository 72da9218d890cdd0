import type { z } from 'zod';
import { BosError } from '../errors.ts';
import { formatDate, formatInstant, parseInstant } from './instant.ts';
import { argumentsSchemas, envelopeSchema } from './schema.ts';
import type { IncidentBody, Json, JsonObject, ParsedIncident } from './types.ts';

/** Deeper nesting than this is no incident; it only costs stack. */
const MAX_DEPTH = 32;

/**
 * Validates the JSON of one incident and puts it into canonical form; the order of keys may change. Pure: the time of
 * receipt comes in.
 * @param json any JSON value, as a data proxy sent it
 * @param receivedAt stands in for a timestamp that is missing or cannot be read
 * @throws BosError `invalid`; details: `field` (dotted path), `expected`, `got`, and `problems`, a list of the same
 */
export function parseIncident(json: unknown, receivedAt: Date): ParsedIncident {
  if (isTooDeep(json, MAX_DEPTH)) {
    throw new BosError('invalid', `expected an incident, got JSON nested deeper than ${MAX_DEPTH} levels`, {
      field: '',
      expected: `at most ${MAX_DEPTH} levels`,
      got: 'more',
    });
  }
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success) throw invalid(envelope.error.issues, json, []);
  const { unique_string: uniqueString, ...rest } = envelope.data;
  // A missing `arguments` is checked like an empty one.
  const sentArguments = 'arguments' in rest ? rest.arguments : {};
  const args = argumentsSchemas[rest.call].safeParse(sentArguments);
  if (!args.success) throw invalid(args.error.issues, sentArguments, ['arguments']);

  const body = {
    ...rest,
    arguments: args.data,
    provider_info: withReadablePushed(rest.provider_info),
    ...(uniqueString ? { unique_string: uniqueString } : {}),
    ...timestampOf(rest.timestamp, receivedAt),
  };
  return {
    // What came was JSON and the schemas only replace values by text: the loose keys are JSON, which zod cannot say.
    body: body as unknown as IncidentBody,
    sent: json as JsonObject,
    receivedAt,
  };
}

/**
 * An unreadable timestamp never refuses an incident: the time of receipt replaces it, the original text stays. To the
 * millisecond, because decisions know by the equality of the two that the sender gave none.
 */
function timestampOf(sent: unknown, receivedAt: Date): { timestamp: string; original_timestamp?: unknown } {
  const instant = typeof sent === 'string' ? parseInstant(sent) : undefined;
  if (instant) return { timestamp: formatInstant(instant) };
  const timestamp = formatDate(receivedAt);
  return sent === undefined || sent === null ? { timestamp } : { timestamp, original_timestamp: sent };
}

/** `pushed` as UTC where it is a date, as it came where it is other text, moved aside where it is no text at all. */
function withReadablePushed(info: Record<string, unknown>): Record<string, unknown> {
  const { pushed, ...rest } = info;
  if (pushed === undefined || pushed === null) return rest;
  if (typeof pushed !== 'string') return { ...rest, original_pushed: pushed };
  const instant = parseInstant(pushed);
  return { ...rest, pushed: instant ? formatInstant(instant) : pushed };
}

function isTooDeep(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isTooDeep(child, levels - 1));
}

interface Problem {
  readonly field: string;
  readonly expected: string;
  readonly got: string;
}

function invalid(issues: readonly z.core.$ZodIssue[], input: unknown, prefix: readonly string[]): BosError {
  const problems = issues.map((issue): Problem => {
    const field = [...prefix, ...issue.path]
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
      .join('')
      .replace(/^\./, '');
    return { field, expected: issue.message, got: shown(valueAt(input, issue.path)) };
  });
  const message = problems
    .map(({ field, expected, got }) => `${field === '' ? '' : `${field}: `}expected ${expected}, got ${got}`)
    .join('; ');
  return new BosError('invalid', message, { ...problems[0], problems });
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    // `key` is an own key of `value`.
    value = (value as Record<PropertyKey, Json>)[key];
  }
  return value;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
