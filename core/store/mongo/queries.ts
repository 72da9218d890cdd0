import type { Collection, Document, Filter } from 'mongodb';
import { BosError } from '../../errors.ts';

const BATCH = 200;

/**
 * Condition on a text: it contains `part`, whatever the case.
 *
 * @throws BosError `invalid` for a part that MongoDB cannot search for
 */
export function containing(part: string): { readonly $regex: string; readonly $options: 'i' } {
  if (part.includes('\0')) {
    throw new BosError('invalid', 'expected a text to search for, got one with a NUL character', {
      field: 'contains',
    });
  }
  return { $regex: part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), $options: 'i' };
}

/** The collection with documents of any form: for queries made of parts, and for what strangers wrote. */
export function anyDocuments<T extends Document>(collection: Collection<T>): Collection {
  // What comes back is checked where it is used.
  return collection as unknown as Collection;
}

/** A set of documents that each name an event in `field`. */
export interface EventSource {
  readonly collection: Collection;
  readonly field: string;
  readonly filter: Filter<Document>;
}

/**
 * The distinct events of a source, in descending order, at most `count`. Jumps over what else names the same event, so
 * that an event with thousands of documents costs one more query.
 * @param range conditions on the event
 */
async function distinctEvents(
  { collection, field, filter }: EventSource,
  range: Document,
  below: string | undefined,
  count: number,
): Promise<readonly string[]> {
  const found: string[] = [];
  let last = below;
  while (found.length < count) {
    const documents = await collection
      .find({
        $and: [filter, { [field]: range }, ...(last === undefined ? [] : [{ [field]: { $lt: last } }])],
      })
      .sort({ [field]: -1 })
      .project({ [field]: 1 })
      .limit(BATCH)
      .toArray();
    if (documents.length === 0) break;
    for (const document of documents) {
      const event = textAt(document, field);
      if (event !== last) found.push(event);
      last = event;
    }
  }
  return found.slice(0, count);
}

/** The distinct events that any of the sources names, in descending order, at most `count`. */
export async function distinctEventsOf(
  sources: readonly EventSource[],
  range: Document,
  below: string | undefined,
  count: number,
): Promise<readonly string[]> {
  const lists = await Promise.all(sources.map((source) => distinctEvents(source, range, below, count)));
  return [...new Set(lists.flat())].sort((a, b) => (a < b ? 1 : -1)).slice(0, count);
}

function textAt(document: Document, path: string): string {
  const value = path.split('.').reduce<unknown>(partOf, document);
  if (typeof value !== 'string') throw new Error(`expected text in ${path}, got ${typeof value}`);
  return value;
}

function partOf(value: unknown, key: string): unknown {
  // Only objects have parts; anything else ends as undefined, which the caller refuses.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
