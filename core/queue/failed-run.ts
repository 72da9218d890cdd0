import type { Clock } from '../clock.ts';
import type { FailedRun, WorkReference } from './queue.ts';

/** What is kept of a run that threw just now, without how often that happened. */
export function failedRun(reference: WorkReference, error: unknown, clock: Clock): Omit<FailedRun, 'times'> {
  const { eventId, lane } = reference;
  const message = error instanceof Error ? error.message : String(error);
  return { eventId, lane, message, failedAt: clock.now() };
}
