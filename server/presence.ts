import type { Heartbeat } from '../core/store/store.ts';

/** Heartbeats come every ten seconds; three missed ones mean that a process is gone or stuck. */
export const HEARTBEAT_VALID_MS = 30_000;

/**
 * Whether a process whose last sign of life came at `at` counts as running. A time to come is that of a wrong clock and
 * proves as little as one long ago.
 */
export function isRunning(at: Date, now: Date): boolean {
  return Math.abs(now.getTime() - at.getTime()) <= HEARTBEAT_VALID_MS;
}

/**
 * Without the processes that do not run any more and have been replaced: each later start of a process of the same role
 * on the same machine stands for one of them.
 */
export function withoutReplaced(heartbeats: readonly Heartbeat[], now: Date): readonly Heartbeat[] {
  const running = heartbeats.filter(({ at }) => isRunning(at, now));
  const starts = running.toSorted((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
  const replaced = new Set<Heartbeat>();
  for (const dead of heartbeats.filter((beat) => !running.includes(beat)).toSorted(byLastSign)) {
    const index = starts.findIndex(
      ({ role, host, startedAt }) =>
        role === dead.role && host === dead.host && startedAt.getTime() >= dead.at.getTime(),
    );
    if (index < 0) continue;
    starts.splice(index, 1);
    replaced.add(dead);
  }
  return heartbeats.filter((beat) => !replaced.has(beat));
}

function byLastSign(a: Heartbeat, b: Heartbeat): number {
  return a.at.getTime() - b.at.getTime();
}
