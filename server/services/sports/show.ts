import type { Context } from '../../../core/context.ts';
import { sportsObjects } from '../../../core/decide/objects/sports-objects.ts';
import { standingsOf } from '../../../core/decide/objects/standing.ts';
import type { SportsService } from '../../../gen/bos/v1/sports_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { type ChainIdOf, sportMessage, sportSummary, sportsInfo } from '../../map/sports.ts';
import { findSport } from '../../use-cases/find-sport.ts';

/** ListSports and GetSport. */
export function showSports(ctx: Pick<Context, 'sports' | 'chain'>): Implementation<typeof SportsService> {
  return {
    listSports() {
      const { data } = ctx.sports.current();
      const idOf = chainIds(ctx);
      return {
        data: sportsInfo(data, ctx.sports.control?.refusal()),
        sports: data.sports.map((sport) => sportSummary(sport, idOf)),
      };
    },
    getSport({ sport }) {
      const { data } = ctx.sports.current();
      return { data: sportsInfo(data), sport: sportMessage(findSport(data, sport), chainIds(ctx)) };
    },
  };
}

/** Ids on chain by kind, sport and identifier; none while the chain is not known. */
function chainIds(ctx: Pick<Context, 'sports' | 'chain'>): ChainIdOf {
  const view = ctx.chain.view();
  if (!view) return () => undefined;
  const objects = sportsObjects(ctx.sports.current().data);
  const standings = standingsOf(
    view,
    objects.map(({ object }) => object),
  );
  const ids = new Map(standings.map((standing) => [standing.object, standing.id]));
  const keyOf = (...parts: readonly string[]) => JSON.stringify(parts);
  const byKey = new Map(
    objects.map(({ kind, sport, identifier, object }) => [keyOf(kind, sport, identifier), ids.get(object)]),
  );
  return (kind, sport, identifier) => byKey.get(keyOf(kind, sport, identifier));
}
