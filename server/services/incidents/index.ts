import type { Context } from '../../../core/context.ts';
import { IncidentService } from '../../../gen/bos/v1/incident_service_pb.js';
import type { Register } from '../../edge/rpc.ts';
import type { Watching } from '../watch/watching.ts';
import { listIncidents } from './list.ts';
import { reportIncidents } from './report.ts';
import { resendIncidents } from './resend.ts';
import { watchIncidents } from './watch.ts';

/** Registers what is built of the IncidentService. */
export function registerIncidents(register: Register, ctx: Context, watching: Watching): void {
  register(IncidentService, {
    ...reportIncidents(ctx),
    ...listIncidents(ctx),
    ...resendIncidents(ctx),
    ...watchIncidents(ctx, watching),
  });
}
