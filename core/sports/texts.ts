import { BosError } from '../errors.ts';
import { compareCodePoints } from '../incidents/code-points.ts';
import {
  capitalizeWords,
  FormatError,
  type FormatFields,
  pythonFloat,
  pythonFormat,
  pythonJson,
  pythonNumber,
} from './python.ts';
import type { EventGroup, MarketGroupTemplate, Participant, Rules, Sport, Texts } from './types.ts';

/**
 * What goes on chain as names and descriptions (oracle reference 6 and 7). All witnesses must derive the same, those
 * that run the Python suite included. Shape as the chain has it: pairs sorted by the bytes of the key, no key twice.
 */
export type TextPairs = readonly (readonly [key: string, text: string])[];

/** Parameters of a dynamic market group. Absent ones are Python's defaults, handicaps 0 and 0, over/under 0.0. */
export interface DynamicValues {
  /** Of home and of away; whole numbers print without a fraction. */
  readonly handicaps?: readonly [home: number, away: number];
  readonly overunder?: number;
}

function pairs(texts: Iterable<readonly [key: string, text: string]>): TextPairs {
  return [...new Map(texts)].sort(([a], [b]) => compareCodePoints(a, b));
}

function withIdentifier(named: { readonly name: Texts; readonly identifier: string }): TextPairs {
  return pairs([...Object.entries(named.name), ['identifier', named.identifier]]);
}

/** Every language and the identifier. */
export function sportName(sport: Pick<Sport, 'name' | 'identifier'>): TextPairs {
  return withIdentifier(sport);
}

/** Every language and the identifier. */
export function eventGroupName(group: Pick<EventGroup, 'name' | 'identifier'>): TextPairs {
  return withIdentifier(group);
}

/** Every language and the identifier. */
export function rulesName(rules: Pick<Rules, 'name' | 'identifier'>): TextPairs {
  return withIdentifier(rules);
}

/** Every language, trimmed, and the grading as JSON, so that the formulas that settle a market are public. */
export function rulesDescription(rules: Pick<Rules, 'description' | 'grading'>): TextPairs {
  const languages = Object.entries(rules.description).map(([key, text]): [string, string] => [
    key.trim(),
    text.trim(),
  ]);
  return pairs([...languages, ['grading', pythonJson(rules.grading)]]);
}

/**
 * The league's naming scheme with the identifiers of the teams as they are: the Python suite capitalizes words in
 * market texts only.
 * @throws BosError `configuration` when the scheme has a field that events do not have
 */
export function eventName(
  group: Pick<EventGroup, 'eventScheme' | 'identifier'>,
  home: Pick<Participant, 'identifier'>,
  away: Pick<Participant, 'identifier'>,
): TextPairs {
  const teams = { home, away };
  return rendered(group.eventScheme, fieldsOf(EVENT_FIELDS, teams), `eventscheme of ${group.identifier}`);
}

/**
 * Texts of a market group for one asset. With several assets the English text ends in `_<ASSET>`. Given dynamic
 * values add the machine-readable keys that the parameters are read back from (`_dynamic`, `_hch`, `_hca`, `_ou`).
 * @throws BosError `configuration` when the template has an unknown field
 */
export function marketGroupDescription(
  template: MarketGroupTemplate,
  home: Pick<Participant, 'identifier'>,
  away: Pick<Participant, 'identifier'>,
  assetSymbol: string,
  dynamic: DynamicValues = {},
): TextPairs {
  const where = `description of market group ${template.key}`;
  const texts = rendered(
    template.description,
    fieldsOf(MARKET_FIELDS, { template, home, away, dynamic }),
    where,
  );
  const suffix = template.assets.length > 1 ? `_${assetSymbol}` : '';
  return pairs([
    ...texts.map(([key, text]): [string, string] => [key, key === 'en' ? text + suffix : text]),
    ...dynamicKeys(template, dynamic),
  ]);
}

/**
 * Texts of the market at `index` (grading order) of a group.
 * @throws BosError `configuration` when the template has an unknown field, RangeError when it has no such market
 */
export function marketDescription(
  template: MarketGroupTemplate,
  index: number,
  home: Pick<Participant, 'identifier'>,
  away: Pick<Participant, 'identifier'>,
  dynamic: DynamicValues = {},
): TextPairs {
  const market = template.markets[index];
  if (!market) throw new RangeError(`market group ${template.key} has no market ${index}`);
  const where = `description of market ${index} of market group ${template.key}`;
  return rendered(market.description, fieldsOf(MARKET_FIELDS, { template, home, away, dynamic }), where);
}

/** Keys that begin with `_` are for machines and never texts. */
function rendered(scheme: Texts, fields: FormatFields, where: string): TextPairs {
  const languages = Object.entries(scheme).filter(([key]) => !key.startsWith('_'));
  return pairs(
    languages.map(([key, template]): [string, string] => {
      try {
        return [key, pythonFormat(template, fields)];
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        throw new BosError(
          'configuration',
          `${where}, "${key}": "${template}" has ${error.message}: correct the sports data`,
          { template, key },
        );
      }
    }),
  );
}

/** What the fields of a text are made of. */
interface Teams {
  readonly home: Pick<Participant, 'identifier'>;
  readonly away: Pick<Participant, 'identifier'>;
}
interface MarketOf extends Teams {
  readonly template: MarketGroupTemplate;
  readonly dynamic: DynamicValues;
}

/** How each field that a text may name is made. */
type FieldTable<T> = Readonly<Record<string, (of: T) => string>>;

const EVENT_FIELDS: FieldTable<Teams> = {
  'teams.home': ({ home }) => home.identifier,
  'teams.away': ({ away }) => away.identifier,
};

const homeHandicap = ({ dynamic }: MarketOf) => dynamic.handicaps?.[0] ?? 0;
const awayHandicap = ({ dynamic }: MarketOf) => dynamic.handicaps?.[1] ?? 0;
// The advantage of the other side is what counts as a score; a side without one has the integer 0.
const floatScore = (other: number) => (other >= 0 ? pythonFloat(other) : '0');
const intScore = (other: number) => pythonNumber(Math.max(Math.trunc(other), 0));
const scoreBy = (of: MarketOf, other: number) =>
  of.template.dynamicAllowFloat ? floatScore(other) : intScore(other);

const MARKET_FIELDS: FieldTable<MarketOf> = {
  'teams.home': ({ home }) => capitalizeWords(home.identifier),
  'teams.away': ({ away }) => capitalizeWords(away.identifier),
  'handicaps.home': (of) => pythonNumber(homeHandicap(of)),
  'handicaps.away': (of) => pythonNumber(awayHandicap(of)),
  'handicaps.home_score': (of) => scoreBy(of, awayHandicap(of)),
  'handicaps.away_score': (of) => scoreBy(of, homeHandicap(of)),
  'handicaps.home_score_float': (of) => floatScore(awayHandicap(of)),
  'handicaps.away_score_float': (of) => floatScore(homeHandicap(of)),
  'handicaps.home_score_int': (of) => intScore(awayHandicap(of)),
  'handicaps.away_score_int': (of) => intScore(homeHandicap(of)),
  'overunder.value': ({ dynamic }) => pythonFloat(dynamic.overunder ?? 0),
  // There is no result yet when markets are named.
  'result.hometeam': () => '0',
  'result.awayteam': () => '0',
  'result.home': () => '0',
  'result.away': () => '0',
  'result.total': () => '0.0',
};

/** Made when they are named: most texts name none. */
function fieldsOf<T>(table: FieldTable<T>, of: T): FormatFields {
  return {
    keys: () => Object.keys(table).values(),
    get: (name) => (Object.hasOwn(table, name) ? table[name]?.(of) : undefined),
  };
}

function dynamicKeys(template: MarketGroupTemplate, dynamic: DynamicValues): [string, string][] {
  if (template.dynamic === 'hc' && dynamic.handicaps) {
    const [home, away] = dynamic.handicaps;
    return [
      ['_dynamic', 'hc'],
      ['_hch', pythonNumber(home)],
      ['_hca', pythonNumber(away)],
    ];
  }
  if (template.dynamic === 'ou' && dynamic.overunder !== undefined) {
    return [
      ['_dynamic', 'ou'],
      ['_ou', pythonFloat(dynamic.overunder)],
    ];
  }
  return [];
}
