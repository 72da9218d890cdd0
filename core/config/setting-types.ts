import { z } from 'zod';
import { CALLS } from '../incidents/types.ts';
import type { SettingType } from './settings.ts';

/** What a type of setting accepts. */
export interface SettingTypeRule {
  /** In words, for messages and docs: "a port number from 0 to 65535". */
  readonly expected: string;
  /** Checks a value of config.yaml and brings it into the form of the table. */
  readonly schema: z.ZodType<unknown>;
  /** Makes of a text (environment, flag) what config.yaml would hold; what it cannot read it leaves as text. */
  readonly fromText: (text: string) => unknown;
}

const asText = (text: string): unknown => text;
const asNumber = (text: string): unknown => (/^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text);
const asList = (text: string): unknown =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

function asYesNo(text: string): unknown {
  if (/^(true|yes|on|1)$/i.test(text)) return true;
  return /^(false|no|off|0)$/i.test(text) ? false : text;
}

/** `create=1,Soccer/EPL/result=3` */
function asThresholds(text: string): unknown {
  const pairs = text.split(',').map((part) => {
    const at = part.lastIndexOf('=');
    return [part.slice(0, at).trim(), asNumber(part.slice(at + 1))] as const;
  });
  return Object.fromEntries(pairs);
}

const word = z.string().trim().min(1);
const words = z.union([z.array(word), word.transform((one) => [one])]);
const thresholdKey = z.string().refine((key) => {
  const parts = key.split('/');
  return (
    parts.length <= 3 && parts.every((part) => part !== '') && CALLS.some((call) => call === parts.at(-1))
  );
});

/** Levels as pino and as Python name them. */
const LEVELS: Readonly<Record<string, string>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  critical: 'error',
  fatal: 'error',
};

/** The rules by type. */
export const SETTING_TYPES: Readonly<Record<SettingType, SettingTypeRule>> = {
  text: { expected: 'a text', schema: word, fromText: asText },
  url: {
    expected: 'an address like "sqlite:"',
    schema: z.string().regex(/^[a-z0-9+.-]+:/i),
    fromText: asText,
  },
  yes_no: { expected: 'true or false', schema: z.boolean(), fromText: asYesNo },
  port: {
    expected: 'a port number from 0 to 65535',
    schema: z.number().int().min(0).max(65535),
    fromText: asNumber,
  },
  count: { expected: 'a whole number from 1 on', schema: z.number().int().min(1), fromText: asNumber },
  number: { expected: 'a number from 0 on', schema: z.number().min(0), fromText: asNumber },
  seconds: { expected: 'a number of seconds above 0', schema: z.number().positive(), fromText: asNumber },
  list: { expected: 'a text or a list of texts', schema: words, fromText: asList },
  url_list: {
    expected: 'an address like "ws://127.0.0.1:8090" or a list of them',
    schema: words.refine((list) => list.length > 0 && list.every((one) => /^wss?:\/\/[^/]+/i.test(one))),
    fromText: asList,
  },
  log_level: {
    expected: 'one of debug, info, warn, error',
    schema: z
      .string()
      .transform((level) => LEVELS[level.toLowerCase()] ?? '')
      .refine((level) => level !== ''),
    fromText: asText,
  },
  thresholds: {
    expected: `a map from "call", "sport/call" or "sport/league/call" to a whole number from 1 on (calls: ${CALLS.join(', ')})`,
    schema: z.record(thresholdKey, z.number().int().min(1)),
    fromText: asThresholds,
  },
  anything: { expected: 'anything', schema: z.unknown(), fromText: asText },
};
