const REMEMBERED = 1000;

/** Counts by key, and forgets the keys that were counted longest ago. */
export class Tally {
  readonly #counts = new Map<string, number>();

  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  /** Counts one more and answers how many that makes. */
  add(key: string): number {
    const count = this.of(key) + 1;
    // Deleted first, so that the map is in the order of the latest counts.
    this.#counts.delete(key);
    this.#counts.set(key, count);
    if (this.#counts.size > REMEMBERED) this.#counts.delete(this.#counts.keys().next().value ?? '');
    return count;
  }

  clear(key: string): void {
    this.#counts.delete(key);
  }
}
