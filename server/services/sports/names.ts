import type { Context } from '../../../core/context.ts';
import { BosError } from '../../../core/errors.ts';
import type { UnknownName } from '../../../core/incidents/types.ts';
import type { LocalAlias, SportsData } from '../../../core/sports/types.ts';
import { NameKind } from '../../../gen/bos/v1/common_pb.js';
import type { ResolveNameRequest, SportsService } from '../../../gen/bos/v1/sports_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { kindOfName, nameKind, unknownName } from '../../map/names.ts';
import { pageRequest } from '../../map/page.ts';
import type { ReportContext } from '../../use-cases/report-incident.ts';
import { resolveName } from '../../use-cases/resolve-name.ts';

/**
 * ListUnknownNames and ResolveName. A page filtered by kind may hold fewer names than asked for, and still be followed
 * by others.
 */
export function names(ctx: ReportContext & Pick<Context, 'sports'>): Implementation<typeof SportsService> {
  const nearest = makeNearest(ctx);
  return {
    async listUnknownNames(request) {
      const page = await ctx.store.refused.unknownNames(pageRequest(request));
      const wanted = page.items.filter(
        ({ kind }) => request.kind === NameKind.UNSPECIFIED || nameKind(kind) === request.kind,
      );
      const search = await nearest();
      return {
        names: wanted.map((name) => unknownName(name, search(name))),
        nextPageToken: page.nextPageToken ?? '',
      };
    },
    resolveName: (request) => resolveName(ctx, aliasOf(request)),
  };
}

function aliasOf({ kind: given, name, sport, identifier }: ResolveNameRequest): LocalAlias {
  const kind = kindOfName(given);
  if (kind === undefined) {
    throw new BosError(
      'invalid',
      'expected the kind of the name: sport, event group or participant, got none',
      {
        field: 'kind',
      },
    );
  }
  if (kind === 'sport') return { kind, name, identifier };
  if (sport !== '') return { kind, sport, name, identifier };
  throw new BosError('invalid', 'expected the sport of a league or team, got none', { field: 'sport' });
}

/** Searches the data in use; what it needs is read when it is asked for first, and once per data set. */
function makeNearest(ctx: Pick<Context, 'sports'>) {
  let last: { readonly data: SportsData; readonly search: (name: UnknownName) => string[] } | undefined;
  return async () => {
    const { data } = ctx.sports.current();
    if (last?.data !== data) {
      const { makeNearestNames } = await import('../../../core/sports/nearest-names.ts');
      const search = makeNearestNames(data);
      last = { data, search: (name) => search(name).map(({ identifier }) => identifier) };
    }
    return last.search;
  };
}
