import type { Clock } from '../../core/clock.ts';

/** How often an address was refused, and when last. */
export interface RefusedAddress {
  readonly address: string;
  readonly count: number;
  readonly lastAt: Date;
}

/** Counts refused addresses for status: the last `limit` different ones, and all requests in total. */
export class RefusedAddresses {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #seen = new Map<string, RefusedAddress>();
  #total = 0;

  constructor(clock: Clock, limit = 100) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** Refused requests since the start. */
  get total(): number {
    return this.#total;
  }

  add(address: string): void {
    this.#total += 1;
    const count = (this.#seen.get(address)?.count ?? 0) + 1;
    // Deleted first, so that the map is ordered by the last refusal and the oldest goes when it is full.
    this.#seen.delete(address);
    this.#seen.set(address, { address, count, lastAt: this.#clock.now() });
    const oldest = this.#seen.keys().next();
    if (this.#seen.size > this.#limit && !oldest.done) this.#seen.delete(oldest.value);
  }

  /** Most often first. */
  list(): RefusedAddress[] {
    return [...this.#seen.values()].sort((a, b) => b.count - a.count || (a.address < b.address ? -1 : 1));
  }
}
