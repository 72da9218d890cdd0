import { type ChainView, type ObjectId, OP, type Operation } from '../../../core/chain/types.ts';
import type { JsonObject } from '../../../core/incidents/types.ts';
import type { RecordedEvent, RecordedProposal } from './record.ts';

/** Keeps everything of matches as it was seen last. */
export function noteEvents(view: ChainView, seen: Map<ObjectId, RecordedEvent>): void {
  for (const event of view
    .sports()
    .flatMap(({ id }) => view.eventGroups(id))
    .flatMap(({ id }) => view.events(id))) {
    const groups = view.marketGroups(event.id).map((group) => ({
      id: group.id,
      alive: true,
      group: jsonOf(group),
      markets: view.markets(group.id).map(jsonOf),
    }));
    seen.set(event.id, { id: event.id, alive: true, event: jsonOf(event), groups });
  }
}

/** An event as the bookie API knows it when it is gone: as the proposals that executed made it. */
export function ended(
  event: RecordedEvent,
  proposals: readonly RecordedProposal[],
  view: ChainView,
): RecordedEvent {
  const isAlive = view
    .sports()
    .some((sport) =>
      view.eventGroups(sport.id).some((league) => view.events(league.id).some(({ id }) => id === event.id)),
    );
  if (isAlive) return event;
  const operations = proposals.flatMap((proposal) => proposal.operations);
  const status = operations
    .filter(([tag, { event_id }]) => tag === OP.event_update_status && event_id === event.id)
    .at(-1);
  const end = status?.[1].status === 'canceled' ? 'canceled' : 'settled';
  const resolutions = new Map(
    operations
      .filter(([tag]) => tag === OP.betting_market_group_resolve)
      // Made by decisions, so a list of pairs.
      .flatMap(([, fields]) => fields.resolutions as readonly (readonly [string, string])[]),
  );
  return {
    ...event,
    alive: false,
    event: { ...event.event, status: end, scores: scoresIn(status) },
    groups: event.groups.map(({ id, group, markets }) => ({
      id,
      alive: false,
      group: { ...group, status: end },
      markets: markets.map((market) => ({
        ...market,
        resolution: resolutions.get(String(market.id)) ?? 'cancel',
      })),
    })),
  };
}

function scoresIn(status: Operation | undefined): readonly string[] {
  const scores = status?.[1].scores;
  return Array.isArray(scores) ? scores.map(String) : [];
}

/** As the node would answer it. */
function jsonOf(value: unknown): JsonObject {
  // Objects of the chain are JSON objects.
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
