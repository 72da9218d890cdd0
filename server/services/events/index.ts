import type { Context } from '../../../core/context.ts';
import { EventService } from '../../../gen/bos/v1/event_service_pb.js';
import type { Register } from '../../edge/rpc.ts';
import type { OurAccounts } from '../../use-cases/our-accounts.ts';
import type { Watching } from '../watch/watching.ts';
import { explainEvents } from './explain.ts';
import { replayEvent } from './replay.ts';
import { setCallStatus } from './set-status.ts';
import { showEvents } from './show.ts';
import { simulateIncidents } from './simulate.ts';
import { watchEvents } from './watch.ts';

/** Registers what is built of the EventService. */
export function registerEvents(
  register: Register,
  ctx: Context,
  accounts: OurAccounts,
  watching: Watching,
): void {
  register(EventService, {
    ...showEvents(ctx),
    ...explainEvents(ctx),
    ...simulateIncidents(ctx, accounts),
    ...watchEvents(ctx, watching),
    ...replayEvent(ctx),
    ...setCallStatus(ctx),
  });
}
