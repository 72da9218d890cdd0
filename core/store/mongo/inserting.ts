import { type Collection, type Document, MongoBulkWriteError, type OptionalUnlessRequiredId } from 'mongodb';
import { isDuplicate } from './errors.ts';

/**
 * Most updates in one command. The server that tests run on where there is no mongod stops answering at a hundred.
 */
export const MAX_UPDATES = 50;

/** Inserts the document unless its unique key is taken; answers whether it was inserted. */
export async function insertIfNew<T extends Document>(
  collection: Collection<T>,
  document: OptionalUnlessRequiredId<T>,
): Promise<boolean> {
  try {
    await collection.insertOne(document);
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/**
 * Inserts those whose unique key is free; answers the indexes of those whose key was taken. With `ordered` it stops at
 * the first of them.
 */
export async function insertNew<T extends Document>(
  collection: Collection<T>,
  documents: readonly OptionalUnlessRequiredId<T>[],
  { ordered = false } = {},
): Promise<ReadonlySet<number>> {
  if (documents.length === 0) return new Set();
  try {
    await collection.insertMany(documents, { ordered });
    return new Set();
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || !isDuplicate(error)) throw error;
    const errors = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
    return new Set(errors.map(({ index }) => index));
  }
}

/** Runs the upsert; another one for the same new key that came first is found by the second attempt. */
export async function upsert(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    await run();
  }
}
