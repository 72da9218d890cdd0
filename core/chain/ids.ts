import type { ObjectId } from './types.ts';

/** Number of an id within its type: what lists ascend by. */
export function instanceOf(id: ObjectId): number {
  return Number(id.slice(id.lastIndexOf('.') + 1));
}

/** Space and type of an id, e.g. `1.22`. */
export function typeOf(id: ObjectId): string {
  return id.slice(0, id.lastIndexOf('.'));
}

/** The ids of `count` numbers of a type, from one on. */
export function idsFrom(type: string, first: number, count: number): readonly ObjectId[] {
  return Array.from({ length: count }, (_, i) => `${type}.${first + i}`);
}
