/** Heartbeats come every ten seconds; three missed ones mean that a process is gone or stuck. */
export const HEARTBEAT_VALID_MS = 30_000;

/** Whether a process whose last sign of life came at `at` counts as running. */
export function isRunning(at: Date, now: Date): boolean {
  return now.getTime() - at.getTime() <= HEARTBEAT_VALID_MS;
}
