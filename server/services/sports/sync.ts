import type { Context } from '../../../core/context.ts';
import { diffSports, type SportsDifference } from '../../../core/decide/diff-sports.ts';
import { syncEventId } from '../../../core/decide/sync-event.ts';
import { BosError } from '../../../core/errors.ts';
import type { SportsService } from '../../../gen/bos/v1/sports_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { differenceMessage, sportsInfo } from '../../map/sports.ts';
import { askForRuns } from '../../use-cases/ask-for-runs.ts';
import { findSport } from '../../use-cases/find-sport.ts';
import { jobId } from '../../use-cases/report-incident.ts';

/** DiffSports and SyncSports: the pseudo-events of `syncEventId` (agreement rule P). */
export function syncSports(ctx: Context): Implementation<typeof SportsService> {
  /** The identifier of the sport that is named; undefined for all. */
  const onlyOf = (sport: string): string | undefined =>
    sport === '' ? undefined : findSport(ctx.sports.current().data, sport).identifier;
  /** Undefined while the chain is not known. */
  const differences = (only: string | undefined): readonly SportsDifference[] | undefined => {
    const view = ctx.chain.view();
    const found = view && diffSports(view, ctx.sports.current().data);
    return found?.filter((one) => only === undefined || one.sport === only);
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
      const found = needed(differences(onlyOf(sport)));
      return {
        data: sportsInfo(data),
        inSync: found.length === 0,
        differences: found.map(differenceMessage),
      };
    },
    async syncSports({ dryRun, sport }) {
      const { data } = ctx.sports.current();
      const only = onlyOf(sport);
      const found = dryRun ? needed(differences(only)) : differences(only);
      const inSync = found?.length === 0;
      const eventId = syncEventId(data.network, only);
      if (!dryRun && !inSync) {
        // Kept also while the chain is away: the wish stands until it can be carried out.
        await askForRuns(ctx, [{ eventId, call: 'sync' }], 'sync');
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
