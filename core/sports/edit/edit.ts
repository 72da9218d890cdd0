import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { BosError } from '../../errors.ts';
import { loadSportsData } from '../load.ts';
import { nameKey } from '../names.ts';
import { type NetworkFiles, readNetworkFiles } from '../network-files.ts';
import { makeNormalizer } from '../normalizer.ts';
import type { SportFiles } from '../sport-files.ts';
import { yamlContent } from '../yaml-file.ts';
import { addToList, addToListOf, scalarText } from './yaml-text.ts';

/** A data set on disk: a folder in the bookiesports format and the network in it. */
export interface DataSet {
  readonly folder: string;
  readonly network: string;
}

/** What an edit did. */
export interface Edited {
  /** Path relative to the network's folder. */
  readonly file: string;
  /** False when it stood there already. */
  readonly changed: boolean;
}

/** Something with aliases, and where it stands. */
interface Target {
  readonly kind: 'sport' | 'league' | 'team';
  readonly file: string;
  readonly path: readonly (string | number)[];
}

/**
 * Adds an alias to a sport, a league or a team; everything else in its file stays as it is, comments included.
 * @param sport identifier of the sport
 * @param identifier of what gets the alias
 * @param kind needed where a league and a team have one identifier
 * @throws BosError `not_found` when nothing has that identifier, `conflict` when several kinds of things have or the
 *   name means something else; `configuration` when the
 *   data set could not be used with it (the file is then as before) or cannot be used as it is
 */
export async function addAlias(
  set: DataSet,
  {
    sport,
    identifier,
    alias,
    kind,
  }: {
    readonly sport: string;
    readonly identifier: string;
    readonly alias: string;
    readonly kind?: Target['kind'] | undefined;
  },
): Promise<Edited> {
  const name = required(alias, 'alias');
  const files = await readNetworkFiles(set.folder, set.network);
  const found = targets(sportFiles(files, sport), identifier).filter(
    (target) => kind === undefined || target.kind === kind,
  );
  const [target] = found;
  if (!target) {
    throw new BosError(
      'not_found',
      `nothing in ${sport} has the identifier "${identifier}": see bos sports show`,
    );
  }
  // A team that stands in several lists is one team: its names count wherever they stand.
  if (found.some((other) => other.kind !== target.kind)) {
    const kinds = found.map((one) => `a ${one.kind} in ${one.file}`).join(' and ');
    throw new BosError('conflict', `"${identifier}" is ${kinds}: say which kind is meant`);
  }
  await requireFree(set, { sport, kind: target.kind, identifier, names: [name] });
  return edit(set, files, target.file, (text) => {
    const map = nodeAt(text, target.path);
    const present: unknown = map.toJSON();
    const aliases: readonly unknown[] = (present as { aliases?: readonly unknown[] | null }).aliases ?? [];
    if (aliases.includes(name)) return undefined;
    return {
      text: addToListOf(text, map, 'aliases', name),
      expected: changedAt(yamlContent(text), target.path, (content) => ({
        ...(content as object),
        aliases: [...aliases, name],
      })),
    };
  });
}

/**
 * Adds a team to a list of participants.
 * @param list key of the list; needed where the sport has several
 * @throws BosError as `addAlias`; `conflict` when the list has the team already
 */
export async function addTeam(
  set: DataSet,
  {
    sport,
    list,
    identifier,
    aliases = [],
  }: {
    readonly sport: string;
    readonly list?: string | undefined;
    readonly identifier: string;
    readonly aliases?: readonly string[];
  },
): Promise<Edited> {
  const name = required(identifier, 'identifier');
  const others = aliases.map((alias) => required(alias, 'alias'));
  const files = await readNetworkFiles(set.folder, set.network);
  const { folder, participants } = sportFiles(files, sport);
  const keys = [...participants.keys()];
  const key = list ?? (keys.length === 1 ? keys[0] : undefined);
  const teams = key === undefined ? undefined : participants.get(key)?.data.participants;
  if (key === undefined || !teams) {
    throw new BosError(
      'not_found',
      `expected a list of participants of ${sport}: one of ${keys.join(', ')}, got ${list === undefined ? 'none' : `"${list}"`}`,
    );
  }
  if (teams.some((team) => nameKey(team.identifier) === nameKey(name))) {
    throw new BosError('conflict', `${key} of ${sport} has a team "${name}" already: add aliases to it`);
  }
  await requireFree(set, { sport, kind: 'team', identifier: name, names: [name, ...others] });
  const team = { identifier: name, name: { en: name }, aliases: others };
  return edit(set, files, `${folder}/participants/${key}.yaml`, (text) => {
    const items = nodeAt(text, []).get('participants');
    if (!isSeq(items)) throw byHand(`${key}.yaml`);
    const shown = scalarText(name);
    const list = `[${others.map(scalarText).join(', ')}]`;
    const entry = items.flow
      ? `{ identifier: ${shown}, name: { en: ${shown} }, aliases: ${list} }`
      : `identifier: ${shown}\n  name: { en: ${shown} }\n  aliases: ${list}`;
    return {
      text: addToList(text, items, entry),
      expected: changedAt(yamlContent(text), ['participants'], (before) => [...(before as unknown[]), team]),
    };
  });
}

/**
 * Of two that share a name only the first is found by it, which the loader lets pass for data that have it.
 * @throws BosError `conflict` when one of the names means something else
 */
async function requireFree(
  { folder, network }: DataSet,
  wanted: {
    readonly sport: string;
    readonly kind: Target['kind'];
    readonly identifier: string;
    readonly names: readonly string[];
  },
): Promise<void> {
  const data = await loadSportsData(folder, network);
  const index = makeNormalizer(data);
  const sport = data.sports.find((one) => nameKey(one.identifier) === nameKey(wanted.sport));
  if (!sport) return;
  const meaning = { sport: index.sport, league: leagueOf, team: teamOf }[wanted.kind];
  for (const name of wanted.names) {
    const means = meaning(name)?.identifier;
    if (means === undefined || nameKey(means) === nameKey(wanted.identifier)) continue;
    throw new BosError('conflict', `"${name}" means ${means} already: take it away there first`, { name });
  }

  function leagueOf(name: string) {
    return sport && index.eventGroups(sport, name)[0];
  }
  function teamOf(name: string) {
    return sport && index.participant(sport, name);
  }
}

/** Writes the changed file and loads the data set with it; puts the old text back when that fails. */
async function edit(
  { folder, network }: DataSet,
  files: NetworkFiles,
  file: string,
  change: (text: string) => { readonly text: string; readonly expected: unknown } | undefined,
): Promise<Edited> {
  const path = join(files.folder, file);
  const before = await readFile(path, 'utf8');
  const changed = change(before);
  if (!changed) return { file, changed: false };
  if (!isDeepStrictEqual(yamlContent(changed.text), changed.expected)) throw byHand(file);
  await writeFile(path, changed.text);
  try {
    await loadSportsData(folder, network);
  } catch (error) {
    await writeFile(path, before);
    throw error;
  }
  return { file, changed: true };
}

function sportFiles(files: NetworkFiles, sport: string): SportFiles {
  const all = files.sports.flatMap((one) =>
    one.index ? [{ one, identifier: one.index.data.identifier }] : [],
  );
  const found = all.find(({ identifier }) => nameKey(identifier) === nameKey(sport));
  if (found) return found.one;
  const known = all.map(({ identifier }) => identifier).join(', ');
  throw new BosError('not_found', `no sport has the identifier "${sport}": expected one of ${known}`);
}

function targets({ folder, index, eventGroups, participants }: SportFiles, identifier: string): Target[] {
  const isMeant = (one: string | undefined) => one !== undefined && nameKey(one) === nameKey(identifier);
  const found: Target[] = [];
  if (isMeant(index?.data.identifier)) found.push({ kind: 'sport', file: `${folder}/index.yaml`, path: [] });
  for (const [key, league] of eventGroups) {
    if (isMeant(league?.data.identifier)) {
      found.push({ kind: 'league', file: `${folder}/${key}/index.yaml`, path: [] });
    }
  }
  for (const [key, list] of participants) {
    for (const [at, team] of (list?.data.participants ?? []).entries()) {
      if (!isMeant(team.identifier)) continue;
      found.push({ kind: 'team', file: `${folder}/participants/${key}.yaml`, path: ['participants', at] });
    }
  }
  return found;
}

function nodeAt(text: string, path: readonly (string | number)[]): YAMLMap {
  const document = parseDocument(text, { version: '1.1' });
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isMap(node)) return node;
  throw byHand(path.join('.'));
}

/** The content with what stands at the path replaced. */
function changedAt(
  content: unknown,
  [key, ...rest]: readonly (string | number)[],
  change: (before: unknown) => unknown,
): unknown {
  if (key === undefined) return change(content);
  if (Array.isArray(content)) {
    return content.map((item, at) => (at === key ? changedAt(item, rest, change) : item));
  }
  // A path of the file's own schema leads through mappings and lists only.
  const map = content as Readonly<Record<string, unknown>>;
  return { ...map, [key]: changedAt(map[key], rest, change) };
}

function required(text: string, field: string): string {
  const trimmed = text.trim();
  if (trimmed !== '') return trimmed;
  throw new BosError('invalid', `expected a name for "${field}", got none`, { field });
}

function byHand(file: string): BosError {
  return new BosError(
    'configuration',
    `expected ${file} to be laid out as the sports data usually are, it is not: edit it by hand`,
    { file },
  );
}
