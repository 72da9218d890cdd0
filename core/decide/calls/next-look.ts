/**
 * The next look at something that is too early: no later than one pause from the head, no later than `readyAt`.
 * Counted back from `readyAt` in whole pauses, so that runs between two looks agree on the next one.
 */
export function nextLook(head: Date, readyAt: Date, pauseMs: number): Date {
  const remaining = readyAt.getTime() - head.getTime();
  const pauses = Math.ceil(remaining / pauseMs) - 1;
  return new Date(readyAt.getTime() - pauses * pauseMs);
}
