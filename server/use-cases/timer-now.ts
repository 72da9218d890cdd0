import type { Context } from '../../core/context.ts';

/**
 * The time that timers of decisions are held against: that of the head block, which all witnesses share, and the wall
 * clock while there is no node.
 */
export function timerNow(ctx: Pick<Context, 'chain' | 'clock'>): Date {
  const view = ctx.chain.state().connected ? ctx.chain.view() : undefined;
  return view?.head.time ?? ctx.clock.now();
}
