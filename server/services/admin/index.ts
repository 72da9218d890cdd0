import type { Context } from '../../../core/context.ts';
import { BosError } from '../../../core/errors.ts';
import { AdminService } from '../../../gen/bos/v1/admin_service_pb.js';
import type { Register } from '../../edge/rpc.ts';
import { broadcastingStatus } from '../status/broadcasting.ts';
import { showConfig } from './config.ts';
import { listJobs } from './jobs.ts';
import { pauseQueue } from './pause.ts';
import { rebuildEvents } from './rebuild.ts';
import { retryJobs } from './retry.ts';
import { runScheduler } from './scheduler.ts';

/** Registers what is built of the AdminService. */
export function registerAdmin(register: Register, ctx: Context): void {
  register(AdminService, {
    ...showConfig(ctx),
    ...listJobs(ctx),
    ...retryJobs(ctx),
    ...pauseQueue(ctx),
    ...rebuildEvents(ctx),
    ...runScheduler(ctx),
    async setBroadcasting({ enabled, reason }) {
      if (enabled === undefined) {
        throw new BosError('invalid', 'expected enabled true or false, got neither', { field: 'enabled' });
      }
      await ctx.store.switches.set('broadcasting', enabled);
      ctx.log.warn({ enabled, reason }, 'signing was switched by an operator');
      return { broadcasting: await broadcastingStatus(ctx) };
    },
  });
}
