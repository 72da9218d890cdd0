import type { Event } from '../../gen/bos/v1/event_pb.js';
import { callsSummary } from './event.ts';
import { when } from './text.ts';

/** One match in one line: its start, its calls with their status, and what it is on chain. */
export function eventLine(event: Event): string {
  const { chain, calls } = event;
  const alerts = calls.filter(({ alert }) => alert !== '').map(({ alert }) => `alert: ${alert}`);
  return [
    when(event.startTime),
    event.id,
    callsSummary(event),
    ...(chain === undefined ? [] : [`${chain.id}: ${chain.status}`]),
    ...alerts,
  ].join('  ');
}
