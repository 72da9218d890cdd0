import type { Context } from '../../../core/context.ts';
import { EventService } from '../../../gen/bos/v1/event_service_pb.js';
import type { Register } from '../../edge/rpc.ts';
import { explainEvents } from './explain.ts';
import { showEvents } from './show.ts';

/** Registers what is built of the EventService. */
export function registerEvents(register: Register, ctx: Context): void {
  register(EventService, { ...showEvents(ctx), ...explainEvents(ctx) });
}
