import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { compareCodePoints } from '../incidents/code-points.ts';
import {
  eventGroupSchema,
  marketGroupSchema,
  participantsSchema,
  rulesSchema,
  sportSchema,
} from './schema.ts';
import { marketDescription, marketGroupDescription } from './texts.ts';
import type { EventGroup, MarketGroupTemplate, Participant, Rules, Sport } from './types.ts';
import { type CheckedFile, readYaml, type SportsProblem } from './yaml-file.ts';

/** By key; undefined for a file that is there but broken, whose problems have been noted. */
type Files<T> = ReadonlyMap<string, CheckedFile<T> | undefined>;

/**
 * Loads one sport: its index, the leagues that the index lists (other folders are drafts), and all files of rules,
 * market groups and participants. Names that refer to nothing are problems.
 */
export async function loadSport(
  networkFolder: string,
  name: string,
  problems: SportsProblem[],
): Promise<Sport | undefined> {
  const read = <T>(file: string, schema: z.ZodType<T>): Promise<CheckedFile<T> | undefined> =>
    readYaml(join(networkFolder, file), file, schema, problems);
  const readAll = async <T>(folder: string, schema: z.ZodType<T>): Promise<Files<T>> => {
    const files = new Map<string, CheckedFile<T> | undefined>();
    for (const key of await yamlKeys(join(networkFolder, name, folder))) {
      files.set(key, await read(`${name}/${folder}/${key}.yaml`, schema));
    }
    return files;
  };

  const index = await read(`${name}/index.yaml`, sportSchema);
  const rules = await readAll('rules', rulesSchema);
  const templates = await readAll('bettingmarketgroups', marketGroupSchema);
  const participants = await readAll('participants', participantsSchema);

  const marketGroups = new Map<string, MarketGroupTemplate>();
  for (const [key, file] of templates) {
    if (!file) continue;
    marketGroups.set(key, templateOf(key, file.data));
    problems.push(...templateProblems(key, file, rules));
  }
  const eventGroups: EventGroup[] = [];
  for (const folder of index?.data.eventgroups ?? []) {
    const file = await read(`${name}/${folder}/index.yaml`, eventGroupSchema);
    if (!file) continue;
    eventGroups.push(eventGroupOf(file.data));
    if (!participants.has(file.data.participants)) {
      problems.push(missing(file, ['participants'], `${name}/participants`, file.data.participants));
    }
    for (const [at, key] of file.data.bettingmarketgroups.entries()) {
      if (templates.has(key)) continue;
      problems.push(missing(file, ['bettingmarketgroups', at], `${name}/bettingmarketgroups`, key));
    }
  }
  if (!index) return undefined;
  return {
    identifier: index.data.identifier,
    name: index.data.name,
    aliases: index.data.aliases,
    eventGroups,
    rules: mapped(rules, rulesOf),
    marketGroups,
    participants: mapped(participants, (data): readonly Participant[] => data.participants),
  };
}

function mapped<T, R>(files: Files<T>, make: (data: T) => R): ReadonlyMap<string, R> {
  return new Map([...files].flatMap(([key, file]): [string, R][] => (file ? [[key, make(file.data)]] : [])));
}

/** Names of the YAML files of a folder without their extension, sorted; none when there is no such folder. */
async function yamlKeys(folder: string): Promise<readonly string[]> {
  try {
    const files = await readdir(folder);
    return files
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => file.slice(0, -'.yaml'.length))
      .sort(compareCodePoints);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function missing<T>(
  file: CheckedFile<T>,
  path: readonly PropertyKey[],
  folder: string,
  key: string,
): SportsProblem {
  return file.problem(path, `expected the name of a file in ${folder}, got "${key}"`);
}

function templateProblems(
  key: string,
  file: CheckedFile<z.output<typeof marketGroupSchema>>,
  rules: Files<z.output<typeof rulesSchema>>,
): readonly SportsProblem[] {
  const found: SportsProblem[] = [];
  const { data } = file;
  const count = data.bettingmarkets.length;
  if (data.number_betting_markets !== count) {
    found.push(
      file.problem(['number_betting_markets'], `expected ${count}, the number of markets in this file`),
    );
  }
  const itsRules = rules.get(data.rules);
  if (!rules.has(data.rules)) {
    found.push(file.problem(['rules'], `expected the name of a file in rules, got "${data.rules}"`));
  } else if (itsRules && itsRules.data.grading.resolutions.length !== count) {
    found.push(
      itsRules.problem(
        ['grading', 'resolutions'],
        `expected ${count}, one per market of market group ${key}`,
      ),
    );
  }
  // What is never created is never rendered; the canonical data have such with fields of their own.
  const template = templateOf(key, data);
  if (template.dynamic === 'other') return found;
  try {
    const [home, away] = [{ identifier: 'Home' }, { identifier: 'Away' }];
    marketGroupDescription(template, home, away, template.assets[0] ?? '');
    for (const at of template.markets.keys()) marketDescription(template, at, home, away);
  } catch (error) {
    found.push(file.problem([], error instanceof Error ? error.message : String(error)));
  }
  return found;
}

function templateOf(key: string, data: z.output<typeof marketGroupSchema>): MarketGroupTemplate {
  return {
    key,
    description: data.description,
    assets: data.asset,
    dynamic: data.dynamic === true ? 'other' : data.dynamic,
    dynamicAllowFloat: data.dynamic_allow_float,
    neverInPlay: data.never_in_play,
    delayBeforeSettling: data.delay_before_settling,
    rules: data.rules,
    markets: data.bettingmarkets.map(({ description }) => ({ description })),
  };
}

function rulesOf(data: z.output<typeof rulesSchema>): Rules {
  return {
    identifier: data.identifier,
    name: data.name,
    description: data.description,
    // Loose keys of a resolution are kept for the chain; those that are read are texts.
    grading: data.grading as unknown as Rules['grading'],
  };
}

function eventGroupOf(data: z.output<typeof eventGroupSchema>): EventGroup {
  return {
    identifier: data.identifier,
    name: data.name,
    aliases: data.aliases,
    participants: data.participants,
    marketGroups: data.bettingmarketgroups,
    eventScheme: data.eventscheme.name,
    ...(data.start_date ? { startDate: data.start_date } : {}),
    ...(data.finish_date ? { finishDate: data.finish_date } : {}),
    // Zero means the same as none in the Python suite.
    ...(data.leadtime_Max ? { leadTimeMaxDays: data.leadtime_Max } : {}),
  };
}
