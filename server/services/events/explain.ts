import type { Context } from '../../../core/context.ts';
import { BosError } from '../../../core/errors.ts';
import type { AccountLogEntry } from '../../../core/store/store.ts';
import { Call } from '../../../gen/bos/v1/call_pb.js';
import type { EventService } from '../../../gen/bos/v1/event_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { callText } from '../../map/calls.ts';
import { decisionMessage } from '../../map/decision.ts';
import { pageRequest } from '../../map/page.ts';

/** Transactions of each account that are looked through for those of a decision, newest first. */
const TRANSACTIONS = 1000;

/** ExplainEvent: the recorded decisions with what carried them out. */
export function explainEvents(ctx: Pick<Context, 'config' | 'store'>): Implementation<typeof EventService> {
  const transactionsOf = async (eventId: string): Promise<AccountLogEntry[]> => {
    const { proposer, approver } = ctx.config;
    const accounts = new Set([proposer, approver].filter((name) => name !== undefined));
    const logs = await Promise.all(
      [...accounts].map((account) => ctx.store.accountLog.list(account, { pageSize: TRANSACTIONS })),
    );
    return logs
      .flatMap((log) => log.items)
      .filter((entry) => entry.decisions.some((decision) => decision.eventId === eventId))
      .sort((a, b) => a.at.getTime() - b.at.getTime() || a.n - b.n);
  };

  return {
    async explainEvent(request) {
      const { eventId } = request;
      if (eventId === '')
        throw new BosError('invalid', 'expected an event_id, got none', { field: 'event_id' });
      const call = request.call === Call.UNSPECIFIED ? undefined : callText(request.call, 'call');
      const page = await ctx.store.decisions.history(eventId, call, pageRequest(request));
      if (page.items.length === 0 && !(await isKnown(eventId))) {
        throw new BosError('not_found', `no event has the id "${eventId}": see ListEvents`);
      }
      const transactions = await transactionsOf(eventId);
      return {
        decisions: page.items.map((record) =>
          decisionMessage(
            record,
            transactions.filter(({ decisions }) =>
              decisions.some(
                (decision) =>
                  decision.eventId === eventId &&
                  decision.call === record.call &&
                  decision.sequence === record.sequence,
              ),
            ),
          ),
        ),
        nextPageToken: page.nextPageToken ?? '',
      };
    },
  };

  /** An event without a decision yet; the pseudo-event of the sports data always exists. */
  async function isKnown(eventId: string): Promise<boolean> {
    return eventId.startsWith('sports:') || (await ctx.store.events.get(eventId)) !== undefined;
  }
}
