import { nameKey } from '../names.ts';
import type { NetworkFiles } from '../network-files.ts';
import type { EventGroupFile, ParticipantsFile, SportFiles } from '../sport-files.ts';
import type { Texts } from '../types.ts';
import type { CheckedFile, SportsProblem } from '../yaml-file.ts';

/** A name as it stands in a file. */
interface Occurrence {
  readonly name: string;
  /** What it names. */
  readonly identifier: string;
  readonly problem: (message: string) => SportsProblem;
}

/** Names that two sports answer to: incidents find the first one only. */
export function sportNameWarnings({ sports }: NetworkFiles): readonly SportsProblem[] {
  return sharedNames(sports.flatMap(({ index }) => (index ? occurrences(index, [], index.data) : [])));
}

/** Names that two teams or two leagues of a sport answer to at one time, and aliases that stand twice. */
export function nameWarnings({ eventGroups, participants }: SportFiles): readonly SportsProblem[] {
  const teams = [...participants.values()].flatMap((file) =>
    file ? file.data.participants.flatMap((team, at) => occurrences(file, ['participants', at], team)) : [],
  );
  const leagues = [...eventGroups.values()].flatMap((file) => (file ? [file] : []));
  return [
    ...sharedNames(teams),
    ...leagueWarnings(leagues),
    ...[...participants.values()].flatMap((file) => (file ? repeatedOfTeams(file) : [])),
    ...leagues.flatMap((file) => {
      const again = repeated(file.data.aliases);
      return again.length === 0
        ? []
        : [file.problem(['aliases'], `expected each alias once, got again: ${again.join(', ')}`)];
    }),
  ];
}

function occurrences<T>(
  file: CheckedFile<T>,
  path: readonly (string | number)[],
  { identifier, name, aliases }: { identifier: string; name: Texts; aliases: readonly string[] },
): readonly Occurrence[] {
  const at = (place: readonly (string | number)[], text: string): Occurrence => ({
    name: text,
    identifier,
    problem: (message) => file.problem([...path, ...place], message),
  });
  return [
    at(['identifier'], identifier),
    ...Object.entries(name).map(([language, text]) => at(['name', language], text)),
    ...aliases.map((alias, index) => at(['aliases', index], alias)),
  ];
}

function sharedNames(all: readonly Occurrence[]): readonly SportsProblem[] {
  const owners = new Map<string, string>();
  // An identifier means its owner whoever else is called so.
  for (const { identifier } of all) owners.set(nameKey(identifier), identifier);
  const found: SportsProblem[] = [];
  for (const { name, identifier, problem } of all) {
    const owner = owners.get(nameKey(name));
    if (owner === undefined) owners.set(nameKey(name), identifier);
    else if (nameKey(owner) !== nameKey(identifier)) {
      found.push(problem(`expected a name of ${identifier} alone, "${name}" means ${owner}`));
    }
  }
  return found;
}

/** Leagues may share a name when their seasons do not meet. */
function leagueWarnings(leagues: readonly EventGroupFile[]): readonly SportsProblem[] {
  const names = (file: EventGroupFile) => occurrences(file, [], file.data);
  return leagues.flatMap((file, at) =>
    leagues
      .slice(0, at)
      .filter((other) => seasonsMeet(other, file))
      .flatMap((other) => sharedNames([...names(other), ...names(file)])),
  );
}

function seasonsMeet(one: EventGroupFile, other: EventGroupFile): boolean {
  const begins = ({ data }: EventGroupFile): number => data.start_date?.getTime() ?? Number.NEGATIVE_INFINITY;
  const ends = ({ data }: EventGroupFile): number => data.finish_date?.getTime() ?? Number.POSITIVE_INFINITY;
  return begins(one) <= ends(other) && begins(other) <= ends(one);
}

/** One problem a file, because such a list was made by a program and is full of them. */
function repeatedOfTeams(file: ParticipantsFile): readonly SportsProblem[] {
  const teams = [...file.data.participants.entries()].filter(([, team]) => repeated(team.aliases).length > 0);
  const [first] = teams;
  if (!first) return [];
  const names = teams.map(([, { identifier }]) => identifier).join(', ');
  const message = `expected each alias of a team once, got some again for ${names}`;
  return [file.problem(['participants', first[0], 'aliases'], message)];
}

/** The aliases that stand before, too. */
function repeated(aliases: readonly string[]): readonly string[] {
  const keys = aliases.map(nameKey);
  return aliases.filter((alias, at) => keys.indexOf(nameKey(alias)) < at);
}
