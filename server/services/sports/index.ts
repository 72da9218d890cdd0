import type { Context } from '../../../core/context.ts';
import { SportsService } from '../../../gen/bos/v1/sports_service_pb.js';
import type { Register } from '../../edge/rpc.ts';
import { showSports } from './show.ts';
import { syncSports } from './sync.ts';
import { unknownNames } from './unknown-names.ts';

/** Registers what is built of the SportsService. */
export function registerSports(register: Register, ctx: Context): void {
  register(SportsService, { ...showSports(ctx), ...syncSports(ctx), ...unknownNames(ctx) });
}
