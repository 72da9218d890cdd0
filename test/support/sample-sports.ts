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
