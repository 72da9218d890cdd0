import type { StoredIncident } from '../incidents/types.ts';
import type { DynamicValues } from '../sports/texts.ts';
import type { NormalizedMatch, Normalizer } from '../sports/types.ts';

/** The types of dynamic market groups that incidents speak of. */
export const DYNAMIC_TYPES = ['hc', 'ou'] as const;
export type DynamicType = (typeof DYNAMIC_TYPES)[number];

/**
 * Every value that the incidents of a match give a type, as a set: several of one provider or one incident all count
 * (oracle reference 6). Handicaps are seen from the home team: one stated for away counts inverted. Entries that
 * cannot be read, or that speak of another team, give nothing.
 */
export function statedValues(
  incidents: readonly StoredIncident[],
  type: DynamicType,
  match: NormalizedMatch,
  normalizer: Normalizer,
): readonly number[] {
  return incidents
    .filter(({ call }) => call === 'dynamic_bmgs')
    .flatMap(({ body }) => (Array.isArray(body.arguments.types) ? body.arguments.types : []))
    .flatMap((entry: unknown): number[] => {
      if (typeof entry !== 'object' || entry === null) return [];
      // Checked member by member below.
      const { type: stated, value, participant } = entry as Readonly<Record<string, unknown>>;
      if (typeOf(stated) !== type) return [];
      const number = numberOf(value);
      if (number === undefined) return [];
      if (type === 'ou') return [number];
      const team =
        typeof participant === 'string' ? normalizer.participant(match.sport, participant) : undefined;
      if (team?.identifier === match.home.identifier) return [number];
      return team?.identifier === match.away.identifier ? [0 - number] : [];
    });
}

/**
 * The value of a market group from all stated ones: their median; over/under down to an integer plus a half; a
 * handicap rounded to an integer, then away from zero by a half unless the template allows no halves (oracle
 * reference 6). A handicap of 0 counts as +0.5 for home.
 * @param stated at least one value
 */
export function valuesOf(stated: readonly number[], type: DynamicType, allowsHalves: boolean): DynamicValues {
  const middle = median(stated);
  if (type === 'ou') return { overunder: Math.floor(middle) + 0.5 };
  const rounded = roundHalfEven(middle);
  const home = allowsHalves ? (rounded < 0 ? rounded - 0.5 : rounded + 0.5) : rounded;
  return { handicaps: [home, 0 - home] };
}

/** Whether two values of a type are the same market within a tolerance, and of the same form (halves or integers). */
export function isNear(a: DynamicValues, b: DynamicValues, tolerance: number): boolean {
  const [one, two] = [keyValue(a), keyValue(b)];
  if (one === undefined || two === undefined) return false;
  const isSymmetric = [a, b].every(({ handicaps }) => !handicaps || handicaps[0] + handicaps[1] === 0);
  return isSymmetric && isSameForm(one, two) && Math.abs(one - two) <= tolerance;
}

/** A value for people, e.g. `8.5`; a handicap as home has it. */
export function valueText(values: DynamicValues): string {
  return String(keyValue(values) ?? '');
}

function keyValue({ handicaps, overunder }: DynamicValues): number | undefined {
  return handicaps ? handicaps[0] : overunder;
}

function isSameForm(a: number, b: number): boolean {
  return Math.abs(a % 1) === Math.abs(b % 1);
}

function typeOf(stated: unknown): DynamicType | undefined {
  if (stated === 'hc' || stated === '1x2_hc') return 'hc';
  return stated === 'ou' ? 'ou' : undefined;
}

/** A decimal number as the entrance takes it. */
function numberOf(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[+-]?\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** As Python rounds: a half goes to the even neighbour. */
function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  if (value - down !== 0.5) return Math.round(value) + 0;
  return down % 2 === 0 ? down : down + 1;
}
