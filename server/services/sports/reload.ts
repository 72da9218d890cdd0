import type { Context } from '../../../core/context.ts';
import { BosError } from '../../../core/errors.ts';
import type { SportsService } from '../../../gen/bos/v1/sports_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { sportsInfo } from '../../map/sports.ts';

/** ReloadSports. */
export function reloadSports({ sports }: Pick<Context, 'sports'>): Implementation<typeof SportsService> {
  return {
    async reloadSports() {
      if (!sports.control)
        throw new BosError('unimplemented', 'these sports data are not loaded from a folder');
      const { previousDigest, digest } = await sports.control.reload();
      return {
        data: sportsInfo(sports.current().data, sports.control.refusal()),
        previousDigest,
        changed: digest !== previousDigest,
      };
    },
  };
}
