import { z } from 'zod';
import { parseSeasonDate } from './season-date.ts';

/**
 * The files of the bookiesports format. Unknown keys are let through (the format has some that nobody reads); what
 * decisions read is checked. Each `error` text completes the sentence "expected ...".
 */
const TEXT = 'text (put it in quotes if YAML takes it for a number or a yes/no)';
const text = z.string({ error: TEXT });
const identifier = text.refine((value) => value.trim() !== '', { error: 'an identifier, not empty' });
const aliases = z
  .array(text, { error: 'a list of texts' })
  .nullish()
  .transform((list) => list ?? []);
const texts = z
  .record(z.string().min(1), text, { error: 'texts by language' })
  .refine((value) => value.en !== undefined, { error: 'a text for the language "en"' });
const keys = z.array(text, { error: 'a list of names' });
const flag = z.boolean({ error: 'true or false' });

function seasonDate(end: 'start' | 'finish') {
  const expected = 'a date like 2030-01-31T00:00:00Z';
  return z
    .string({ error: expected })
    .transform((value, context) => {
      const date = parseSeasonDate(value, end);
      if (date) return date;
      context.addIssue({ code: 'custom', message: expected });
      return z.NEVER;
    })
    .nullish();
}

export const networkSchema = z.looseObject(
  {
    chain_id: text.regex(/^(\*|[0-9a-f]{64})$/, { error: '64 lower-case hexadecimal digits, or "*"' }),
  },
  { error: 'chain_id' },
);

export const sportSchema = z.looseObject(
  { identifier, name: texts, aliases, eventgroups: keys },
  { error: 'the keys of a sport' },
);

export const eventGroupSchema = z.looseObject(
  {
    identifier,
    name: texts,
    aliases,
    participants: text,
    bettingmarketgroups: keys,
    eventscheme: z.looseObject({ name: texts }, { error: 'an object with name' }),
    start_date: seasonDate('start'),
    finish_date: seasonDate('finish'),
    leadtime_Max: z
      .number({ error: 'a number of days' })
      .nonnegative({ error: 'days, not negative' })
      .nullish(),
  },
  { error: 'the keys of an event group' },
);

export const participantSchema = z.looseObject(
  { identifier: identifier.nullish(), name: texts.nullish(), aliases },
  { error: 'a participant' },
);

/** A participant needs one of identifier and English name; the name stands in for the identifier (oracle reference 4). */
const participant = participantSchema.transform(({ identifier: own, name, aliases: others }, context) => {
  const known = own ?? name?.en;
  if (known !== undefined) return { identifier: known, name: name ?? { en: known }, aliases: others };
  context.addIssue({ code: 'custom', message: 'an identifier or an English name' });
  return z.NEVER;
});

export const participantsSchema = z.looseObject(
  { participants: z.array(participant, { error: 'a list of participants' }) },
  { error: 'participants' },
);

const formula = text.optional();
export const resolutionSchema = z.looseObject(
  { win: formula, not_win: formula, void: formula },
  { error: 'win, not_win and void' },
);

/** The grading of rules, in a file or as JSON on chain. */
export const gradingSchema = z.looseObject(
  {
    metric: text,
    resolutions: z.array(resolutionSchema, { error: 'a list with one resolution per market' }),
  },
  { error: 'metric and resolutions' },
);

export const rulesSchema = z.looseObject(
  { identifier, name: texts, description: texts, grading: gradingSchema },
  { error: 'the keys of rules' },
);

export const marketGroupSchema = z.looseObject(
  {
    description: texts,
    asset: z
      .array(text, { error: 'a list of asset symbols' })
      .min(1, { error: 'at least one asset symbol' })
      .refine((list) => new Set(list).size === list.length, { error: 'every asset symbol once' }),
    dynamic: z.union([z.literal(['hc', 'ou']), z.boolean()], { error: '"hc", "ou", true or false' }),
    dynamic_allow_float: flag.default(true),
    number_betting_markets: z.number({ error: 'a number' }),
    is_live: flag,
    never_in_play: flag.default(false),
    delay_before_settling: z
      .int({ error: 'whole seconds' })
      .nonnegative({ error: 'seconds, not negative' })
      .default(0),
    rules: text,
    bettingmarkets: z.array(z.looseObject({ description: texts }, { error: 'an object with description' }), {
      error: 'a list of markets',
    }),
  },
  { error: 'the keys of a market group' },
);

const localAlias = { name: identifier, identifier };
const onlyKeys = { error: 'only kind, sport (but for a sport), name and identifier' };
/** The witness's own names, see local-aliases.ts. */
export const localAliasesSchema = z.looseObject(
  {
    aliases: z
      .array(
        z.discriminatedUnion(
          'kind',
          [
            z.strictObject({ kind: z.literal('sport'), ...localAlias }, onlyKeys),
            z.strictObject({ kind: z.literal('event_group'), sport: identifier, ...localAlias }, onlyKeys),
            z.strictObject({ kind: z.literal('participant'), sport: identifier, ...localAlias }, onlyKeys),
          ],
          { error: 'kind (sport, event_group or participant), sport, name and identifier' },
        ),
        { error: 'a list of aliases' },
      )
      .nullish()
      .transform((list) => list ?? []),
  },
  { error: 'aliases' },
);
