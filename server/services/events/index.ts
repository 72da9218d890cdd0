import type { Context } from '../../../core/context.ts';
import { EventService } from '../../../gen/bos/v1/event_service_pb.js';
import type { Register } from '../../edge/rpc.ts';
import type { Watching } from '../watch/watching.ts';
import { explainEvents } from './explain.ts';
import { showEvents } from './show.ts';
import { watchEvents } from './watch.ts';

/** Registers what is built of the EventService. */
export function registerEvents(register: Register, ctx: Context, watching: Watching): void {
  register(EventService, { ...showEvents(ctx), ...explainEvents(ctx), ...watchEvents(ctx, watching) });
}
