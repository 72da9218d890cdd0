import type { z } from 'zod';
import {
  eventGroupSchema,
  gradingSchema,
  marketGroupSchema,
  participantSchema,
  participantsSchema,
  resolutionSchema,
  rulesSchema,
  sportSchema,
} from '../schema.ts';
import type { SportFiles } from '../sport-files.ts';
import type { CheckedFile, SportsProblem } from '../yaml-file.ts';

type Path = readonly (string | number)[];

/**
 * Keys that nobody reads, such as a misspelled one, whose contents are lost without a word, and keys that stand twice.
 * `id` is a part of the format that everybody leaves empty.
 */
export function unreadWarnings(sport: SportFiles): readonly SportsProblem[] {
  const all = <T>(files: ReadonlyMap<string, T | undefined>): readonly T[] =>
    [...files.values()].flatMap((file) => file ?? []);
  return [
    ...(sport.index ? [...unread(sport.index, sportSchema), ...sport.index.repeatedKeys] : []),
    ...all(sport.eventGroups).flatMap((file) => [
      ...unread(file, eventGroupSchema),
      ...unread(file, eventGroupSchema.shape.eventscheme, ['eventscheme']),
      ...file.repeatedKeys,
    ]),
    ...all(sport.participants).flatMap((file) => [
      ...unread(file, participantsSchema),
      ...file.data.participants.flatMap((_, at) => unread(file, participantSchema, ['participants', at])),
      ...file.repeatedKeys,
    ]),
    ...all(sport.rules).flatMap((file) => [
      ...unread(file, rulesSchema),
      ...unread(file, gradingSchema, ['grading'], 'goes on chain and nobody reads it'),
      ...file.data.grading.resolutions.flatMap((_, at) =>
        unread(file, resolutionSchema, ['grading', 'resolutions', at], 'goes on chain and nobody reads it'),
      ),
      ...file.repeatedKeys,
    ]),
    ...all(sport.marketGroups).flatMap((file) => [
      ...unread(file, marketGroupSchema),
      ...file.data.bettingmarkets.flatMap((_, at) =>
        unread(file, marketGroupSchema.shape.bettingmarkets.element, ['bettingmarkets', at]),
      ),
      ...file.repeatedKeys,
    ]),
  ];
}

function unread<T>(
  file: CheckedFile<T>,
  { shape }: z.ZodObject,
  path: Path = [],
  why = 'nobody reads it',
): readonly SportsProblem[] {
  const known = new Set([...Object.keys(shape), 'id']);
  const content = path.reduce<unknown>(
    (inside, key) => (isRecord(inside) ? inside[key] : undefined),
    file.content,
  );
  return Object.keys(isRecord(content) ? content : {})
    .filter((key) => !known.has(key))
    .map((key) =>
      file.problem([...path, key], `expected only ${[...known].join(', ')}, got "${key}": ${why}`),
    );
}

/** An object or a list, by key. */
function isRecord(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === 'object' && value !== null;
}
