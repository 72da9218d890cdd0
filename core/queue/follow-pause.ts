import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { JobQueue } from './queue.ts';

/** How often the switch is looked at; what an operator does reaches a queue that can be told at once. */
const LOOK_MS = 2000;

/**
 * Keeps the queue as the switch `queue_paused` in the store says, until `signal` aborts: a queue does not outlive its
 * process, or loses what it was told with its server. Call it before anything is taken: it resolves after the first
 * look. A switch that nobody has touched, a store or a queue that is away leave things as they are.
 */
export async function followPause(options: {
  readonly store: Pick<Store, 'switches'>;
  readonly queue: Pick<JobQueue, 'counts' | 'pause' | 'resume'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}): Promise<{ closed(): Promise<void> }> {
  const { store, queue, clock, log, signal } = options;

  const look = async (): Promise<void> => {
    try {
      // Asked in this order: an operator's change comes to the store first, so the store is never behind the queue.
      const isPaused = await queue.counts().then(
        (counts) => counts.paused,
        () => undefined,
      );
      const wanted = await store.switches.get('queue_paused');
      if (wanted === undefined || wanted === isPaused) return;
      await (wanted ? queue.pause() : queue.resume());
      log.warn({ paused: wanted }, 'the queue was paused or resumed as the store says');
    } catch (error) {
      log.debug({ err: error }, 'could not see whether the queue is to be paused; looking again');
    }
  };
  const looks = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(LOOK_MS, signal);
      if (signal.aborted) return;
      await look();
    }
  };

  await look();
  const looking = looks();
  return { closed: () => looking };
}
