import type { Context } from '../../../core/context.ts';
import type { AdminService } from '../../../gen/bos/v1/admin_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';

/**
 * PauseQueue and ResumeQueue. What counts is the switch in the store, which outlives processes and Redis and which
 * workers follow; the queue is told so that all of them know at once.
 */
export function pauseQueue({
  store,
  queue,
  log,
}: Pick<Context, 'store' | 'queue' | 'log'>): Implementation<typeof AdminService> {
  const set = async (paused: boolean, reason?: string): Promise<{ paused: boolean }> => {
    // In this order, see `followPause`.
    await store.switches.set('queue_paused', paused);
    log.warn({ paused, reason }, 'the queue was paused or resumed by an operator');
    try {
      await (paused ? queue.pause() : queue.resume());
    } catch (error) {
      log.warn({ err: error }, 'the queue could not be told that; workers find it in the store');
    }
    return { paused };
  };
  return {
    pauseQueue: ({ reason }) => set(true, reason),
    resumeQueue: () => set(false),
  };
}
