import type { Context } from '../core/context.ts';

/** Loads the sports data again on SIGHUP, until disposed. What goes wrong is in the log, status and Health. */
export function reloadOnHangup(ctx: Pick<Context, 'sports'>): Disposable {
  const onHangup = (): void => {
    // A refusal is logged and kept where it happens.
    ctx.sports.control?.reload().catch(() => {});
  };
  process.on('SIGHUP', onHangup);
  return { [Symbol.dispose]: () => process.off('SIGHUP', onHangup) };
}
