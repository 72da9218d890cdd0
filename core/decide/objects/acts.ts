import type { ChainEvent, ChainMarketGroup, EventStatus, ObjectId, Resolution } from '../../chain/types.ts';
import { KINDS } from './kinds.ts';
import type { Standing } from './standing.ts';
import { textOf } from './texts.ts';

/** What becomes of each market of a group. */
export type Resolutions = readonly (readonly [market: ObjectId, resolution: Resolution])[];

/**
 * The status that an event should have, with the scores that go with it. In sync when the status is equal; scores are
 * compared in operations only (oracle reference 7).
 */
export function statusStanding(event: ChainEvent, status: EventStatus, scores: readonly string[]): Standing {
  return {
    object: {
      kind: 'event_status',
      label: [textOf(event.name, 'en') ?? event.id, status, scores.join(':')].join(' ').trim(),
      fields: { event_id: event.id, status, scores },
    },
    kind: KINDS.event_status,
    ...(event.status === status ? { id: event.id } : {}),
    differences: [],
    twins: [],
  };
}

/**
 * How a market group should be resolved.
 * @param isDone it has been, and so
 * @param after what has to happen first, where that has not happened yet
 */
export function resolutionStanding(
  group: ChainMarketGroup,
  resolutions: Resolutions,
  isDone: boolean,
  after?: Standing,
): Standing {
  return {
    object: {
      kind: 'resolution',
      label: textOf(group.description, 'en') ?? group.id,
      fields: { betting_market_group_id: group.id, resolutions },
    },
    kind: KINDS.resolution,
    ...(after ? { after } : {}),
    ...(isDone ? { id: group.id } : {}),
    differences: [],
    twins: [],
  };
}
