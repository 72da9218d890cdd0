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
import { type CheckedFile, type ParsedYaml, readYaml, type SportsProblem } from './yaml-file.ts';

export type EventGroupFile = CheckedFile<z.output<typeof eventGroupSchema>>;
export type MarketGroupFile = CheckedFile<z.output<typeof marketGroupSchema>>;
export type ParticipantsFile = CheckedFile<z.output<typeof participantsSchema>>;
export type RulesFile = CheckedFile<z.output<typeof rulesSchema>>;
export type SportFile = CheckedFile<z.output<typeof sportSchema>>;

/** By key (the name without extension); undefined for a file that is there but broken, whose problems have been noted. */
export type Files<F> = ReadonlyMap<string, F | undefined>;

/** The files of one sport, each checked by itself. */
export interface SportFiles {
  /** Name of the sport's folder. */
  readonly folder: string;
  readonly index: SportFile | undefined;
  /** The leagues that the index lists, by folder, in its order. */
  readonly eventGroups: Files<EventGroupFile>;
  readonly rules: Files<RulesFile>;
  readonly marketGroups: Files<MarketGroupFile>;
  readonly participants: Files<ParticipantsFile>;
}

/**
 * Reads the files of one sport: its index, the leagues that the index lists (other folders are drafts), and all files
 * of rules, market groups and participants.
 * @param problems receives what is wrong in single files
 * @param known contents of files that need no parsing
 */
export async function readSportFiles(
  networkFolder: string,
  folder: string,
  problems: SportsProblem[],
  known?: ParsedYaml,
): Promise<SportFiles> {
  const read = <T>(
    file: string,
    schema: z.ZodType<T>,
    noted: SportsProblem[],
  ): Promise<CheckedFile<T> | undefined> => readYaml(join(networkFolder, file), file, schema, noted, known);
  // Side by side, with the problems in the order of the files all the same.
  const readEach = async <T>(
    keys: readonly string[],
    fileOf: (key: string) => string,
    schema: z.ZodType<T>,
  ): Promise<Files<CheckedFile<T>>> => {
    const found = await Promise.all(
      keys.map(async (key) => {
        const noted: SportsProblem[] = [];
        return { key, file: await read(fileOf(key), schema, noted), noted };
      }),
    );
    problems.push(...found.flatMap(({ noted }) => noted));
    return new Map(found.map(({ key, file }) => [key, file]));
  };
  const readAll = async <T>(kind: string, schema: z.ZodType<T>): Promise<Files<CheckedFile<T>>> => {
    const keys = await yamlKeys(join(networkFolder, folder, kind));
    return readEach(keys, (key) => `${folder}/${kind}/${key}.yaml`, schema);
  };

  const index = await read(`${folder}/index.yaml`, sportSchema, problems);
  const rules = await readAll('rules', rulesSchema);
  const marketGroups = await readAll('bettingmarketgroups', marketGroupSchema);
  const participants = await readAll('participants', participantsSchema);
  const leagues = [...new Set(index?.data.eventgroups)];
  const eventGroups = await readEach(leagues, (key) => `${folder}/${key}/index.yaml`, eventGroupSchema);
  return { folder, index, eventGroups, rules, marketGroups, participants };
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
