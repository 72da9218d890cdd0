import { instanceOf } from './ids.ts';
import type { ObjectId } from './types.ts';

/** What a table held when the snapshot was taken; never changes. */
export interface Snapshot<T> {
  get(id: ObjectId): T | undefined;
  /** What hangs under the parent, ascending by the number of the id. */
  under(parent: ObjectId): readonly T[];
}

const NOTHING: readonly never[] = [];

/**
 * Objects of one kind, by id and by parent. Snapshots share the maps with the table until it is written to, which
 * then copies them first; so a snapshot costs nothing, and a block copies the tables that it changed, once.
 */
export class Table<T extends { readonly id: ObjectId }> {
  #byId = new Map<ObjectId, { readonly value: T; readonly parent: ObjectId }>();
  #byParent = new Map<ObjectId, readonly T[]>();
  #shared = false;

  get(id: ObjectId): { readonly value: T; readonly parent: ObjectId } | undefined {
    return this.#byId.get(id);
  }

  ids(): Iterable<ObjectId> {
    return this.#byId.keys();
  }

  set(value: T, parent: ObjectId): void {
    this.#own();
    this.#detach(value.id);
    this.#byId.set(value.id, { value, parent });
    const siblings = this.#byParent.get(parent) ?? NOTHING;
    const instance = instanceOf(value.id);
    const at = siblings.findLastIndex((sibling) => instanceOf(sibling.id) < instance) + 1;
    this.#byParent.set(parent, siblings.toSpliced(at, 0, value));
  }

  delete(id: ObjectId): void {
    this.#own();
    this.#detach(id);
    this.#byId.delete(id);
  }

  snapshot(): Snapshot<T> {
    this.#shared = true;
    const byId = this.#byId;
    const byParent = this.#byParent;
    return {
      get: (id) => byId.get(id)?.value,
      under: (parent) => byParent.get(parent) ?? NOTHING,
    };
  }

  #detach(id: ObjectId): void {
    const known = this.#byId.get(id);
    if (!known) return;
    const rest = (this.#byParent.get(known.parent) ?? NOTHING).filter((sibling) => sibling.id !== id);
    if (rest.length > 0) this.#byParent.set(known.parent, rest);
    else this.#byParent.delete(known.parent);
  }

  #own(): void {
    if (!this.#shared) return;
    this.#byId = new Map(this.#byId);
    this.#byParent = new Map(this.#byParent);
    this.#shared = false;
  }
}
