import { isDeepStrictEqual } from 'node:util';
import type { Tracked } from './objects.ts';
import type { ObjectId } from './types.ts';
import type { World } from './world.ts';

/** What a read found: the object, or null where there is none. */
export type Reading = ReadonlyMap<ObjectId, Tracked | null>;

/** Notices remembered; a read that lasted longer than these is not believed at all. */
const REMEMBERED = 20_000;

/**
 * Reconciles reads with what notices told.
 *
 * Notices tell what blocks did, and are believed at once. Reads also show what is only pending (chain reference 13.3): a
 * new object or a change that may never be in a block. So a read that differs from the world is a doubt, and is
 * believed only when another read after a further block finds the same and no notice has spoken of the object
 * meanwhile: what was pending at the first read has then been in a block (its notice came), or it has been dropped (the
 * second read differs), or it is still pending, which a node's queue rarely is for longer than a block. A phantom of
 * that last kind is found by the next audit, after the transaction has expired; until then it can only delay us, since
 * what we send is checked against a fresh read.
 */
export class Doubts {
  readonly #open = new Map<ObjectId, { readonly found: Tracked | null; readonly block: number }>();
  readonly #spokenOf = new Map<ObjectId, number>();
  #notices = 0;

  /** Position in the stream of notices, to hand to `consider` with what was read from there on. */
  get position(): number {
    return this.#notices;
  }

  /** A notice spoke of the object: what reads before said of it does not count. */
  notice(id: ObjectId): void {
    this.#notices += 1;
    this.#open.delete(id);
    // Deleted first, so that the map is in the order of the latest notices.
    this.#spokenOf.delete(id);
    this.#spokenOf.set(id, this.#notices);
    if (this.#spokenOf.size > REMEMBERED) this.#spokenOf.delete(this.#spokenOf.keys().next().value ?? '');
  }

  /** Ids that have to be read again after the next block. */
  ids(): readonly ObjectId[] {
    return [...this.#open.keys()];
  }

  /** Compares a read with the world, and puts into the world what two reads agree on. Answers what that took out. */
  consider(
    reading: Reading,
    from: { readonly position: number; readonly block: number },
    world: World,
  ): Tracked[] {
    const removed: Tracked[] = [];
    if (this.#notices - from.position > REMEMBERED) return removed;
    for (const [id, found] of reading) {
      if ((this.#spokenOf.get(id) ?? 0) > from.position) continue;
      const earlier = this.#open.get(id);
      if (isDeepStrictEqual(world.get(id) ?? null, found)) {
        this.#open.delete(id);
      } else if (earlier && earlier.block < from.block && isDeepStrictEqual(earlier.found, found)) {
        this.#open.delete(id);
        if (found) world.put(found);
        else removed.push(...[world.remove(id)].filter((object) => object !== undefined));
      } else if (!earlier || !isDeepStrictEqual(earlier.found, found)) {
        this.#open.set(id, { found, block: from.block });
      }
    }
    return removed;
  }
}
