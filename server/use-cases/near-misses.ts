import type { EventRecord } from '../../core/store/store.ts';

/** Starts closer than this, of the same teams in the same league, are probably the same match. */
const NEAR_MS = 30 * 60_000;

/** Two events that are probably the same match (oracle reference 17). */
export interface NearMiss {
  readonly eventId: string;
  readonly otherEventId: string;
  readonly apartMs: number;
}

/** Finds pairs among the events, each once, the earlier start first. */
export function nearMisses(events: readonly EventRecord[]): NearMiss[] {
  const byTeams = new Map<string, EventRecord[]>();
  for (const event of events) {
    const { sport, event_group_name: league, home, away } = event.id;
    const teams = JSON.stringify([sport, league, home, away]);
    const same = byTeams.get(teams);
    if (same) same.push(event);
    else byTeams.set(teams, [event]);
  }
  return [...byTeams.values()].flatMap((same) => {
    const ordered = same.toSorted((a, b) => a.startTime.getTime() - b.startTime.getTime());
    return ordered.flatMap((event, at) =>
      ordered.slice(at + 1).flatMap((other) => {
        const apartMs = other.startTime.getTime() - event.startTime.getTime();
        return apartMs <= NEAR_MS ? [{ eventId: event.eventId, otherEventId: other.eventId, apartMs }] : [];
      }),
    );
  });
}

/** How far around a start its near misses can be. */
export function nearRange(start: Date): { readonly startFrom: Date; readonly startBefore: Date } {
  return {
    startFrom: new Date(start.getTime() - NEAR_MS),
    startBefore: new Date(start.getTime() + NEAR_MS + 1),
  };
}
