import type { Clock } from '../../core/clock.ts';

/** What `ask` answers within `ms`; undefined when it fails or takes longer. For what may be left out of an answer. */
export async function ifInTime<T>(clock: Clock, ms: number, ask: () => Promise<T>): Promise<T | undefined> {
  const done = new AbortController();
  const answer = async () => {
    try {
      return await ask();
    } catch {
      return undefined;
    }
  };
  try {
    return await Promise.race([answer(), clock.sleep(ms, done.signal).then(() => undefined)]);
  } finally {
    done.abort();
  }
}
