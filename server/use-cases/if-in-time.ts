import type { Clock } from '../../core/clock.ts';
import { within } from '../../core/within.ts';

/** What `ask` answers within `ms`; undefined when it fails or takes longer. For what may be left out of an answer. */
export async function ifInTime<T>(clock: Clock, ms: number, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return (await within(clock, ms, ask()))?.value;
  } catch {
    return undefined;
  }
}
