/** Draws that depend on nothing but the seed they were made from. */
export interface Draws {
  /** From 0 up to, not including, 1. */
  fraction(): number;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  /** True this often, 0 to 1. */
  chance(share: number): boolean;
  /** One of a list that is not empty. */
  pick<T>(from: readonly T[]): T;
  /** All of a list, in another order. */
  shuffled<T>(list: readonly T[]): T[];
  /** Draws of their own for a subject: what one subject draws changes nothing for others. */
  of(subject: string): Draws;
}

/** Makes draws from a seed (mulberry32). */
export function drawsFrom(seed: number): Draws {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from: number, to: number) => from + Math.floor(fraction() * (to - from + 1));
  return {
    fraction,
    whole,
    chance: (share) => fraction() < share,
    pick<T>(from: readonly T[]): T {
      const [picked] = from.slice(whole(0, from.length - 1));
      if (picked === undefined) throw new RangeError('expected something to pick from, got an empty list');
      return picked;
    },
    shuffled<T>(list: readonly T[]): T[] {
      const left = [...list];
      const order: T[] = [];
      while (left.length > 0) order.push(...left.splice(whole(0, left.length - 1), 1));
      return order;
    },
    of: (subject) => drawsFrom(hashOf(`${seed}/${subject}`)),
  };
}

/** FNV-1a over code units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
