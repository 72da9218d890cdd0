import type { NormalizedMatch, Participant, Sport, SportsData } from '../../../core/sports/types.ts';

interface Named {
  readonly identifier: string;
  readonly name: Readonly<Record<string, string>>;
  readonly aliases: readonly string[];
}

const plain = (text: string): string => text.trim().toLowerCase();

function scan<T extends Named>(all: readonly T[], name: string): T | undefined {
  const wanted = plain(name);
  return (
    all.find(({ identifier }) => plain(identifier) === wanted) ??
    all.find((one) => [...Object.values(one.name), ...one.aliases].some((text) => plain(text) === wanted))
  );
}

/** A team by scanning every list: what the index has to equal, and to be faster than. */
export function scanParticipant(sport: Sport, name: string): Participant | undefined {
  return scan([...sport.participants.values()].flat(), name);
}

/** A match by scanning the data set; seasons are left out. */
export function scanMatch(
  data: SportsData,
  names: { sport: string; eventGroupName: string; home: string; away: string },
): NormalizedMatch | undefined {
  const sport = scan(data.sports, names.sport);
  const eventGroup = sport && scan(sport.eventGroups, names.eventGroupName);
  const home = sport && scanParticipant(sport, names.home);
  const away = sport && scanParticipant(sport, names.away);
  return sport && eventGroup && home && away ? { sport, eventGroup, home, away } : undefined;
}
