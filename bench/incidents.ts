const NHL = [
  'Anaheim Ducks',
  'Boston Bruins',
  'Buffalo Sabres',
  'Calgary Flames',
  'Carolina Hurricanes',
  'Chicago Blackhawks',
  'Colorado Avalanche',
  'Columbus Blue Jackets',
  'Dallas Stars',
  'Detroit Red Wings',
  'Edmonton Oilers',
  'Florida Panthers',
  'Los Angeles Kings',
  'Minnesota Wild',
  'Montreal Canadiens',
  'Nashville Predators',
  'New Jersey Devils',
  'New York Islanders',
  'New York Rangers',
  'Ottawa Senators',
  'Philadelphia Flyers',
  'Pittsburgh Penguins',
  'San Jose Sharks',
  'Seattle Kraken',
  'St. Louis Blues',
  'Tampa Bay Lightning',
  'Toronto Maple Leafs',
  'Utah Mammoth',
  'Vancouver Canucks',
  'Vegas Golden Knights',
  'Washington Capitals',
  'Winnipeg Jets',
];
const PAIRINGS = NHL.length * (NHL.length - 1);

/**
 * The i-th create: 992 pairings of teams in turn, each time round by another provider, so that a burst of some thousand
 * speaks of each match a few times, as in a season's evening.
 * @param start start of the matches, RFC 3339.
 */
export function createIncident(i: number, start: string) {
  const pairing = i % PAIRINGS;
  const home = pairing % NHL.length;
  const away = (home + 1 + Math.floor(pairing / NHL.length)) % NHL.length;
  return {
    id: {
      sport: 'Ice Hockey',
      event_group_name: 'NHL Regular Season',
      start_time: start,
      home: NHL[home],
      away: NHL[away],
    },
    call: 'create',
    arguments: { season: '2026' },
    provider_info: { name: `provider-${Math.floor(i / PAIRINGS)}`, pushed: '2026-11-01T12:00:00Z' },
    unique_string: `bench-${i}`,
    timestamp: '2026-11-01T12:00:00.123456Z',
  };
}

/** 19:00 UTC in `days` days. */
export function startIn(days: number): string {
  return `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T19:00:00Z`;
}
