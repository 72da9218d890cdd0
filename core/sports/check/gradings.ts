import { DivisionByZero } from '../grading/evaluate.ts';
import { isTakenByChain, missingParameter, trueKeys } from '../grading/grade.ts';
import { type ReadGrading, type ResolutionKey, readGrading } from '../grading/grading.ts';
import { parameterOf, parameterValues, scoreValues } from '../grading/values.ts';
import { rulesOf, templateOf } from '../make-sport.ts';
import { nameKey } from '../names.ts';
import type { RulesFile, SportFiles } from '../sport-files.ts';
import type { DynamicValues } from '../texts.ts';
import type { MarketGroupTemplate } from '../types.ts';
import type { SportsProblem } from '../yaml-file.ts';

/** A value that a market group may get, and how its template has it read. */
interface Setting {
  readonly parameters: DynamicValues;
  readonly allowsHalves: boolean;
}

/** Scores go up to 12 on each side, where more are common up to this. */
const HIGHEST_SCORE: ReadonlyMap<string, number> = new Map([['basketball', 150]]);
const USUAL_HIGHEST_SCORE = 12;

/** A sample of what medians of incidents become (oracle reference 6): halves, or whole numbers where only they may be. */
const HALVES = [0.5, 1.5, 2.5, 7.5, 12.5];
const WHOLES = [0, 1, 2, 7];
const TOTALS = [0.5, 5.5, 12.5, 199.5];

/**
 * Final scores for which a grading does not settle a market: nothing is true of it, or two things are, or the chain
 * refuses what is (oracle reference 10). Costs a second or so for a sport of many points.
 */
export function gradingWarnings({ index, rules, marketGroups }: SportFiles): readonly SportsProblem[] {
  const templates = [...marketGroups].flatMap(([key, file]) => (file ? [templateOf(key, file.data)] : []));
  const names = index ? [index.data.identifier, ...Object.values(index.data.name)] : [];
  const highest = names.map((name) => HIGHEST_SCORE.get(nameKey(name)) ?? 0);
  const bound = Math.max(USUAL_HIGHEST_SCORE, ...highest);
  const found: SportsProblem[] = [];
  for (const [key, file] of rules) {
    if (!file) continue;
    const read = readGrading(rulesOf(file.data).grading);
    if (!read.ok) continue;
    const users = templates.filter((template) => template.rules === key && template.dynamic !== 'other');
    for (const setting of settingsOf(users, read.grading)) {
      found.push(...faults(file, read.grading, setting, bound));
    }
  }
  return found;
}

/** The settings under which a grading is used; for one that is not in use those that its fields ask for. */
function settingsOf(users: readonly MarketGroupTemplate[], grading: ReadGrading): readonly Setting[] {
  const used = users.flatMap(({ dynamic, dynamicAllowFloat }) => settingsOfKind(dynamic, dynamicAllowFloat));
  if (users.length > 0) return [...new Map(used.map((one) => [JSON.stringify(one), one])).values()];
  const needs = new Set([...grading.fields].map(parameterOf));
  if (needs.has('handicaps')) return settingsOfKind('hc', true);
  return settingsOfKind(needs.has('overunder') && 'ou', true);
}

function settingsOfKind(kind: MarketGroupTemplate['dynamic'], allowsHalves: boolean): readonly Setting[] {
  switch (kind) {
    case 'hc':
      return (allowsHalves ? HALVES : WHOLES)
        .flatMap((value) => (value === 0 ? [value] : [value, -value]))
        .map((home) => ({ parameters: { handicaps: [home, home === 0 ? 0 : -home] }, allowsHalves }));
    case 'ou':
      return TOTALS.map((overunder) => ({ parameters: { overunder }, allowsHalves }));
    case 'other':
    case false:
      return [{ parameters: {}, allowsHalves }];
    default:
      return kind satisfies never;
  }
}

/** What goes wrong under one setting, each kind of it with its scores. */
function faults(
  file: RulesFile,
  grading: ReadGrading,
  { parameters, allowsHalves }: Setting,
  bound: number,
): readonly SportsProblem[] {
  const values = new Map(parameterValues(parameters, allowsHalves));
  const given = new Map([...scoreValues({ home: 0, away: 0 }), ...values]);
  const missing = missingParameter(grading, given);
  if (missing) return [file.problem(['grading'], missing.message)];

  const scoresOf = new Map<
    string,
    { readonly path: readonly (string | number)[]; readonly scores: string[] }
  >();
  for (let home = 0; home <= bound; home += 1) {
    for (let away = 0; away <= bound; away += 1) {
      for (const [field, value] of scoreValues({ home, away })) values.set(field, value);
      for (const { what, path } of faultsAt(grading, values)) {
        const entry = scoresOf.get(what) ?? { path, scores: [] };
        scoresOf.set(what, entry);
        entry.scores.push(`${home}:${away}`);
      }
    }
  }
  const where = settingText(parameters);
  return [...scoresOf].map(([what, { path, scores }]) => {
    const first = scores.slice(0, 8).join(', ');
    const rest = scores.length > 8 ? ` and ${scores.length - 8} more` : '';
    return { ...file.problem(path, `${where}${first}${rest}: ${what}`), scores };
  });
}

interface Fault {
  readonly what: string;
  readonly path: readonly (string | number)[];
}

function faultsAt(grading: ReadGrading, values: Parameters<typeof trueKeys>[1]): readonly Fault[] {
  let truths: readonly (readonly ResolutionKey[])[];
  try {
    truths = trueKeys(grading, values);
  } catch (error) {
    if (!(error instanceof DivisionByZero)) throw error;
    return [{ what: error.message, path: ['grading'] }];
  }
  const unsettled = new Map<string, number[]>();
  for (const [market, keys] of truths.entries()) {
    if (keys.length === 1) continue;
    const got = keys.length === 0 ? 'none' : keys.join(' and ');
    unsettled.set(got, [...(unsettled.get(got) ?? []), market]);
  }
  if (unsettled.size > 0) {
    return [...unsettled].map(([got, markets]) => ({
      what: `expected one of win, not_win and void to be true of market ${markets.map((at) => at + 1).join(', ')}, got ${got}`,
      path: ['grading', 'resolutions', ...markets.slice(0, 1)],
    }));
  }
  const resolutions = truths.flatMap(([key]) => (key === 'void' ? ['cancel' as const] : key ? [key] : []));
  if (isTakenByChain(resolutions)) return [];
  const what = `expected one winner and otherwise not_win, or all void, got ${resolutions.join(', ')}: the chain refuses it`;
  return [{ what, path: ['grading', 'resolutions'] }];
}

function settingText({ handicaps, overunder }: DynamicValues): string {
  if (handicaps) return `handicaps ${handicaps.join(' and ')}, scores `;
  return overunder === undefined ? 'scores ' : `over/under ${overunder}, scores `;
}
