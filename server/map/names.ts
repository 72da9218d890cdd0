import type { UnknownName } from '../../core/incidents/types.ts';
import type { UnknownNameSummary } from '../../core/store/store.ts';
import { NameKind } from '../../gen/bos/v1/common_pb.js';
import { timestamp } from './time.ts';

const KINDS = {
  sport: NameKind.SPORT,
  event_group: NameKind.EVENT_GROUP,
  participant: NameKind.PARTICIPANT,
} as const satisfies Record<UnknownName['kind'], NameKind>;

/** The kind of a name for the API. */
export function nameKind(kind: UnknownName['kind']): NameKind {
  return KINDS[kind];
}

/** An unknown name with where it was searched. */
export function unknownNameHint(unknown: UnknownName) {
  return {
    kind: nameKind(unknown.kind),
    name: unknown.name,
    sport: unknown.sport ?? '',
    eventGroup: unknown.eventGroup ?? '',
    outOfSeason: unknown.outOfSeason ?? '',
    nearest: [],
  };
}

/** An unknown name with who sent it and when. */
export function unknownName(summary: UnknownNameSummary) {
  return {
    hint: unknownNameHint(summary),
    providers: [...summary.providers],
    count: summary.count,
    firstAt: timestamp(summary.first),
    lastAt: timestamp(summary.last),
  };
}
