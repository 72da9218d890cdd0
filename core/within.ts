import type { Clock } from './clock.ts';

/**
 * The answer if it comes in time and before the signal aborts. A failure in time is thrown; one that comes later is
 * nobody's.
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  answer: Promise<T>,
  signal?: AbortSignal,
): Promise<{ readonly value: T } | undefined> {
  const done = new AbortController();
  const stop = signal ? AbortSignal.any([signal, done.signal]) : done.signal;
  try {
    answer.catch(() => {});
    return await Promise.race([
      answer.then((value) => ({ value })),
      clock.sleep(ms, stop).then(() => undefined),
    ]);
  } finally {
    // With a reason: the default one is an exception with its stack, made for every incident.
    done.abort('answered');
  }
}
