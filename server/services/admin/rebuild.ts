import type { HandlerContext } from '@connectrpc/connect';
import type { Context } from '../../../core/context.ts';
import { BosError } from '../../../core/errors.ts';
import type { AdminService } from '../../../gen/bos/v1/admin_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';

/** RebuildEvents: the event documents of the Python suite, written anew. Stops when its caller leaves. */
export function rebuildEvents(ctx: Pick<Context, 'store' | 'log'>): Implementation<typeof AdminService> {
  const { store, log } = ctx;
  return {
    async rebuildEvents(_request, { signal }: HandlerContext) {
      if (!store.rebuildEvents) {
        throw new BosError(
          'conflict',
          `expected a store that keeps event documents of the Python suite, which are kept only where the store is MongoDB, got ${store.kind}: there is nothing to rebuild, and everything is read from incidents and decisions`,
        );
      }
      log.warn({}, 'an operator has the event documents rebuilt');
      try {
        const events = await store.rebuildEvents(signal);
        log.warn({ events }, 'the event documents are rebuilt');
        return { events };
      } catch (error) {
        log.warn({ err: error }, 'the event documents are not rebuilt to the end; it can be repeated');
        throw error;
      }
    },
  };
}
