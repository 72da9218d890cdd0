import type { Context } from '../../../core/context.ts';
import { enqueueDue } from '../../../core/queue/due.ts';
import type { AdminService } from '../../../gen/bos/v1/admin_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { jobId } from '../../use-cases/report-incident.ts';
import { timerNow } from '../../use-cases/timer-now.ts';

/** Calls that one tick hands over at most; the rest follows on the next. */
const TICK_LIMIT = 5000;

/** RunScheduler: one tick, now. */
export function runScheduler(
  ctx: Pick<Context, 'store' | 'queue' | 'chain' | 'clock'>,
): Implementation<typeof AdminService> {
  return {
    async runScheduler() {
      const now = timerNow(ctx);
      const due = await ctx.store.work.due(now, TICK_LIMIT);
      await enqueueDue(ctx.store, ctx.queue, now, TICK_LIMIT);
      return { jobIds: due.map(({ eventId, call }) => jobId(eventId, call)) };
    },
  };
}
