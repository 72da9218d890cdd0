import { z } from 'zod';
import { formatInstant, formatSeconds, instantDate, parseInstant } from './instant.ts';
import type { Call } from './types.ts';
import { CALLS } from './types.ts';

/**
 * One schema family for every entrance (`/trigger`, the typed API, replays). It is as tolerant as data proxy
 * reference 6 says and puts values into canonical form on the way: scores as text, times in UTC. Each `error` text
 * completes the sentence "expected ...". Unknown keys survive at every level.
 */

/** The chain counts seconds in 32 bits. */
const CHAIN_TIME_END_MS = 2 ** 32 * 1000;

function name(what: string) {
  return z.string({ error: what }).refine((text) => text.trim() !== '', { error: what });
}

const START = 'a start time like 2030-01-31T19:00:00Z (RFC 3339, or YYYY-MM-DD HH:MM:SS in UTC)';
const START_RANGE = 'a start time from 1970 to 2106, which is what the chain can hold';
const startTime = z.string({ error: START }).transform((text, context) => {
  const instant = parseInstant(text);
  if (!instant || instant.wholeMs < 0 || instant.wholeMs >= CHAIN_TIME_END_MS) {
    context.addIssue({ code: 'custom', message: instant ? START_RANGE : START });
    return z.NEVER;
  }
  return formatSeconds(instantDate(instant));
});

const WHISTLE = 'a time like 2030-01-31T19:03:21Z (RFC 3339, or YYYY-MM-DD HH:MM:SS in UTC), or null';
const whistleTime = z
  .string({ error: WHISTLE })
  .transform((text, context) => {
    const instant = parseInstant(text);
    if (instant) return formatInstant(instant);
    context.addIssue({ code: 'custom', message: WHISTLE });
    return z.NEVER;
  })
  .nullish();

const SCORE = 'a score: a whole number from 0 to 999999, as text or number';
const score = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  z.string({ error: SCORE }).regex(/^0*\d{1,6}$/, { error: SCORE }),
);

const SEASON = 'a season as text, like "2030" or "2030-2031", or an empty text';
const season = z.preprocess(
  (value) => (Number.isSafeInteger(value) ? String(value) : value),
  z.string({ error: SEASON }),
);

const DECIMAL = 'a decimal number as text, like "-2" or "235.5"';
const decimal = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  z.string({ error: DECIMAL }).regex(/^[+-]?\d{1,9}(\.\d{1,9})?$/, { error: DECIMAL }),
);

const PARTICIPANT = 'the name of the home or away team that the handicap is stated for';
const dynamicType = z
  .looseObject(
    {
      type: name('a type: "ou", "hc" or "1x2_hc"'),
      value: decimal,
      participant: z.string({ error: PARTICIPANT }).nullish(),
    },
    { error: 'an object with type and value' },
  )
  .refine((entry) => !isHandicap(entry.type) || (entry.participant ?? '').trim() !== '', {
    error: PARTICIPANT,
    path: ['participant'],
  });

/** Whether a dynamic type is of the handicap family (data proxy reference 6, dynamic_bmgs). */
export function isHandicap(type: unknown): boolean {
  return type === 'hc' || type === '1x2_hc';
}

const ARGUMENTS = 'an object';

/** Arguments by call. What a call cannot be understood without is required; everything else may be missing. */
export const argumentsSchemas = {
  create: z.looseObject(
    { season, unsure: z.boolean({ error: 'true or false' }).optional() },
    { error: ARGUMENTS },
  ),
  in_progress: z.looseObject({ whistle_start_time: whistleTime }, { error: ARGUMENTS }),
  finish: z.looseObject({ whistle_end_time: whistleTime }, { error: ARGUMENTS }),
  result: z.looseObject({ home_score: score, away_score: score }, { error: ARGUMENTS }),
  // An empty PHP array arrives as a list; a null reason is no reason.
  canceled: z.preprocess(
    (value) => (Array.isArray(value) && value.length === 0 ? {} : withoutNullReason(value)),
    z.looseObject(
      { reason: z.string({ error: 'a reason as text, or null' }).optional() },
      { error: ARGUMENTS },
    ),
  ),
  dynamic_bmgs: z.looseObject(
    {
      types: z
        .array(dynamicType, { error: 'a list of dynamic types' })
        .min(1, { error: 'at least one dynamic type' }),
    },
    { error: ARGUMENTS },
  ),
  unknown: z.looseObject({}, { error: ARGUMENTS }),
} satisfies Record<Call, z.ZodType>;

function withoutNullReason(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('reason' in value) || value.reason !== null)
    return value;
  const { reason: _dropped, ...rest } = value;
  return rest;
}

/** Everything but the arguments and the times that never make an incident invalid (timestamp, pushed). */
export const envelopeSchema = z.looseObject(
  {
    id: z.looseObject(
      {
        sport: name('the name of a sport'),
        event_group_name: name('the name of a league'),
        start_time: startTime,
        home: name('the name of the home team'),
        away: name('the name of the away team'),
      },
      { error: 'an object with sport, event_group_name, start_time, home, away' },
    ),
    call: z.enum(CALLS, { error: `one of ${CALLS.join(', ')}` }),
    provider_info: z.looseObject(
      { name: name('the name of the provider') },
      { error: 'an object with the name of the provider' },
    ),
    unique_string: z.string({ error: 'text' }).nullish(),
  },
  { error: 'an incident: an object with id, call, arguments and provider_info' },
);
