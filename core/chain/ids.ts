import type { ObjectId } from './types.ts';

/** Number of an id within its type: what lists ascend by. */
export function instanceOf(id: ObjectId): number {
  return Number(id.slice(id.lastIndexOf('.') + 1));
}

/** Space and type of an id, e.g. `1.22`. */
export function typeOf(id: ObjectId): string {
  return id.slice(0, id.lastIndexOf('.'));
}
