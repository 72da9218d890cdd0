import type { Collection, Filter, ObjectId } from 'mongodb';
import { chunks, makeBatcher } from '../batch.ts';
import type { FeedDocument } from './collections.ts';
import { insertNew } from './inserting.ts';

const BATCH = 500;

/** Gives incidents or decisions their positions: one sequence without gaps, over all processes. */
export interface Feed<Item> {
  /** Positions by id as text. What has none, because its process died before it had one, gets one. */
  positions(items: readonly Item[]): Promise<ReadonlyMap<string, number>>;
  /** Gives positions to new items, in this order where no other process comes between. */
  append(items: readonly Item[]): Promise<ReadonlyMap<string, number>>;
  /** Entries after a position, oldest first. */
  after(position: number, limit: number): Promise<readonly FeedDocument<Item>[]>;
  /** The highest position that was given; 0 before the first. */
  last(): Promise<number>;
}

/** Positions of incidents, by their documents' ids. */
export type IncidentFeed = Feed<ObjectId>;
/** Positions of decisions, by their documents' ids. */
export type DecisionFeed = Feed<string>;

/**
 * The feed is a chain of inserts under the unique key n: whoever wants to append reads the last n, tries n + 1, and
 * reads again when another process was faster.
 */
export function makeFeed<Item extends ObjectId | string>(feed: Collection<FeedDocument<Item>>): Feed<Item> {
  let tail: number | undefined;

  const last = async () => (await feed.findOne({}, { sort: { _id: -1 } }))?._id ?? 0;

  const existing = async (items: readonly Item[]): Promise<Map<string, number>> => {
    const found = new Map<string, number>();
    for (const some of chunks(items, BATCH)) {
      // Which type an item has is open here, so the driver's types cannot follow.
      const filter = { item: { $in: [...some] } } as Filter<FeedDocument<Item>>;
      for await (const { _id, item } of feed.find(filter)) found.set(String(item), _id);
    }
    return found;
  };

  const appendAll = async (items: readonly Item[]): Promise<Map<string, number>> => {
    const positions = new Map<string, number>();
    let left = items;
    while (left.length > 0) {
      const first = (tail ?? (await last())) + 1;
      const entries = left.map((item, i) => ({ _id: first + i, item }));
      // Known again only when these are in.
      tail = undefined;
      const taken = await insertNew(anyItems(feed), entries, { ordered: true });
      if (taken.size === 0) {
        for (const { _id, item } of entries) positions.set(String(item), _id);
        tail = first + entries.length - 1;
        break;
      }
      for (const [id, position] of await existing(left)) positions.set(id, position);
      left = left.filter((item) => !positions.has(String(item)));
    }
    return positions;
  };

  // One append at a time in this process: several would only take numbers from each other.
  const append = makeBatcher<readonly Item[], ReadonlyMap<string, number>>(BATCH, async (batch) => {
    const positions = new Map<string, number>();
    for (const some of chunks(
      batch.flatMap(({ input }) => input),
      BATCH,
    )) {
      for (const [id, position] of await appendAll(some)) positions.set(id, position);
    }
    for (const call of batch) call.resolve(positions);
  });

  return {
    append,
    last,
    async positions(items) {
      const found = await existing(items);
      const without = items.filter((item) => !found.has(String(item)));
      return without.length === 0 ? found : new Map([...found, ...(await append(without))]);
    },
    async after(position, limit) {
      const filter = { _id: { $gt: position } } as Filter<FeedDocument<Item>>;
      const entries = await feed.find(filter).sort({ _id: 1 }).limit(limit).toArray();
      return entries.map(({ _id, item }) => ({ _id, item }) as FeedDocument<Item>);
    },
  };
}

/** For inserting, where the driver's types cannot follow an open type of item. */
function anyItems<Item>(feed: Collection<FeedDocument<Item>>): Collection<FeedDocument<unknown>> {
  return feed as unknown as Collection<FeedDocument<unknown>>;
}
