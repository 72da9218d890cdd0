import type { IndexDescription, IndexDescriptionInfo } from 'mongodb';
import { BosError } from '../../errors.ts';
import type { Collections } from './collections.ts';
import { isServerError } from './errors.ts';

const NO_COLLECTION = 26;

/**
 * The unique indexes of the Python suite, and one for each way in which a collection is searched or sorted. `_id` is
 * the unique key of everything that must happen once.
 */
const INDEXES: { readonly [Name in keyof Collections]?: readonly IndexDescription[] } = {
  incidents: [
    { key: { unique_string: 1, 'provider_info.name': 1 }, unique: true },
    { key: { id_string: 1 } },
    { key: { 'bos.key': 1, 'provider_info.name': 1 } },
    { key: { 'bos.sent': 1 } },
    { key: { 'bos.event': -1, 'bos.call': 1 } },
    { key: { 'bos.call': 1, 'bos.event': -1 } },
    { key: { 'bos.call': 1, _id: -1 } },
    { key: { 'provider_info.name': 1, 'bos.received': 1 } },
    { key: { 'provider_info.name': 1, _id: -1 } },
    { key: { 'bos.start': 1 } },
    { key: { 'bos.received': 1 } },
    { key: { 'bos.seen': 1, 'bos.received': 1, 'bos.event': 1, 'bos.call': 1 } },
    { key: { 'bos.seen': 1, 'bos.event': -1, 'bos.call': 1 } },
    { key: { 'bos.legacy': 1, _id: 1 } },
  ],
  events: [{ key: { id_string: 1 }, unique: true }, { key: { bos: 1 } }],
  sightings: [{ key: { incident: 1, _id: 1 } }, { key: { otherSent: 1 } }],
  incidentFeed: [{ key: { item: 1 }, unique: true }],
  decisionFeed: [{ key: { item: 1 }, unique: true }],
  requests: [{ key: { event: 1, _id: 1 } }, { key: { at: 1, event: 1, call: 1 } }],
  decisions: [
    { key: { event: 1, call: 1, sequence: -1 } },
    { key: { event: 1, order: -1 } },
    { key: { order: -1 } },
    { key: { current: 1, event: -1, call: 1, sequence: -1 } },
    { key: { current: 1, final: 1 } },
    { key: { current: 1, status: 1, event: -1 } },
    { key: { current: 1, status: 1, decidedAt: 1 } },
    { key: { current: 1, call: 1, event: -1 } },
    { key: { current: 1, retryAt: 1 } },
  ],
  leases: [{ key: { event: 1, epoch: -1 } }],
  log: [{ key: { account: 1, n: -1 } }, { key: { account: 1, resolved: 1, n: 1 } }],
  refused: [{ key: { order: -1 } }, { key: { received: 1 } }],
  unknownNames: [{ key: { order: -1 } }, { key: { last: 1 } }],
  presence: [{ key: { at: 1 } }],
};

/**
 * Creates what is missing. Building an index over old data may take minutes.
 *
 * @throws BosError `configuration` when an index that has to be unique is there and is not
 */
export async function ensureIndexes(collections: Collections): Promise<void> {
  for (const [name, wanted] of Object.entries(INDEXES)) {
    // The keys of INDEXES are names of collections.
    await ensureIndexesOf(collections[name as keyof Collections], wanted);
  }
}

async function ensureIndexesOf(
  collection: Collections[keyof Collections],
  wanted: readonly IndexDescription[],
): Promise<void> {
  // Asked for by their keys: indexes made by hand may have any name.
  const there = new Map(
    (await indexesOf(collection)).map(({ key, unique }) => [keyText(key), unique === true] as const),
  );
  const missing = wanted.filter(({ key, unique }) => {
    const isUnique = there.get(keyText(key));
    if (unique && isUnique === false) {
      throw new BosError(
        'configuration',
        `expected the index ${keyText(key)} of the collection "${collection.collectionName}" to be unique, got one that is not: drop it, it is made anew at the next start`,
        { collection: collection.collectionName },
      );
    }
    return isUnique === undefined;
  });
  // One by one: another process that starts just now may make some of them first.
  for (const index of missing) await collection.createIndexes([index]);
}

async function indexesOf(collection: Collections[keyof Collections]): Promise<IndexDescriptionInfo[]> {
  try {
    return await collection.indexes();
  } catch (error) {
    if (isServerError(error, NO_COLLECTION)) return [];
    throw error;
  }
}

function keyText(key: IndexDescription['key']): string {
  return JSON.stringify(key instanceof Map ? Object.fromEntries(key) : key);
}
