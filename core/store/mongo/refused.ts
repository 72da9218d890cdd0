import { type Collection, ObjectId } from 'mongodb';
import type { Clock } from '../../clock.ts';
import type { UnknownName } from '../../incidents/types.ts';
import { chunks, makeBatcher } from '../batch.ts';
import { fingerprint } from '../canonical-json.ts';
import { MAX_REFUSED_BODIES, MAX_UNKNOWN_NAMES, REFUSED_MAX_AGE_MS } from '../limits.ts';
import { startPaging } from '../paging.ts';
import type { RefusedBody, RefusedStore, UnknownNameSummary } from '../store.ts';
import {
  type Collections,
  documentKey,
  type RefusedDocument,
  type UnknownNameDocument,
} from './collections.ts';
import { MAX_UPDATES } from './inserting.ts';

const BODIES_PER_BATCH = 200;

/**
 * Refused bodies of a MongoDB store. Lists show what came first last; a repeat does not move its entry. Counts are for
 * display: they are exact where the server updates documents atomically, as MongoDB does.
 */
export function mongoRefused({ refused, unknownNames }: Collections, clock: Clock): RefusedStore {
  return {
    insert: makeBatcher<RefusedBody, void>(BODIES_PER_BATCH, async (batch) => {
      const bodies = batch.map(({ input }) => input);
      await countBodies(refused, bodies);
      await countNames(unknownNames, bodies);
      const oldest = new Date(clock.now().getTime() - REFUSED_MAX_AGE_MS);
      await prune(refused, 'received', oldest, MAX_REFUSED_BODIES);
      await prune(unknownNames, 'last', oldest, MAX_UNKNOWN_NAMES);
      for (const call of batch) call.resolve();
    }),
    async list(request) {
      const paging = startPaging({ list: 'refused', filter: {}, key: ['string'] }, request);
      const rows = await newestFirst(refused, paging);
      return paging.page(rows, keyOf, ({ body, unknown, provider, received, count }) => ({
        body: JSON.parse(body),
        unknown: JSON.parse(unknown),
        provider,
        receivedAt: received,
        count,
      }));
    },
    async unknownNames(request) {
      const paging = startPaging({ list: 'unknown names', filter: {}, key: ['string'] }, request);
      const rows = await newestFirst(unknownNames, paging);
      return paging.page(
        rows,
        keyOf,
        ({ _id, order: _order, providers, ...summary }): UnknownNameSummary => ({
          ...summary,
          providers: [...providers].sort(),
        }),
      );
    },
    async remove(bodies) {
      await refused.deleteMany({ _id: { $in: bodies.map(fingerprint) } });
    },
    async forget(names) {
      await unknownNames.deleteMany({ _id: { $in: names.map(nameKey) } });
    },
  };
}

async function countBodies(
  refused: Collection<RefusedDocument>,
  bodies: readonly RefusedBody[],
): Promise<void> {
  const updates = bodies.map(({ body, unknown, provider, receivedAt }) => ({
    updateOne: {
      filter: { _id: fingerprint(body) },
      update: {
        $setOnInsert: { order: new ObjectId(), body: JSON.stringify(body), provider },
        $set: { unknown: JSON.stringify(unknown) },
        $max: { received: receivedAt },
        $inc: { count: 1 },
      },
      upsert: true,
    },
  }));
  for (const some of chunks(updates, MAX_UPDATES)) await refused.bulkWrite(some);
}

async function countNames(
  unknownNames: Collection<UnknownNameDocument>,
  bodies: readonly RefusedBody[],
): Promise<void> {
  const updates = bodies.flatMap(({ unknown, provider, receivedAt }) =>
    unknown.map((name) => ({
      updateOne: {
        filter: { _id: nameKey(name) },
        update: {
          $setOnInsert: {
            order: new ObjectId(),
            kind: name.kind,
            name: name.name,
            ...(name.sport !== undefined && { sport: name.sport }),
            ...(name.eventGroup !== undefined && { eventGroup: name.eventGroup }),
          },
          ...(name.outOfSeason === undefined
            ? { $unset: { outOfSeason: '' as const } }
            : { $set: { outOfSeason: name.outOfSeason } }),
          $addToSet: { providers: provider },
          $inc: { count: 1 },
          $min: { first: receivedAt },
          $max: { last: receivedAt },
        },
        upsert: true,
      },
    })),
  );
  for (const some of chunks(updates, MAX_UPDATES)) await unknownNames.bulkWrite(some);
}

function nameKey({ kind, name, sport = '', eventGroup = '' }: UnknownName): string {
  return documentKey(kind, name, sport, eventGroup);
}

function keyOf({ order }: { readonly order: ObjectId }): readonly [string] {
  return [order.toHexString()];
}

/** Deletes what was last received before `oldest` and what exceeds `max` documents. */
async function prune(
  collection: Collection<RefusedDocument> | Collection<UnknownNameDocument>,
  field: 'received' | 'last',
  oldest: Date,
  max: number,
): Promise<void> {
  // What both have in common: a text as _id.
  const documents = collection as unknown as Collection<{ _id: string }>;
  await documents.deleteMany({ [field]: { $lt: oldest } });
  if ((await documents.countDocuments()) <= max) return;
  const excess = await documents
    .find()
    .sort({ [field]: -1, order: -1 })
    .skip(max)
    .project<{ _id: string }>({ _id: 1 })
    .toArray();
  await documents.deleteMany({ _id: { $in: excess.map(({ _id }) => _id) } });
}

async function newestFirst<T extends RefusedDocument | UnknownNameDocument>(
  collection: Collection<T>,
  paging: { readonly limit: number; readonly after?: readonly [string] },
): Promise<readonly T[]> {
  // Both kinds of documents have the fields that are named here.
  const documents = collection as unknown as Collection<{ _id: string; order: ObjectId }>;
  const after = paging.after && ObjectId.createFromHexString(paging.after[0]);
  const rows = await documents
    .find(after ? { order: { $lt: after } } : {})
    .sort({ order: -1 })
    .limit(paging.limit)
    .toArray();
  return rows as unknown as readonly T[];
}
