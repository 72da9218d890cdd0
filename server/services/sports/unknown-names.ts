import type { Context } from '../../../core/context.ts';
import { NameKind } from '../../../gen/bos/v1/common_pb.js';
import type { SportsService } from '../../../gen/bos/v1/sports_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { nameKind, unknownName } from '../../map/names.ts';
import { pageRequest } from '../../map/page.ts';

/** ListUnknownNames. A page filtered by kind may hold fewer names than asked for, and still be followed by others. */
export function unknownNames(ctx: Pick<Context, 'store'>): Implementation<typeof SportsService> {
  return {
    async listUnknownNames(request) {
      const page = await ctx.store.refused.unknownNames(pageRequest(request));
      const names = page.items.filter(
        ({ kind }) => request.kind === NameKind.UNSPECIFIED || nameKind(kind) === request.kind,
      );
      return { names: names.map(unknownName), nextPageToken: page.nextPageToken ?? '' };
    },
  };
}
