import type { ChainMarket, ChainMarketGroup, ChainRules, ChainView, Resolution } from '../../chain/types.ts';
import { BosError } from '../../errors.ts';
import { gradeMarketGroup } from '../../sports/grading/grade.ts';
import { parseGrading } from '../../sports/grading/grading.ts';
import { dynamicValuesOf, type Score } from '../../sports/grading/values.ts';
import { type DynamicValues, marketDescription, marketGroupDescription } from '../../sports/texts.ts';
import type { Grading, MarketGroupTemplate, NormalizedMatch } from '../../sports/types.ts';
import type { Resolutions } from './acts.ts';
import { textOf } from './texts.ts';

/** What a final score makes of a market group. */
export type GroupOutcome =
  | { readonly ok: true; readonly resolutions: Resolutions }
  /** It cannot be resolved by a program: why, in words. */
  | { readonly ok: false; readonly problem: string };

/** Says what becomes of a market group. */
export type Grader = (group: ChainMarketGroup, markets: readonly ChainMarket[], score: Score) => GroupOutcome;

/**
 * Makes the grader of a match: by the formulas of the rules on chain (oracle reference 10), which are read once. Which
 * formula belongs to which market is told by the texts of the market group's template, never by the order of ids:
 * markets may have come to be in several proposals.
 */
export function makeGrader(view: ChainView, match: NormalizedMatch): Grader {
  const templateOf = templateFinder(view, match);
  const rules = new Map(view.rules().map((each) => [each.id, each]));
  return (group, markets, score) => {
    const found = rules.get(group.rules_id);
    const grading = found ? gradingOf(found) : `its rules ${group.rules_id} are not on chain`;
    if (typeof grading === 'string') return { ok: false, problem: grading };
    const parameters = dynamicValuesOf(group.description);
    if (!parameters) {
      return { ok: false, problem: 'its dynamic parameters cannot be read from its description' };
    }
    const template = templateOf(group, parameters);
    if (!template) return { ok: false, problem: 'no market group of the sports data has its description' };
    const graded = gradeMarketGroup({
      grading,
      score,
      parameters,
      allowsHalves: template.dynamicAllowFloat,
    });
    if (!graded.ok) return { ok: false, problem: graded.problem.message };
    if (graded.resolutions.length !== template.markets.length) {
      const problem = `its rules grade ${graded.resolutions.length} markets, its template has ${template.markets.length}`;
      return { ok: false, problem };
    }
    return assigned(match, template, parameters, markets, graded.resolutions);
  };
}

/** Gives each market on chain the resolution of its text; the chain wants one for every market, and one winner. */
function assigned(
  { home, away }: NormalizedMatch,
  template: MarketGroupTemplate,
  parameters: DynamicValues,
  markets: readonly ChainMarket[],
  graded: readonly Resolution[],
): GroupOutcome {
  const byText = new Map(
    graded.map((resolution, index) => [
      textOf(marketDescription(template, index, home, away, parameters), 'en'),
      resolution,
    ]),
  );
  const resolutions: (readonly [string, Resolution])[] = [];
  const seen = new Set<string>();
  for (const { id, description } of markets) {
    const text = textOf(description, 'en');
    const resolution = byText.get(text);
    if (text === undefined || resolution === undefined) {
      return { ok: false, problem: `its market ${id} "${text ?? ''}" is not one of the sports data` };
    }
    if (seen.has(text)) return { ok: false, problem: `its market "${text}" is there twice` };
    seen.add(text);
    resolutions.push([id, resolution]);
  }
  const winners = resolutions.filter(([, resolution]) => resolution === 'win').length;
  const canceled = resolutions.filter(([, resolution]) => resolution === 'cancel').length;
  const isTaken = canceled === 0 ? winners === 1 : canceled === resolutions.length;
  if (isTaken) return { ok: true, resolutions };
  return { ok: false, problem: 'the market that won is not on chain' };
}

/** The grading of rules on chain, or why there is none; read once for each state of them. */
function gradingOf(rules: ChainRules): Grading | string {
  const grading = gradingsOfRules.get(rules) ?? readRules(rules);
  gradingsOfRules.set(rules, grading);
  return grading;
}

const gradingsOfRules = new WeakMap<ChainRules, Grading | string>();

function readRules({ id, description }: ChainRules): Grading | string {
  const text = textOf(description, 'grading');
  if (text === undefined) return `its rules ${id} have no grading`;
  try {
    return parseGrading(text);
  } catch (error) {
    if (error instanceof BosError && error.kind === 'invalid') return `its rules ${id}: ${error.message}`;
    throw error;
  }
}

/** Finds the template of a group on chain by its text; the texts of static ones are made once. */
function templateFinder(
  view: ChainView,
  { sport, eventGroup, home, away }: NormalizedMatch,
): (group: ChainMarketGroup, parameters: DynamicValues) => MarketGroupTemplate | undefined {
  const templates = eventGroup.marketGroups.flatMap((key) => sport.marketGroups.get(key) ?? []);
  const english = (template: MarketGroupTemplate, symbol: string, parameters?: DynamicValues) =>
    textOf(marketGroupDescription(template, home, away, symbol, parameters), 'en');
  const keyOf = (symbol: string, text: string | undefined) => JSON.stringify([symbol, text]);
  const fixed = new Map(
    templates
      .filter(({ dynamic }) => dynamic === false)
      .flatMap((template) =>
        template.assets.map((symbol) => [keyOf(symbol, english(template, symbol)), template] as const),
      )
      .reverse(),
  );
  return ({ asset_id, description }, parameters) => {
    const symbol = view.assetSymbol(asset_id);
    if (symbol === undefined) return undefined;
    const type = textOf(description, '_dynamic');
    const text = textOf(description, 'en');
    if (type === undefined) return fixed.get(keyOf(symbol, text));
    return templates.find(
      (template) =>
        template.dynamic === type &&
        template.assets.includes(symbol) &&
        english(template, symbol, parameters) === text,
    );
  };
}
