import type { Context } from '../../../core/context.ts';
import { BosError } from '../../../core/errors.ts';
import { CALLS } from '../../../core/incidents/types.ts';
import type { EventRecord } from '../../../core/store/store.ts';
import type { EventService } from '../../../gen/bos/v1/event_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { decidedCallText, statusText } from '../../map/calls.ts';
import { askForRuns } from '../../use-cases/ask-for-runs.ts';
import { findEvent } from '../../use-cases/find-event.ts';

/**
 * ReplayEvent: a stored wish for each call that has incidents and passes the filters. Finished calls are decided again
 * too, those that an operator ended among them.
 */
export function replayEvent(
  ctx: Pick<Context, 'store' | 'queue' | 'clock' | 'log'>,
): Implementation<typeof EventService> {
  return {
    async replayEvent({ eventId, calls: namedCalls, statuses: namedStatuses }) {
      const calls = namedCalls.map((call) => decidedCallText(call, 'calls'));
      const statuses = namedStatuses.map((status) => statusText(status, 'statuses'));
      const there = decidedCalls(await findEvent(ctx, eventId));
      const found = there.filter(
        ({ call, status }) =>
          (calls.length === 0 || calls.includes(call)) &&
          (statuses.length === 0 || statuses.includes(status)),
      );
      if (found.length === 0) {
        const has =
          there.map(({ call, status }) => `${call} (${status})`).join(', ') || 'none that is decided';
        throw new BosError(
          'not_found',
          `no call of the event "${eventId}" was asked for: expected one of ${calls.join(', ') || 'any call'} in ${statuses.join(' or ') || 'any status'}, it has ${has}`,
        );
      }
      const wanted = found.map(({ call }) => ({ eventId, call }));
      return { jobIds: await askForRuns(ctx, wanted, 'replay') };
    },
  };
}

/** The calls that incidents made and that are acted on, in the order of a match's life. */
function decidedCalls(event: EventRecord) {
  return CALLS.flatMap((call) => {
    const one = event.calls.find((known) => known.call === call);
    if (call === 'unknown' || !one || one.incidents.length === 0) return [];
    return [{ call, status: one.decision?.status ?? ('unknown' as const) }];
  });
}
