import type { Context } from '../../../core/context.ts';
import { diffSports, type SportsDifference } from '../../../core/decide/diff-sports.ts';
import { BosError } from '../../../core/errors.ts';
import type { SportsService } from '../../../gen/bos/v1/sports_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { differenceMessage, sportsInfo } from '../../map/sports.ts';
import { findSport } from '../../use-cases/find-sport.ts';
import { enqueue, jobId } from '../../use-cases/report-incident.ts';

/** DiffSports and SyncSports: the pseudo-event `sports:<network>` (agreement rule P). */
export function syncSports(ctx: Context): Implementation<typeof SportsService> {
  /** Undefined while the chain is not known. */
  const differences = (): readonly SportsDifference[] | undefined => {
    const view = ctx.chain.view();
    return view && diffSports(view, ctx.sports.current().data);
  };
  const needed = (found: readonly SportsDifference[] | undefined): readonly SportsDifference[] => {
    if (found) return found;
    const { problem } = ctx.chain.state();
    throw new BosError(
      'unavailable',
      `the chain is not known yet${problem ? `: ${problem}` : ''}; try again later`,
    );
  };

  return {
    diffSports({ sport }) {
      const { data } = ctx.sports.current();
      const only = sport === '' ? undefined : findSport(data, sport).identifier;
      const found = needed(differences()).filter((one) => only === undefined || one.sport === only);
      return {
        data: sportsInfo(data),
        inSync: found.length === 0,
        differences: found.map(differenceMessage),
      };
    },
    async syncSports({ dryRun }) {
      const { data } = ctx.sports.current();
      const found = dryRun ? needed(differences()) : differences();
      const inSync = found?.length === 0;
      const eventId = `sports:${data.network}`;
      if (!dryRun && !inSync) {
        // Kept also while the chain is away: the wish stands until it can be carried out.
        await ctx.store.work.request({ eventId, call: 'sync', cause: 'sync', at: ctx.clock.now() });
        void enqueue(ctx, eventId);
      }
      return {
        data: sportsInfo(data),
        inSync,
        differences: (found ?? []).map(differenceMessage),
        jobId: dryRun || inSync ? '' : jobId(eventId, 'sync'),
        proposalIds: [...new Set(found?.flatMap((one) => one.proposals))],
      };
    },
  };
}
