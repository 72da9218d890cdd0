const DAY = 86_400_000;

/** The announcement of one match by one provider, as a data proxy sends it. */
export interface Announcement {
  readonly id: {
    readonly sport: string;
    readonly event_group_name: string;
    readonly start_time: string;
    readonly home: string;
    readonly away: string;
  };
  readonly call: 'create';
  readonly arguments: { readonly season: string };
  readonly provider_info: { readonly name: string; readonly pushed: string };
  readonly timestamp: string;
}

/**
 * Two providers announce the same match of the evening in two days; the second one uses other names for the same
 * teams and a start that is two minutes off, as providers do.
 */
export function announcements(now: Date): readonly Announcement[] {
  const start = new Date(Math.floor(now.getTime() / DAY) * DAY + 2 * DAY + 19 * 3_600_000);
  const rfc3339 = (date: Date) => date.toISOString().replace(/\.\d+Z$/, 'Z');
  const season = String(start.getUTCFullYear());
  const report = (
    provider: string,
    home: string,
    away: string,
    league: string,
    minutes: number,
  ): Announcement => ({
    id: {
      sport: 'Ice Hockey',
      event_group_name: league,
      start_time: rfc3339(new Date(start.getTime() + minutes * 60_000)),
      home,
      away,
    },
    call: 'create',
    arguments: { season },
    provider_info: { name: provider, pushed: rfc3339(now) },
    timestamp: rfc3339(now),
  });
  return [
    report(
      '5e2cdc120c9404f2609936aa3a8d49e4',
      'Washington Capitals',
      'New York Islanders',
      'NHL Regular Season',
      0,
    ),
    report('9375aeca3cbe6c2aba4b5c272d12231c', 'washington capitals', 'NEW YORK ISLANDERS', 'NHL', 2),
  ];
}
