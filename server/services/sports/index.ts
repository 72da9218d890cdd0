import type { Context } from '../../../core/context.ts';
import { SportsService } from '../../../gen/bos/v1/sports_service_pb.js';
import type { Register } from '../../edge/rpc.ts';
import type { ReportContext } from '../../use-cases/report-incident.ts';
import { names } from './names.ts';
import { reloadSports } from './reload.ts';
import { showSports } from './show.ts';
import { syncSports } from './sync.ts';

/** Registers the SportsService. */
export function registerSports(register: Register, ctx: Context & ReportContext): void {
  register(SportsService, { ...showSports(ctx), ...syncSports(ctx), ...names(ctx), ...reloadSports(ctx) });
}
