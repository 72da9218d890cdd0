import type { Context } from '../../../core/context.ts';
import { ifInTime } from '../../use-cases/if-in-time.ts';

/** How long the store may take before the switch counts as not known. */
const STORE_MS = 2_000;

/** Whether this witness signs: the switch of the operator (on where nobody has touched it) and `nobroadcast`. */
export async function broadcastingStatus(ctx: Pick<Context, 'config' | 'store' | 'clock'>) {
  const { nobroadcast } = ctx.config;
  const known = await ifInTime(ctx.clock, STORE_MS, async () => ({
    enabled: (await ctx.store.switches.get('broadcasting')) ?? true,
  }));
  const enabled = known?.enabled ?? false;
  return {
    active: enabled && !nobroadcast,
    enabled,
    nobroadcast,
    reason: reasonNot(known?.enabled, nobroadcast),
  };
}

function reasonNot(enabled: boolean | undefined, nobroadcast: boolean): string {
  if (nobroadcast) return 'nobroadcast is set: start without it to sign';
  if (enabled === undefined) return 'the store cannot tell whether signing is switched on';
  return enabled ? '' : 'switched off by an operator: SetBroadcasting switches it on';
}
