import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { BosError } from '../errors.ts';
import { nameKey } from './names.ts';
import { makeNormalizer } from './normalizer.ts';
import { localAliasesSchema } from './schema.ts';
import type { LocalAlias, SportsData } from './types.ts';
import { readYaml, type SportsProblem } from './yaml-file.ts';

/**
 * Names that this witness alone knows, in a file beside the data set (`aliases.yaml` in the data folder). They help to
 * recognise incidents and are part of neither the data set, nor its digest, nor anything on chain.
 */
const HEAD = `# Names that this witness knows besides those of the sports data. They only help to recognise incidents.
# Each entry: kind (sport, event_group or participant), sport, name as it is sent, identifier that it means.
`;

/**
 * Reads the file of local aliases.
 * @param file its path; none there means that there are no aliases
 * @throws BosError `configuration` with all that is wrong, by line
 */
export async function loadAliases(file: string): Promise<readonly LocalAlias[]> {
  if ((await textOf(file)) === undefined) return [];
  const problems: SportsProblem[] = [];
  const found = await readYaml(file, file, localAliasesSchema, problems);
  if (found) return found.data.aliases;
  const lines = problems.map(({ line, path, message }) => `  ${file}:${line ?? 1}: ${path} ${message}`);
  throw new BosError('configuration', ['local aliases cannot be used:', ...lines].join('\n'), { problems });
}

/**
 * Adds an alias to the file, which is made where there is none; comments in it stay. The file is replaced whole, so
 * that a reader sees it before or after. One that is there already is left alone.
 * @throws BosError `configuration` when the file is there and broken
 */
export async function saveAlias(file: string, alias: LocalAlias): Promise<void> {
  const present = await loadAliases(file);
  if (present.some((other) => isSame(other, alias))) return;
  const document = parseDocument((await textOf(file)) ?? `${HEAD}aliases: []\n`, { version: '1.1' });
  // An empty list is written anew, in lines of its own: it may stand as `[]` or as nothing.
  if (present.length === 0) document.set('aliases', document.createNode([alias]));
  else document.addIn(['aliases'], document.createNode(alias));
  const beside = `${file}.${randomUUID()}`;
  await writeFile(beside, document.toString(), { mode: 0o600 });
  await rename(beside, file);
}

/**
 * The alias by which an unknown name means something from now on.
 * @param present the aliases there are
 * @throws BosError `not_found` when nothing has that identifier, `conflict` when the name means something already
 */
export function aliasFor(
  data: SportsData,
  present: readonly LocalAlias[],
  { kind, sport: sportName = '', name, identifier }: LocalAlias,
): LocalAlias {
  if (name.trim() === '')
    throw new BosError('invalid', 'expected the unknown name, got none', { field: 'name' });
  const names = makeNormalizer(data, present);
  if (kind === 'sport') {
    const sport = known(data.sports, identifier, `sport of ${data.network}`);
    refuseKnown(name, names.sport(name), sport);
    return { kind, name: name.trim(), identifier: sport.identifier };
  }
  const sport = names.sport(sportName);
  if (!sport) {
    const sports = data.sports.map((one) => one.identifier).join(', ');
    throw new BosError('not_found', `no sport is called "${sportName}": expected one of ${sports}`);
  }
  if (kind === 'event_group') {
    const league = known(sport.eventGroups, identifier, `league of ${sport.identifier}`);
    for (const named of names.eventGroups(sport, name)) refuseKnown(name, named, league);
    return { kind, sport: sport.identifier, name: name.trim(), identifier: league.identifier };
  }
  const teams = [...sport.participants.values()].flat();
  const team = known(teams, identifier, `team of ${sport.identifier}`);
  refuseKnown(name, names.participant(sport, name), team);
  return { kind, sport: sport.identifier, name: name.trim(), identifier: team.identifier };
}

/** The aliases that mean nothing in these data, for example because a team was renamed; they do no harm. */
export function staleAliases(data: SportsData, aliases: readonly LocalAlias[]): readonly LocalAlias[] {
  const sports = new Map(data.sports.map((sport) => [sport.identifier, sport]));
  return aliases.filter((alias) => {
    if (alias.kind === 'sport') return !sports.has(alias.identifier);
    const sport = sports.get(alias.sport ?? '');
    const all =
      alias.kind === 'event_group' ? sport?.eventGroups : [...(sport?.participants.values() ?? [])].flat();
    return !all?.some(({ identifier }) => identifier === alias.identifier);
  });
}

function known<T extends { readonly identifier: string }>(
  all: readonly T[],
  identifier: string,
  what: string,
): T {
  const found = all.find((one) => nameKey(one.identifier) === nameKey(identifier));
  if (found) return found;
  throw new BosError('not_found', `no ${what} has the identifier "${identifier}": see bos sports show`, {
    identifier,
  });
}

function refuseKnown(
  name: string,
  means: { readonly identifier: string } | undefined,
  wanted: { readonly identifier: string },
): void {
  if (!means || means.identifier === wanted.identifier) return;
  throw new BosError(
    'conflict',
    `"${name}" means ${means.identifier} already: a local alias cannot make it ${wanted.identifier}`,
    { name },
  );
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isSame(a: LocalAlias, b: LocalAlias): boolean {
  return (
    a.kind === b.kind &&
    a.sport === b.sport &&
    a.identifier === b.identifier &&
    nameKey(a.name) === nameKey(b.name)
  );
}
