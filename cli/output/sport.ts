import type { Sport } from '../../gen/bos/v1/sports_pb.js';
import { aligned, englishOf, when } from './text.ts';

/** A sport with all below it, for people: each kind of thing as a table. */
export function sportText(sport: Sport): string {
  const onChain = (id: string) => id || 'not on chain';
  const namesOf = (named: { name: Readonly<Record<string, string>>; aliases: readonly string[] }) =>
    [...new Set([...Object.values(named.name), ...named.aliases])].join(', ');
  const leagues = sport.eventGroups.map((league) => [
    league.identifier,
    onChain(league.chainId),
    `${when(league.startDate).slice(0, 10) || 'open'} to ${when(league.finishDate).slice(0, 10) || 'open'}`,
    league.participants,
    namesOf(league),
  ]);
  const teams = sport.participantLists.flatMap(({ key, participants }) =>
    participants.map((team) => [team.identifier, key, namesOf(team)]),
  );
  const groups = sport.marketGroups.map((group) => [
    group.key,
    englishOf(group.description),
    group.assets.join(', '),
    group.dynamic || 'static',
    group.rules,
  ]);
  const rules = sport.rules.map((one) => [one.key, onChain(one.chainId), englishOf(one.name)]);
  return [
    `${sport.identifier} (${onChain(sport.chainId)}): ${namesOf(sport)}`,
    aligned(['league', 'on chain', 'season', 'teams', 'names'], leagues),
    aligned(['market group', 'description', 'assets', 'kind', 'rules'], groups),
    aligned(['rules', 'on chain', 'name'], rules),
    aligned(['team', 'list', 'names'], teams),
  ].join('\n\n');
}
