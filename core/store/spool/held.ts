import { isIncident, type Report } from './record.ts';

/** Counts the incidents of a spool, and tells which it holds. Bodies that were refused are not counted. */
export class Held {
  readonly #times = new Map<string, number>();
  #count = 0;

  /** Incidents, repeats included. */
  get count(): number {
    return this.#count;
  }

  /** Counts a report in; answers whether an incident of the same unique_string and provider was there. */
  add(report: Report): boolean {
    const key = keyOf(report);
    if (key === undefined) return false;
    const times = this.#times.get(key) ?? 0;
    this.#times.set(key, times + 1);
    this.#count += 1;
    return times > 0;
  }

  /** Counts a report out that was counted in. */
  remove(report: Report): void {
    const key = keyOf(report);
    if (key === undefined) return;
    const times = this.#times.get(key) ?? 0;
    if (times > 1) this.#times.set(key, times - 1);
    else this.#times.delete(key);
    this.#count -= 1;
  }
}

function keyOf(report: Report): string | undefined {
  return isIncident(report) ? JSON.stringify([report.uniqueString, report.provider]) : undefined;
}
