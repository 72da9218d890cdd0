const NHL = [
  'Washington Capitals',
  'New York Islanders',
  'Boston Bruins',
  'Chicago Blackhawks',
  'Edmonton Oilers',
  'Florida Panthers',
  'Minnesota Wild',
  'Nashville Predators',
  'Ottawa Senators',
  'Seattle Kraken',
];

/**
 * The i-th create: a different provider each time, over 90 pairings, so that identity and storage do real work.
 * @param start start of the matches, RFC 3339.
 */
export function createIncident(i: number, start: string) {
  const home = i % NHL.length;
  const away = (home + 1 + (Math.floor(i / NHL.length) % (NHL.length - 1))) % NHL.length;
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
    provider_info: { name: `provider-${i}`, pushed: '2026-11-01T12:00:00Z' },
    unique_string: `bench-${i}`,
    timestamp: '2026-11-01T12:00:00.123456Z',
  };
}

/** 19:00 UTC in `days` days. */
export function startIn(days: number): string {
  return `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T19:00:00Z`;
}
