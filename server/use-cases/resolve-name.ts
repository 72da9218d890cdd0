import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../../core/context.ts';
import { BosError } from '../../core/errors.ts';
import { acceptIncident } from '../../core/incidents/accept.ts';
import { parseIncident } from '../../core/incidents/parse.ts';
import type { Incident, UnknownName } from '../../core/incidents/types.ts';
import type { Page, PageRequest } from '../../core/page.ts';
import { nameKey } from '../../core/sports/names.ts';
import type { LocalAlias } from '../../core/sports/types.ts';
import type { RefusedBody, UnknownNameSummary } from '../../core/store/store.ts';
import { unknownNamesOf } from '../edge/errors.ts';
import { type ReportContext, takeIncident } from './report-incident.ts';

/** What became of the bodies that had been refused for a name. */
export interface Resolved {
  readonly accepted: number;
  readonly stillRefused: number;
}

/**
 * Makes a name a local alias and submits the bodies again that were refused for it. An incident is stored before its
 * body is taken away, so that a crash between costs a repeat and no incident; asking for the same alias again goes on.
 * @throws BosError `not_found` when nothing has that identifier, `conflict` when the name means something already,
 *   `unavailable` when the store is away
 */
export async function resolveName(
  ctx: ReportContext & Pick<Context, 'sports'>,
  wanted: LocalAlias,
): Promise<Resolved> {
  if (!ctx.sports.control) throw new BosError('unimplemented', 'these sports data take no local aliases');
  const alias = await ctx.sports.control.addAlias(wanted);
  const bodies = await all((page) => ctx.store.refused.list(page));
  const meant = bodies.filter(({ unknown }) => unknown.some((name) => isMeant(alias, name)));
  // Side by side, so that the store can commit them together; oldest first.
  const taken = await Promise.all(meant.reverse().map((refused) => submitAgain(ctx, refused)));
  const accepted = taken.filter((isTaken) => isTaken).length;
  const names = await all((page) => ctx.store.refused.unknownNames(page));
  await ctx.store.refused.forget(names.filter((name) => isMeant(alias, name)).map(asName));
  return { accepted, stillRefused: taken.length - accepted };
}

/** Whether it was taken; for other names it is kept under these. */
async function submitAgain(ctx: ReportContext, refused: RefusedBody): Promise<boolean> {
  const receivedAt = ctx.clock.now();
  let incident: Incident;
  try {
    const parsed = parseIncident(refused.body, receivedAt);
    incident = acceptIncident(parsed, ctx.sports.current().normalizer);
  } catch (error) {
    if (!(error instanceof BosError)) throw error;
    if (error.kind === 'not_normalized') {
      const unknown = unknownNamesOf(error.details.unknown);
      // Behind the name that is known now others may have shown up; those that were there have been counted.
      const isNew = unknown.some((name) => !refused.unknown.some((old) => isDeepStrictEqual(old, name)));
      if (isNew) await ctx.store.refused.insert({ ...refused, unknown });
    }
    return false;
  }
  await takeIncident(ctx, incident);
  await ctx.store.refused.remove([refused.body]);
  return true;
}

/** A league that exists and is out of season is no unknown name: an alias does not help it. */
function isMeant(alias: LocalAlias, { kind, name, sport, outOfSeason }: UnknownName): boolean {
  const isSame = kind === alias.kind && nameKey(name) === nameKey(alias.name);
  return isSame && (kind === 'sport' || sport === alias.sport) && outOfSeason === undefined;
}

function asName({ kind, name, sport, eventGroup }: UnknownNameSummary): UnknownName {
  return {
    kind,
    name,
    ...(sport === undefined ? {} : { sport }),
    ...(eventGroup === undefined ? {} : { eventGroup }),
  };
}

const LARGEST_PAGE = 1000;

async function all<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  let pageToken: string | undefined;
  do {
    const page = await list({ pageSize: LARGEST_PAGE, ...(pageToken === undefined ? {} : { pageToken }) });
    items.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return items;
}
