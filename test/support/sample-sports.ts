import type { EventGroup, MarketGroupTemplate, Rules, Sport, SportsData } from '../../core/sports/types.ts';

const RULES: Rules = {
  identifier: 'R_HOCKEY_1',
  name: { en: 'Hockey rules', de: 'Hockeyregeln' },
  description: { en: 'The final score counts.' },
  grading: {
    metric: '{result.hometeam} - {result.awayteam}',
    resolutions: [
      { win: '{metric} > 0', not_win: '{metric} <= 0', void: 'False' },
      { win: '{metric} < 0', not_win: '{metric} >= 0', void: 'False' },
    ],
  },
};

const MONEYLINE: MarketGroupTemplate = {
  key: 'MONEYLINE',
  description: { en: 'Moneyline', de: 'Sieger' },
  assets: ['PPY', 'BTC'],
  dynamic: false,
  dynamicAllowFloat: true,
  neverInPlay: false,
  delayBeforeSettling: 60,
  rules: 'R_HOCKEY_1',
  markets: [
    { description: { en: '{teams.home}', de: '{teams.home}' } },
    { description: { en: '{teams.away}', de: '{teams.away}' } },
  ],
};

const OVERTIME: MarketGroupTemplate = {
  ...MONEYLINE,
  key: 'OVERTIME',
  description: { en: 'Goes into overtime' },
  assets: ['PPY'],
  neverInPlay: true,
  delayBeforeSettling: 0,
  markets: [{ description: { en: 'Yes' } }, { description: { en: 'No' } }],
};

const HANDICAP: MarketGroupTemplate = {
  ...MONEYLINE,
  key: 'HANDICAP',
  description: { en: 'Handicap {handicaps.home}' },
  dynamic: 'hc',
};

const LEAGUE: EventGroup = {
  identifier: 'Sample League',
  name: { en: 'Sample League', de: 'Musterliga' },
  aliases: ['SL'],
  participants: 'teams',
  marketGroups: ['MONEYLINE', 'HANDICAP', 'OVERTIME'],
  eventScheme: { en: '{teams.away} @ {teams.home}', de: '{teams.home} gegen {teams.away}' },
  startDate: new Date('2020-01-01T00:00:00Z'),
  finishDate: new Date('2040-01-01T00:00:00Z'),
  leadTimeMaxDays: 14,
};

/** What a test changes in the sample. */
export interface SampleChanges {
  readonly league?: Partial<EventGroup>;
  readonly moneyline?: Partial<MarketGroupTemplate>;
  readonly rules?: Partial<Rules>;
  readonly sport?: Partial<Sport>;
  /** Further sports, to fill a sync. */
  readonly more?: readonly Sport[];
}

/**
 * A small data set made by hand: one sport, one league of three teams, two market groups without parameters (one of
 * them on two assets, so three groups on chain) and one with.
 */
export function sampleSports(changes: SampleChanges = {}): SportsData {
  const moneyline = { ...MONEYLINE, ...changes.moneyline };
  const sport: Sport = {
    identifier: 'Hockey',
    name: { en: 'Hockey', de: 'Eishockey' },
    aliases: [],
    eventGroups: [{ ...LEAGUE, ...changes.league }],
    rules: new Map([['R_HOCKEY_1', { ...RULES, ...changes.rules }]]),
    marketGroups: new Map([
      ['MONEYLINE', moneyline],
      ['OVERTIME', OVERTIME],
      ['HANDICAP', HANDICAP],
    ]),
    participants: new Map([
      [
        'teams',
        [
          { identifier: 'Blue Whales', name: { en: 'Blue Whales' }, aliases: ['Whales'] },
          { identifier: 'Red Foxes', name: { en: 'Red Foxes' }, aliases: [] },
          { identifier: 'Green Owls', name: { en: 'Green Owls' }, aliases: [] },
        ],
      ],
    ]),
    ...changes.sport,
  };
  return {
    network: 'sample',
    chainId: '*',
    sports: [sport, ...(changes.more ?? [])],
    digest: 'd'.repeat(64),
  };
}

/** A sport without leagues. */
export function plainSport(identifier: string): Sport {
  return {
    identifier,
    name: { en: identifier },
    aliases: [],
    eventGroups: [],
    rules: new Map(),
    marketGroups: new Map(),
    participants: new Map(),
  };
}

const HANDICAP_RULES: Rules = {
  identifier: 'R_HOCKEY_HC',
  name: { en: 'Hockey handicap rules' },
  description: { en: 'The final score with the handicap counts.' },
  grading: {
    metric: '({result.home} + {handicaps.home}) - {result.away}',
    resolutions: [
      { win: '{metric} > 0', not_win: '{metric} < 0', void: '{metric} == 0' },
      { win: '{metric} < 0', not_win: '{metric} > 0', void: '{metric} == 0' },
    ],
  },
};

const TOTAL_RULES: Rules = {
  identifier: 'R_HOCKEY_OU',
  name: { en: 'Hockey total rules' },
  description: { en: 'The goals of both teams count.' },
  grading: {
    metric: '{result.total}',
    resolutions: [
      { win: '{metric} > {overunder.value}', not_win: '{metric} <= {overunder.value}', void: 'False' },
      { win: '{metric} <= {overunder.value}', not_win: '{metric} > {overunder.value}', void: 'False' },
    ],
  },
};

/**
 * The sample with market groups whose parameters come from incidents: a handicap on two assets and a total on one,
 * besides a moneyline on one asset that refunds a draw.
 * @param allowsHalves `dynamic_allow_float` of the handicap
 */
export function dynamicSports(allowsHalves = true): SportsData {
  const grading = {
    metric: '{result.home} - {result.away}',
    resolutions: [
      { win: '{metric} > 0', not_win: '{metric} < 0', void: '{metric} == 0' },
      { win: '{metric} < 0', not_win: '{metric} > 0', void: '{metric} == 0' },
    ],
  };
  const handicap: MarketGroupTemplate = {
    ...HANDICAP,
    description: { en: 'Handicap {handicaps.home}' },
    dynamicAllowFloat: allowsHalves,
    rules: 'R_HOCKEY_HC',
    markets: [
      { description: { en: '{teams.home} {handicaps.home}' } },
      { description: { en: '{teams.away} {handicaps.away}' } },
    ],
  };
  const total: MarketGroupTemplate = {
    ...MONEYLINE,
    key: 'TOTAL',
    description: { en: 'Total {overunder.value}' },
    assets: ['PPY'],
    dynamic: 'ou',
    rules: 'R_HOCKEY_OU',
    markets: [
      { description: { en: 'Over {overunder.value}' } },
      { description: { en: 'Under {overunder.value}' } },
    ],
  };
  return sampleSports({
    league: { marketGroups: ['MONEYLINE', 'HANDICAP', 'TOTAL'] },
    sport: {
      rules: new Map([
        ['R_HOCKEY_1', { ...RULES, grading }],
        ['R_HOCKEY_HC', HANDICAP_RULES],
        ['R_HOCKEY_OU', TOTAL_RULES],
      ]),
      marketGroups: new Map([
        ['MONEYLINE', { ...MONEYLINE, assets: ['PPY'], delayBeforeSettling: 0 }],
        ['HANDICAP', handicap],
        ['TOTAL', total],
      ]),
    },
  });
}

/** The sample with many market groups of two markets on two assets, as soccer has them. */
export function wideSports(groups: number): SportsData {
  const templates = Array.from({ length: groups }, (_, at): [string, MarketGroupTemplate] => {
    const key = `OVER_${at}`;
    const markets = [{ description: { en: `Over ${at}.5` } }, { description: { en: `Under ${at}.5` } }];
    return [key, { ...MONEYLINE, key, description: { en: `Goals ${at}.5` }, markets }];
  });
  return sampleSports({
    league: { marketGroups: templates.map(([key]) => key) },
    sport: { marketGroups: new Map(templates) },
  });
}
