/** Fields of an operation or object in the node's JSON form. */
export type Fields = Readonly<Record<string, unknown>>;

/** One field that is not as wanted; for texts one language, e.g. `name.en`. Absent means not there. */
export interface FieldDifference {
  readonly field: string;
  readonly expected?: string;
  readonly actual?: string;
}

/**
 * Reads the pairs of a text map; anything else is undefined, and so is one with a key twice, of which the node would
 * take the first and we another. Peers' operations come as the node answers them.
 */
function pairsOf(value: unknown): ReadonlyMap<string, string> | undefined {
  if (!Array.isArray(value)) return undefined;
  const map = new Map<string, string>();
  for (const pair of value) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string' || typeof pair[1] !== 'string') return undefined;
    if (map.has(pair[0])) return undefined;
    map.set(pair[0], pair[1]);
  }
  return map;
}

/** The text of one language, undefined where there is none. */
export function textOf(value: unknown, language: string): string | undefined {
  return pairsOf(value)?.get(language);
}

/** All pairs of a text map as `[language, text]`. */
export function textsOf(value: unknown): readonly (readonly [string, string])[] {
  return [...(pairsOf(value) ?? [])];
}

/**
 * Compares one field in both directions. Text maps are compared language by language, whatever their order; all else
 * by its printed form (the node answers large numbers as text).
 */
export function differences(field: string, expected: unknown, actual: unknown): readonly FieldDifference[] {
  const wanted = pairsOf(expected);
  const found = pairsOf(actual);
  if (!wanted || !found) {
    const want = printed(expected);
    const have = printed(actual);
    return want === have ? [] : [difference(field, want, have)];
  }
  const languages = [...new Set([...wanted.keys(), ...found.keys()])].sort();
  return languages
    .filter((language) => wanted.get(language) !== found.get(language))
    .map((language) => difference(`${field}.${language}`, wanted.get(language), found.get(language)));
}

/** Says a difference for people. */
export function inWords(difference: FieldDifference): string {
  // Lists are JSON already.
  const show = (text: string | undefined) =>
    text === undefined ? 'nothing' : text.startsWith('[') ? text : JSON.stringify(text);
  return `${difference.field}: wanted ${show(difference.expected)}, found ${show(difference.actual)}`;
}

function difference(
  field: string,
  expected: string | undefined,
  actual: string | undefined,
): FieldDifference {
  return {
    field,
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
  };
}

function printed(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
