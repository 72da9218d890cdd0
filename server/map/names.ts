import type { UnknownName } from '../../core/incidents/types.ts';
import type { UnknownNameSummary } from '../../core/store/store.ts';
import { NameKind } from '../../gen/bos/v1/common_pb.js';
import { timestamp } from './time.ts';

const KINDS = {
  sport: NameKind.SPORT,
  event_group: NameKind.EVENT_GROUP,
  participant: NameKind.PARTICIPANT,
} as const satisfies Record<UnknownName['kind'], NameKind>;
const NAME_KINDS = ['sport', 'event_group', 'participant'] as const satisfies readonly UnknownName['kind'][];

/** The kind that the API names; undefined for none. */
export function kindOfName(kind: NameKind): UnknownName['kind'] | undefined {
  return NAME_KINDS.find((one) => KINDS[one] === kind);
}

/** The kind of a name for the API. */
export function nameKind(kind: UnknownName['kind']): NameKind {
  return KINDS[kind];
}

/**
 * An unknown name with where it was searched.
 * @param nearest known names that look like it, by identifier
 */
export function unknownNameHint(unknown: UnknownName, nearest: readonly string[] = []) {
  return {
    kind: nameKind(unknown.kind),
    name: unknown.name,
    sport: unknown.sport ?? '',
    eventGroup: unknown.eventGroup ?? '',
    outOfSeason: unknown.outOfSeason ?? '',
    nearest: [...nearest],
  };
}

/** An unknown name with who sent it and when, and what comes nearest. */
export function unknownName(summary: UnknownNameSummary, nearest: readonly string[]) {
  return {
    hint: unknownNameHint(summary, nearest),
    providers: [...summary.providers],
    count: summary.count,
    firstAt: timestamp(summary.first),
    lastAt: timestamp(summary.last),
  };
}
