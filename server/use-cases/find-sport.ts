import { BosError } from '../../core/errors.ts';
import type { Sport, SportsData } from '../../core/sports/types.ts';

/**
 * Finds a sport by identifier, any language of its name, or an alias; case and outer spaces do not matter.
 * @throws BosError not_found, naming the sports there are; invalid for an empty name
 */
export function findSport(data: SportsData, name: string): Sport {
  if (name.trim() === '')
    throw new BosError('invalid', 'expected the name of a sport, got none', { field: 'sport' });
  const wanted = plain(name);
  const byIdentifier = data.sports.find((sport) => plain(sport.identifier) === wanted);
  const found =
    byIdentifier ??
    data.sports.find((sport) =>
      [...Object.values(sport.name), ...sport.aliases].some((text) => plain(text) === wanted),
    );
  if (found) return found;
  const known = data.sports.map((sport) => sport.identifier).join(', ');
  throw new BosError(
    'not_found',
    `no sport is called "${name}" in the data for ${data.network}: expected one of ${known}`,
  );
}

function plain(text: string): string {
  return text.trim().toLowerCase();
}
