import { z } from 'zod';
import {
  eventGroupSchema,
  marketGroupSchema,
  networkSchema,
  participantsSchema,
  rulesSchema,
  sportSchema,
} from './schema.ts';

/** Kinds of files of the bookiesports format, by the names of their JSON Schemas. */
const FILES = {
  network: networkSchema,
  sport: sportSchema,
  eventgroup: eventGroupSchema,
  participant: participantsSchema,
  rule: rulesSchema,
  bettingmarketgroup: marketGroupSchema,
} as const;

/** The name of a kind of file. */
export type FileKind = keyof typeof FILES;

/** All of them. */
export const FILE_KINDS = Object.keys(FILES) as readonly FileKind[];

/**
 * A JSON Schema of each kind of file, for editors that complete and check while one types. Made from what the loader
 * checks; what files have to say to each other only `bos sports check` finds.
 */
export function jsonSchemas(): Readonly<Record<FileKind, unknown>> {
  const made = FILE_KINDS.map((kind) => [kind, schemaOf(kind)] as const);
  // One entry per kind.
  return Object.fromEntries(made) as Record<FileKind, unknown>;
}

function schemaOf(kind: FileKind): unknown {
  const schema = z.toJSONSchema(FILES[kind], { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: `bookiesports: ${kind}` };
}
